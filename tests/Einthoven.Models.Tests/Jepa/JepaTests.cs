// ECG-JEPA: published sizes, what each part sees, what decays, checkpoints in the authors' layouts, and the preparation in half precision.
using Einthoven.Models.Contracts;
using Einthoven.Models.Jepa;
using Einthoven.Torch;

namespace Einthoven.Models.Tests.Jepa;

public sealed class JepaTests
{
    private static readonly JepaConfig s_small = new() { Leads = 2, Samples = 48, Patch = 6, Width = 8, Depth = 2, Heads = 2, Labels = 3 };

    [Theory]
    [InlineData("vit-xs", 3_600_000, 923_328, 124_416)]
    [InlineData("vit-s", 14_277_888, 3_689_856, 470_016)]
    [InlineData("vit-b", 85_185_024, 21_833_472, 1_824_768)]
    public void The_presets_have_the_published_numbers_of_parameters(string name, long encoder, long predictor, long pool)
    {
        JepaPreset preset = JepaPreset.All.Single(p => p.Name == name);
        using JepaEncoder own = new(preset.Encoder);
        using JepaPredictor other = new(preset.Encoder, preset.Predictor);
        using JepaClassifier classifier = new(preset.Encoder);
        Assert.Equal((encoder, predictor, encoder + pool), (own.ParameterCount, other.ParameterCount, classifier.ParameterCount));
    }

    [Theory]
    [InlineData(JepaHead.Attention, true)]
    [InlineData(JepaHead.Attention, false)]
    [InlineData(JepaHead.FirstRegister, true)]
    [InlineData(JepaHead.Mean, false)]
    public void Every_head_gives_logits_features_and_a_gradient_for_every_weight(JepaHead head, bool keepRegisters)
    {
        using var scope = new Scope();
        using JepaClassifier network = new(s_small with { Head = head, KeepRegisters = keepRegisters, LayerScale = 0.1, Bias = true, NormBias = true });
        network.Initialize(new PhiloxRandom(1));
        Tensor windows = new PhiloxRandom(2).NormalTensor([3, 2, 30]);
        Tensor logits = network.Forward(windows);
        Assert.Equal([3L, 3], logits.Shape);
        Assert.Equal([3L, keepRegisters ? 6 : 5, 8], network.Encode(windows).Shape);
        logits.Square().Sum().Backward();
        foreach ((string name, Tensor parameter) in network.NamedParameters()) Assert.True(parameter.Grad is not null, $"{name} gets no gradient");
    }

    [Fact]
    public void What_the_encoder_makes_of_kept_patches_does_not_depend_on_the_others_but_on_their_places()
    {
        using var scope = new Scope();
        using GradModeGuard noGrad = GradMode.Off();
        using JepaEncoder network = new(s_small);
        network.Initialize(new PhiloxRandom(1));
        Tensor windows = new PhiloxRandom(2).NormalTensor([1, 2, 48]), other = windows.Clone();
        other.Narrow(2, 12, 6).FillInPlace(9);
        Tensor kept = Tensor.From([1L, 4], 1, 2);
        Assert.Equal(network.Forward(windows, kept).ToArray<float>(), network.Forward(other, kept).ToArray<float>());
        Tensor moved = Tensor.Cat([windows.Narrow(2, 6, 42), windows.Narrow(2, 0, 6)], 2);
        Assert.NotEqual(network.Forward(windows, kept).ToArray<float>(), network.Forward(moved, Tensor.From([0L, 3], 1, 2)).ToArray<float>());
    }

    [Fact]
    public void Logits_of_recordings_are_those_of_their_windows()
    {
        using var scope = new Scope();
        using GradModeGuard noGrad = GradMode.Off();
        using JepaClassifier network = new(s_small);
        network.Initialize(new PhiloxRandom(1));
        Tensor recordings = new PhiloxRandom(2).NormalTensor([2, 2, 50]);
        Tensor logits = network.ForwardWindows(recordings, 24, 12);
        Assert.Equal([2L, 3, 3], logits.Shape);
        Assert.Equal(network.Forward(recordings.Narrow(2, 24, 24)).ToArray<float>(), logits.Select(1, 2).ToArray<float>());
        Assert.Throws<ArgumentException>(() => network.ForwardWindows(recordings, 51, 12));
    }

    [Fact]
    public void Only_the_weights_of_maps_and_patches_decay()
    {
        using JepaPretraining network = new(s_small with { Bias = true, NormBias = true, QkvBias = true, LayerScale = 0.1 }, new() { Width = 4, Depth = 1, Heads = 2 });
        string[] decayed = [.. network.NamedParameters().Select(p => p.Name).Where(JepaPretraining.Decays)];
        Assert.Equal(1 + (2 * 4) + 1 + 4 + 1, decayed.Length);
        Assert.DoesNotContain(decayed, name => name.Contains("norm", StringComparison.Ordinal) || name.Contains("_ls", StringComparison.Ordinal)
            || name.EndsWith("bias", StringComparison.Ordinal) || name.Contains("token", StringComparison.Ordinal) || name.Contains("registers", StringComparison.Ordinal));
    }

    [Fact]
    public void The_target_encoder_is_buffers_begins_as_a_copy_and_follows_by_an_average()
    {
        using var scope = new Scope();
        using JepaPretraining network = new(s_small, new() { Width = 4, Depth = 1, Heads = 2 });
        network.Initialize(new PhiloxRandom(1));
        Assert.DoesNotContain(network.NamedParameters(), p => p.Name.StartsWith("target_encoder", StringComparison.Ordinal));
        Dictionary<string, Tensor> state = network.State().ToDictionary(s => s.Name, s => s.Tensor);
        Tensor trained = state["encoder.blocks.1.mlp.fc1.weight"], followed = state["target_encoder.blocks.1.mlp.fc1.weight"];
        float[] first = trained.ToArray<float>();
        Assert.Equal(first, followed.ToArray<float>());
        using (GradMode.Off()) trained.FillInPlace(2);
        network.FollowEncoder(0.75);
        Assert.All(followed.ToArray<float>().Zip(first), pair => Assert.Equal((0.75 * pair.Second) + 0.5, pair.First, 1e-6));
    }

    [Fact]
    public void A_contract_of_this_scale_subtracts_divides_and_cuts_off()
    {
        InputContract contract = JepaFamily.Input with
        {
            Leads = ["I", "II"],
            WindowSamples = 100,
            StrideSamples = 100,
            Normalization = new ClippedScale { Means = [0.25, -1], Deviations = [0.5, 0.001], Limit = 5 },
        };
        contract.Validate();
        Signals.EcgRecord record = Contracts.Records.Sines(100, 500, "I", "II");
        float[] made = contract.Apply(record).Values.ToArray();
        ReadOnlySpan<double> samples = record.Leads[0].Samples.Span;
        for (int k = 0; k < 100; k++) Assert.Equal((samples[k] - 0.25) / 0.5, made[k], 1e-5);
        Assert.All(made[100..], value => Assert.InRange(value, -5, 5));
        Assert.Contains("limit", Assert.Throws<ArgumentException>(() => (contract with { Normalization = new ClippedScale { Means = [0, 0], Deviations = [1, 1], Limit = 0 } }).Validate()).Message, StringComparison.Ordinal);
    }
}
