// Judging a maker of recordings: one that copies is found out, what is done is not done again, and the simulator shows what it is told.
using System.Text.Json;
using Einthoven.Models.Generating;
using Einthoven.Signals;
using Einthoven.Signals.Beats;
using Einthoven.Torch;
using Einthoven.Training.Data;
using Einthoven.Training.Judging;
using Einthoven.Training.Recipes;
using Einthoven.Training.Trainer;

namespace Einthoven.Training.Tests;

public sealed class GeneratorBenchmarkTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("einthoven-judging-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_maker_that_copies_what_it_learned_from_is_useful_and_found_out_and_is_not_asked_twice()
    {
        Manifest manifest = SineData.Make(_folder);
        var copier = new RecordingMaker("copier", SineData.Contract, wanted => wanted.Select(w => Copy(manifest, w)));
        string report = Judge(manifest, copier, resume: false);
        JsonElement verdict = Verdict();
        Assert.True(Value(verdict, "classifiers", 0, "syntheticOnReal") > 0.9, report);
        Assert.True(Value(verdict, "classifiers", 0, "realOnSynthetic") > 0.9, report);
        JsonElement synthetic = verdict.GetProperty("nearest").EnumerateArray().Single(n => n.GetProperty("who").GetString() == "synthetic");
        Assert.True(synthetic.GetProperty("median").GetProperty("value").GetDouble() < 1e-3, report);
        Assert.Equal(1, synthetic.GetProperty("closeShare").GetProperty("value").GetDouble());

        var idle = new RecordingMaker("copier", SineData.Contract, wanted => throw new InvalidOperationException($"{wanted.Count} recordings are made again"));
        Assert.Equal(report, Judge(manifest, idle, resume: true));
    }

    [Fact]
    public void A_maker_of_noise_is_told_from_real_recordings()
    {
        Manifest manifest = SineData.Make(_folder);
        var noise = new RecordingMaker("noise", SineData.Contract, wanted => wanted.Select(w => Noise(w)));
        string report = Judge(manifest, noise, resume: false);
        JsonElement verdict = Verdict();
        Assert.True(Value(verdict, "classifiers", 0, "twoSample") > 0.9, report);
    }

    [Fact]
    public void A_folder_with_another_judgement_is_left_alone()
    {
        Directory.CreateDirectory(In("judged"));
        File.WriteAllText(In("judged/recipe.json"), "another");
        var maker = new RecordingMaker("anyone", SineData.Contract, _ => []);
        var refused = Assert.Throws<DatasetException>(() => Judge(SineData.Make(_folder), maker, resume: true));
        Assert.Contains("Choose another folder", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SBRAD", 0, 60)]
    [InlineData("STACH", 100, 300)]
    public void The_simulator_shows_the_rhythm_of_the_statements(string statement, double low, double high)
    {
        RecordingMaker maker = RecordingMaker.Simulator(SineData.Contract, Recipe);
        EcgRecord made = maker.Make([new("one", [statement, "LVH", "unheard of"], 1)]).Single();
        Assert.InRange(EcgMeasurements.Of(made).HeartRateBpm!.Value, low, high);
    }

    [Fact]
    public void The_preset_is_whole_and_sampled_in_a_few_steps_of_second_order()
    {
        JudgingRecipe preset = Presets.Read<JudgingRecipe>("ptbxl-generator");
        preset.Validate();
        Assert.Equal((GenerationSampler.SecondOrder, 2), (preset.Sampler, preset.Classifiers.Count));
        Assert.Throws<ArgumentException>(() => (preset with { TestSplits = ["1"] }).Validate());
    }

    private static JudgingRecipe Recipe => new()
    {
        Name = "sines",
        TrainSplits = ["1"],
        TestSplits = ["2"],
        TrainRecordings = 64,
        TestRecordings = 32,
        StatementRecordings = 4,
        RareStatements = 1,
        FewestPositives = 4,
        Precision = Precision.Float32,
        Classifiers = [new("small", "se-resnet", JsonDocument.Parse("""{"stem":[8],"stages":[8,16],"blocksPerStage":1,"reduction":4,"dropout":0,"stochasticDepth":0}""").RootElement, 16, 16, 0.01)],
    };

    private string Judge(Manifest manifest, RecordingMaker maker, bool resume) =>
        new GeneratorBenchmark(Recipe, manifest, maker, new RunOptions(In("judged"), resume, "a test", Device.Cpu, _ => { })).Run(CancellationToken.None);

    private JsonElement Verdict() => JsonDocument.Parse(File.ReadAllText(In("judged/report.json"))).RootElement;

    private static double Value(JsonElement verdict, string list, int place, string figure) =>
        verdict.GetProperty(list)[place].GetProperty(figure).GetProperty("value").GetDouble();

    private static EcgRecord Copy(Manifest manifest, WantedRecording wanted)
    {
        ManifestRow[] alike = [.. manifest.InSplits(["1"]).Where(row => manifest.Labels.Where((_, k) => row.Labels[k] > 0).SequenceEqual(wanted.Statements))];
        return EcgRecord.Read(alike[(int)(wanted.Stream % (ulong)alike.Length)].Path);
    }

    private static EcgRecord Noise(WantedRecording wanted)
    {
        var values = new float[2 * SineData.Samples];
        new PhiloxRandom(1, wanted.Stream).Normal(values);
        return new EcgRecord(wanted.Name, "noise", 100, SineData.Samples,
            [.. SineData.Leads.Select((lead, k) => new EcgLead(lead, "mV", 100, values.Skip(k * SineData.Samples).Take(SineData.Samples).Select(v => (double)v).ToArray()))]);
    }

    private string In(string path) => Path.Combine(_folder, path);
}
