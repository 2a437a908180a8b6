// A whole run on a tiny made-up data set: it learns, it resumes bit for bit, and it ends in a package that predicts.
using System.Text.Json;
using Einthoven.Models;
using Einthoven.Models.Contracts;
using Einthoven.Signals;
using Einthoven.Torch.Checkpoints;
using Einthoven.Training.Augmentation;
using Einthoven.Training.Data;
using Einthoven.Training.Recipes;
using Einthoven.Training.Trainer;

namespace Einthoven.Training.Tests;

public sealed class FinetuningTests : IDisposable
{
    private const int Samples = 160;
    private static readonly string[] s_leads = ["I", "II"];
    private readonly string _folder = Directory.CreateTempSubdirectory("einthoven-finetune-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_run_learns_and_its_package_tells_the_classes_apart()
    {
        Manifest manifest = MakeData();
        FinetuneResult result = Run(manifest, "whole", Recipe(epochs: 6));
        Assert.True(result.Report.Macro.Value > 0.95, $"macro AUROC {result.Report.Macro}");
        using EcgModel model = EcgModel.Load(result.Folder);
        Prediction fast = model.Predict(EcgRecord.Read(manifest.Rows[1].Path)), slow = model.Predict(EcgRecord.Read(manifest.Rows[0].Path));
        Assert.True(fast.Labels[0].Probability > slow.Labels[0].Probability);
        Assert.Contains("Research use only", File.ReadAllText(Path.Combine(result.Folder, "card.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_resumed_run_equals_an_uninterrupted_one_bit_for_bit()
    {
        Manifest manifest = MakeData();
        Run(manifest, "whole", Recipe(epochs: 3));
        // Ended in the third epoch: the state on disk is that of the second.
        using var stop = new CancellationTokenSource();
        var interrupted = new Finetuning(Recipe(epochs: 3), manifest, Folder("parts"), p =>
        {
            if (p.Message.StartsWith("epoch 2:", StringComparison.Ordinal)) stop.Cancel();
        });
        Assert.ThrowsAny<OperationCanceledException>(() => interrupted.Run(resume: false, "test", stop.Token));
        Assert.Throws<DatasetException>(() => Run(manifest, "parts", Recipe(epochs: 3)));
        Run(manifest, "parts", Recipe(epochs: 3), resume: true);
        Assert.Equal(State("whole"), State("parts"));
    }

    [Fact]
    public void A_state_of_another_recipe_is_not_resumed()
    {
        Manifest manifest = MakeData();
        Run(manifest, "run", Recipe(epochs: 1));
        var e = Assert.Throws<CheckpointException>(() => Run(manifest, "run", Recipe(epochs: 2), resume: true));
        Assert.Contains("another recipe", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_recording_that_cannot_be_read_is_named()
    {
        Manifest manifest = MakeData();
        File.WriteAllText(manifest.Rows[3].Path, "not an ECG");
        var e = Assert.Throws<DatasetException>(() => Run(manifest, "run", Recipe(epochs: 1)));
        Assert.Contains("Recording 3", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Recipes_are_read_with_defaults_and_unknown_keys_are_errors()
    {
        FinetuneRecipe preset = Presets.Read("einthoven-mini");
        Assert.Equal(1, preset.ValidateEvery);
        string file = Path.Combine(_folder, "recipe.json");
        File.WriteAllText(file, Presets.Write(preset));
        Assert.Equal(Presets.Write(preset), Presets.Write(Presets.Read(file)));
        File.WriteAllText(file, Presets.Write(preset).Replace("\"epochs\"", "\"epohcs\"", StringComparison.Ordinal));
        Assert.Contains("epohcs", Assert.Throws<ArgumentException>(() => Presets.Read(file)).Message, StringComparison.Ordinal);
        Assert.Contains("einthoven-mini", Assert.Throws<ArgumentException>(() => Presets.Read("nothing")).Message, StringComparison.Ordinal);
    }

    private byte[] State(string run) => File.ReadAllBytes(Path.Combine(Folder(run), "best.safetensors"));

    private string Folder(string run) => Path.Combine(_folder, run);

    private FinetuneResult Run(Manifest manifest, string run, FinetuneRecipe recipe, bool resume = false) =>
        new Finetuning(recipe, manifest, Folder(run), _ => { }).Run(resume, "test", CancellationToken.None);

    private static FinetuneRecipe Recipe(int epochs) => new()
    {
        Name = "tiny",
        Family = "se-resnet",
        Network = JsonSerializer.SerializeToElement(new { leads = 2, labels = 2, stem = new[] { 8 }, stages = new[] { 8, 8 }, blocksPerStage = 1, reduction = 4 }),
        Input = new InputContract
        {
            Leads = s_leads,
            SamplingRateHz = 100,
            WindowSamples = Samples,
            StrideSamples = Samples,
            Resampling = ResamplingMethod.AntiAliased,
            Normalization = new FixedScale { Millivolts = [0.5, 0.5] },
            MissingLeads = MissingLeadPolicy.Error,
            InterpolatedGapSeconds = 0,
            LongGaps = LongGapPolicy.Error,
            ShortRecords = ShortRecordPolicy.Error,
        },
        TrainFolds = [1],
        ValidationFolds = [2],
        Epochs = epochs,
        Batch = 8,
        LearningRate = 0.01,
        AverageDecay = 0.9,
        Precision = Precision.Float32,
        Augmentation = new SupervisedAugmentation { CropSamples = 128, GainDeviation = 0.1, MixupAlpha = 0.4 },
    };

    /// <summary>Sines of 5 or 12 Hz in noise: the label says which; a second label is its opposite.</summary>
    private Manifest MakeData()
    {
        var random = new Random(3);
        var rows = new List<ManifestRow>();
        for (int k = 0; k < 96; k++)
        {
            bool fast = k % 2 == 1;
            double phase = random.NextDouble() * 2 * Math.PI;
            string path = Path.Combine(_folder, $"{k}.csv");
            using (var file = new StreamWriter(path))
            {
                file.WriteLine("time,I,II");
                for (int t = 0; t < Samples; t++)
                {
                    double x = Math.Sin((2 * Math.PI * (fast ? 12 : 5) * t / 100) + phase) + (0.3 * random.NextDouble());
                    file.WriteLine($"{t / 100.0},{x:F4},{-x:F4}");
                }
            }
            rows.Add(new ManifestRow($"{k}", path, $"p{k}", k < 64 ? "1" : "2", fast ? [1, 0] : [0, 1]));
        }
        return new Manifest("sines", ["fast", "slow"], rows);
    }
}
