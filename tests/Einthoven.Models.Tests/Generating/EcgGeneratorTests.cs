// What a generator promises: recordings that depend on seed and number alone, labels that matter, leads that agree, plain refusals.
using Einthoven.Models.Generating;
using Einthoven.Models.Packages;
using Einthoven.Models.SssdEcg;
using Einthoven.Signals;
using Einthoven.Torch;

namespace Einthoven.Models.Tests.Generating;

public sealed class EcgGeneratorTests
{
    [Fact]
    public void Recordings_depend_on_seed_and_number_not_on_the_batch()
    {
        using EcgGenerator generator = SmallGenerator.Create(SmallGenerator.Config);
        GenerationRequest[] requests = [.. Enumerable.Range(0, 5).Select(k => new GenerationRequest($"r{k}", generator.Labels.Vector(["AFIB"]), (ulong)k))];
        EcgRecord[] alone = [.. generator.Generate(requests, new() { Batch = 1 })], together = [.. generator.Generate(requests, new() { Batch = 4 })];
        EcgRecord[] other = [.. generator.Generate(requests, new() { Seed = 2 })];
        for (int k = 0; k < requests.Length; k++) Assert.True(Gap(alone[k], together[k]) < 1e-4, $"recording {k} differs by {Gap(alone[k], together[k])}");
        Assert.True(Gap(alone[0], other[0]) > 0.01);
        Assert.True(Gap(alone[0], alone[1]) > 0.01);
    }

    [Fact]
    public void A_recording_has_twelve_leads_that_agree_and_says_what_it_is()
    {
        using EcgGenerator generator = SmallGenerator.Create(SmallGenerator.Config);
        EcgRecord record = generator.Generate([new("one", generator.Labels.Vector(["afib", "left ventricular hypertrophy"]), 0)], new()).Single();
        Assert.Equal(LeadNames.Standard12, record.Leads.Select(lead => lead.Name));
        double[] one = record.Lead("I").Samples.ToArray(), two = record.Lead("II").Samples.ToArray(), three = record.Lead("III").Samples.ToArray();
        for (int t = 0; t < one.Length; t++) Assert.Equal(two[t], one[t] + three[t], 1e-4);
        Assert.Contains("synthetic", record.Metadata["synthetic"], StringComparison.Ordinal);
        Assert.Equal("AFIB,LVH", record.Metadata["labels"]);
        Assert.Equal("small-generator (sssd-ecg)", record.Metadata["model"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Labels_change_what_is_made_and_withheld_labels_do_not(bool paired)
    {
        using EcgGenerator generator = SmallGenerator.Create(SmallGenerator.Config with { PairedLabels = paired });
        EcgRecord[] told = Make(guidance: 1), withheld = Make(guidance: 0), exaggerated = Make(guidance: 3);
        Assert.True(Gap(told[0], told[1]) > 1e-3);
        Assert.True(Gap(withheld[0], withheld[1]) < 1e-6);
        Assert.True(Gap(exaggerated[0], exaggerated[1]) > Gap(told[0], told[1]));

        EcgRecord[] Make(double guidance) =>
            [.. generator.Generate([new("a", generator.Labels.Vector(["NORM"]), 0), new("b", generator.Labels.Vector(["AFIB"]), 0)], new() { Guidance = guidance })];
    }

    [Theory]
    [InlineData(GenerationSampler.Ddim)]
    [InlineData(GenerationSampler.SecondOrder)]
    public void Few_steps_make_a_recording_too_and_more_than_there_are_are_refused(GenerationSampler sampler)
    {
        using EcgGenerator generator = SmallGenerator.Create(SmallGenerator.Config);
        GenerationRequest[] one = [new("one", generator.Labels.Vector([]), 0)];
        EcgRecord record = generator.Generate(one, new() { Sampler = sampler, Steps = 3 }).Single();
        Assert.All(record.Leads, lead => Assert.All(lead.Samples.ToArray(), value => Assert.True(double.IsFinite(value))));
        Assert.Throws<ArgumentException>(() => generator.Generate(one, new() { Sampler = sampler, Steps = 9 }));
    }

    [Fact]
    public void Shares_of_labels_are_refused_where_labels_are_there_or_not()
    {
        using EcgGenerator generator = SmallGenerator.Create(SmallGenerator.Config with { PairedLabels = true });
        var refused = Assert.Throws<ArgumentException>(() => generator.Generate([new("half", [0.5f, 0.5f, 0, 0], 0)], new()));
        Assert.Contains("cannot mix", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_generator_that_is_told_the_sex_must_be_told_it_and_shows_it()
    {
        using EcgGenerator generator = SmallGenerator.Create(SmallGenerator.Config with { SexClasses = 2, SexWidth = 3 });
        float[] labels = generator.Labels.Vector(["SR"]);
        Assert.Throws<ArgumentException>(() => generator.Generate([new("unknown", labels, 0)], new()));
        EcgRecord[] made = [.. generator.Generate([new("a", labels, 0) { Sex = 0 }, new("b", labels, 0) { Sex = 1 }], new())];
        Assert.True(Gap(made[0], made[1]) > 1e-3);
    }

    [Fact]
    public void An_unknown_label_is_answered_with_the_nearest()
    {
        var labels = new ConditionLabels(SmallGenerator.Description(SmallGenerator.Config).Labels);
        var refused = Assert.Throws<ArgumentException>(() => labels.Vector(["AFBI"]));
        Assert.Contains("\"AFBI\"; the nearest is AFIB", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Contradictory_statements_are_told_and_compatible_ones_are_not()
    {
        var labels = new ConditionLabels(SmallGenerator.Description(SmallGenerator.Config).Labels);
        Assert.Contains(labels.Contradictions(labels.Vector(["NORM", "AFIB"])), text => text.StartsWith("NORM with AFIB", StringComparison.Ordinal));
        Assert.Contains(labels.Contradictions(labels.Vector(["NORM", "LVH"])), text => text.StartsWith("NORM with LVH", StringComparison.Ordinal));
        Assert.Empty(labels.Contradictions(labels.Vector(["NORM", "SR"])));
        Assert.Empty(labels.Contradictions(labels.Vector(["AFIB", "LVH"])));
    }

    [Fact]
    public void Presence_of_paired_labels_starts_at_zero_and_learns_only_where_asked()
    {
        foreach (bool learns in new[] { false, true })
        {
            using var scope = new Scope();
            using SssdEcgNetwork network = SmallGenerator.Network(SmallGenerator.Config with { PairedLabels = true, PresenceLearns = learns });
            Tensor labels = Tensor.From(new float[] { 1, 0, 1, 0 }, 1, 4);
            network.Forward(Tensor.Ones(1, 8, 50), [3], new(labels)).Square().Sum().Backward();
            Tensor table = network.NamedParameters().Single(p => p.Name == "label_embedding.0.weight").Tensor;
            Assert.Equal(learns, table.Select(0, 1).Norm().Item() > 0);
            Assert.Equal(learns, table.Grad!.Select(0, 1).Norm().Item() > 0);
        }
    }

    [Fact]
    public void A_judge_is_no_generator_and_a_generator_no_judge()
    {
        ModelDescription description = SmallGenerator.Description(SmallGenerator.Config);
        Assert.Contains("use generate", Assert.Throws<ModelPackageException>(() => EcgModel.Create(description, [])).Message, StringComparison.Ordinal);
        Assert.Contains("judges recordings", Assert.Throws<ModelPackageException>(() => EcgGenerator.Create(description with { Family = "s4" }, [])).Message, StringComparison.Ordinal);
    }

    private static double Gap(EcgRecord a, EcgRecord b) =>
        a.Leads.Zip(b.Leads).Max(pair => pair.First.Samples.ToArray().Zip(pair.Second.Samples.ToArray()).Max(v => Math.Abs(v.First - v.Second)));
}
