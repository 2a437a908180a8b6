// Heads on networks that stay as they are, and the study that compares them: on made-up data that a small network learns.
using System.Text.Json;
using Einthoven.Models;
using Einthoven.Models.Packages;
using Einthoven.Models.Probes;
using Einthoven.Signals;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;
using Einthoven.Training.Augmentation;
using Einthoven.Training.Data;
using Einthoven.Training.Probing;
using Einthoven.Training.Recipes;
using Einthoven.Training.Scaling;
using Einthoven.Training.Trainer;

namespace Einthoven.Training.Tests.Probing;

public sealed class ProbeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("einthoven-probe-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(FeaturePooling.Mean)]
    [InlineData(FeaturePooling.MeanMax)]
    [InlineData(FeaturePooling.Attention)]
    public void A_probe_learns_leaves_its_network_alone_and_predicts_like_its_features(FeaturePooling pooling)
    {
        Manifest manifest = SineData.Make(_folder);
        string body = Body(manifest);
        FinetuneResult result = Run(manifest, "probe", Recipe() with { Pooling = pooling, Heads = 2 }, body);
        Assert.True(result.Report.Macro.Value > 0.9, $"macro AUROC {result.Report.Macro}");

        using SafeTensorsFile before = SafeTensorsFile.Open(Path.Combine(body, "weights.safetensors")), after = SafeTensorsFile.Open(Path.Combine(result.Folder, "weights.safetensors"));
        Assert.Equal(before["stem.0.conv.weight"].ToFloats(), after["encoder.stem.0.conv.weight"].ToFloats());
        using EcgModel model = EcgModel.Load(result.Folder);
        Assert.Equal("probe", model.Description.Family);
        Prediction fast = model.Predict(EcgRecord.Read(manifest.Rows[1].Path)), slow = model.Predict(EcgRecord.Read(manifest.Rows[0].Path));
        Assert.True(fast.Labels[0].Probability > slow.Labels[0].Probability);
        using ModelPackage package = ModelPackage.Open(result.Folder);
        using SafeTensorsFile check = package.OpenCheck();
        Assert.All(ModelCheck.Verify(model, check), stage => Assert.True(stage.Agrees, stage.ToString()));
    }

    [Fact]
    public void A_probe_stopped_and_resumed_equals_an_uninterrupted_one()
    {
        Manifest manifest = SineData.Make(_folder);
        string body = Body(manifest);
        Run(manifest, "whole", Recipe(), body);
        var stopped = new Probe(Recipe(), manifest, Options("parts") with { StopAfterUpdates = 7 }, EncoderSource.Find(body));
        Assert.ThrowsAny<OperationCanceledException>(() => stopped.Run(CancellationToken.None));
        new Probe(Recipe(), manifest, Options("parts") with { Resume = true }, EncoderSource.Find(body)).Run(CancellationToken.None);
        Assert.Equal(File.ReadAllBytes(Path.Combine(_folder, "whole", "best.safetensors")), File.ReadAllBytes(Path.Combine(_folder, "parts", "best.safetensors")));
    }

    [Fact]
    public void A_share_takes_whole_patients_and_a_smaller_one_is_part_of_a_larger_one()
    {
        Manifest manifest = SineData.Make(_folder);
        manifest = manifest with { Rows = [.. manifest.Rows.Select((r, k) => r with { Patient = $"p{k / 3}" })] };
        Body(manifest);
        using RecordStore store = RecordStore.Open(Path.Combine(_folder, "body", "store"));
        int[] all = store.InSplits(["1"]);
        int[] Chosen(double share, ulong seed) => TrainingShare.Of(store, all, Recipe() with { TrainShare = share, ShareSeed = seed });
        int[] tenth = Chosen(0.1, 1), half = Chosen(0.5, 1);
        Assert.Subset(half.ToHashSet(), tenth.ToHashSet());
        Assert.InRange(half.Length, 32, 34);
        Assert.All(half.GroupBy(store.Person), p => Assert.Equal(all.Count(r => store.Person(r) == p.Key), p.Count()));
        Assert.NotEqual(half, Chosen(0.5, 2));
        Assert.Equal(all, Chosen(1, 1));
    }

    [Fact]
    public void A_study_compares_every_method_and_goes_on_where_it_was_stopped()
    {
        Manifest manifest = SineData.Make(_folder);
        string body = Body(manifest);
        manifest = manifest with { Rows = [.. manifest.Rows.Select((r, k) => r with { Split = k < 48 ? "train" : k < 72 ? "valid" : "test" })] };
        string finetune = Path.Combine(_folder, "finetune.json"), probe = Path.Combine(_folder, "probe.json");
        File.WriteAllText(finetune, RecipeJson.Write(Finetune(2)));
        File.WriteAllText(probe, RecipeJson.Write(Recipe() with { Epochs = 5 }));
        var recipe = new ScalingRecipe
        {
            Name = "study",
            Finetune = finetune,
            Probe = probe,
            Shares = [new(0.5, 2, 2, 1, 8, 5, 1), new(1, 1, 2, 1, 8, 5, 1)],
        };
        using var interrupted = new CancellationTokenSource();
        RunOptions options = Options("study") with { Show = p => { if (p.Message.Contains("run 4 of", StringComparison.Ordinal)) interrupted.Cancel(); } };
        Assert.ThrowsAny<OperationCanceledException>(() => new ScalingStudy(recipe, manifest, options, EncoderSource.Find(body)).Run(interrupted.Token));
        int done = Directory.GetFiles(Path.Combine(_folder, "study", "runs"), "test.safetensors", SearchOption.AllDirectories).Length;
        Assert.Equal(3, done);

        var shown = new List<string>();
        string table = new ScalingStudy(recipe, manifest, Options("study") with { Resume = true, Show = p => shown.Add(p.Message) }, EncoderSource.Find(body)).Run(CancellationToken.None);
        Assert.DoesNotContain(shown, m => m.StartsWith("run 3 of 12", StringComparison.Ordinal));
        Assert.Contains(shown, m => m.StartsWith("run 12 of 12: random-probe-100pct-1", StringComparison.Ordinal));
        foreach (string expected in new[] { "| 50 % | finetune | 2 |", "| 100 % | random-probe | 1 |", "24 test recordings of 24 patients" }) Assert.Contains(expected, table, StringComparison.Ordinal);
        Assert.Equal(9, File.ReadAllLines(Path.Combine(_folder, "study", "table.csv")).Length);
        Assert.Contains("<polyline", File.ReadAllText(Path.Combine(_folder, "study", "scaling.svg")), StringComparison.Ordinal);
        DatasetException refused = Assert.Throws<DatasetException>(() => new ScalingStudy(recipe, manifest, Options("study"), EncoderSource.Find(body)).Run(CancellationToken.None));
        Assert.Contains("--resume", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_preset_of_a_probe_and_of_a_study_can_be_read_and_names_others_that_can()
    {
        Assert.All(Presets.Names<ProbeRecipe>(), name => Presets.Read<ProbeRecipe>(name));
        Assert.All(Presets.Names<ScalingRecipe>().Select(name => Presets.Read<ScalingRecipe>(name)), study =>
        {
            Presets.Read<FinetuneRecipe>(study.Finetune);
            Presets.Read<ProbeRecipe>(study.Probe);
        });
        Assert.NotEmpty(Presets.Names<ScalingRecipe>());
    }

    private string Body(Manifest manifest)
    {
        new Finetuning(Finetune(4), manifest, Options("body")).Run(CancellationToken.None);
        return Path.Combine(_folder, "body", "model");
    }

    private FinetuneResult Run(Manifest manifest, string folder, ProbeRecipe recipe, string body) =>
        new Probe(recipe, manifest, Options(folder), EncoderSource.Find(body)).Run(CancellationToken.None);

    private RunOptions Options(string folder) => new(Path.Combine(_folder, folder), false, "test", Device.Cpu, _ => { }) { Group = ProcessGroup.Alone() };

    private static ProbeRecipe Recipe() => new()
    {
        Name = "probe",
        TrainSplits = ["1"],
        ValidationSplits = ["2"],
        Epochs = 30,
        Batch = 16,
        LearningRate = 0.01,
        Precision = Precision.Float32,
    };

    private static FinetuneRecipe Finetune(int epochs) => new()
    {
        Name = "body",
        Family = "se-resnet",
        Network = JsonDocument.Parse("""{ "leads": 2, "labels": 2, "stem": [8], "stages": [8, 16], "blocksPerStage": 1, "reduction": 4 }""").RootElement,
        Input = SineData.Contract,
        TrainSplits = ["1"],
        ValidationSplits = ["2"],
        Epochs = epochs,
        Batch = 8,
        LearningRate = 0.01,
        Precision = Precision.Float32,
        Augmentation = new SupervisedAugmentation(),
    };
}
