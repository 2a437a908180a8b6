// Training a network of any one lead: what is drawn, what the package offers from which lead; and the recipe's choices of epoch and aggregation.
using System.Text.Json;
using Einthoven.Models;
using Einthoven.Models.Contracts;
using Einthoven.Models.Packages;
using Einthoven.Signals;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;
using Einthoven.Training.Augmentation;
using Einthoven.Training.Data;
using Einthoven.Training.Recipes;
using Einthoven.Training.Trainer;

namespace Einthoven.Training.Tests;

public sealed class AnyLeadTrainingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("einthoven-any-lead-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Only_live_leads_are_drawn_and_every_one_of_them()
    {
        float[] window = [0, 0, 1, 2, 0, 0, 3, 4];
        var seen = new HashSet<float>();
        var target = new float[2];
        for (ulong k = 0; k < 50; k++)
        {
            AnyLeadDraw.Pick(window, target, new PhiloxRandom(k));
            seen.Add(target[0]);
        }

        Assert.Equal([1f, 3f], seen.Order());
    }

    [Fact]
    public void A_package_offers_a_label_from_the_leads_that_show_it_and_keeps_the_heads_rows_of_those_alone()
    {
        Manifest manifest = Make();
        FinetuneResult result = new Finetuning(Recipe(), manifest, Options("run")).Run(CancellationToken.None)!;
        using EcgModel model = EcgModel.Load(result.Folder);
        // "fast" shows in I and II, not in V1, which is noise; "coin" in none.
        ModelLabel label = Assert.Single(model.Description.Labels);
        Assert.Equal("fast", label.Name);
        Assert.Equal(["I", "II"], label.Leads!.Where(lead => lead is "I" or "II" or "V1"));
        using SafeTensorsFile weights = SafeTensorsFile.Open(Path.Combine(result.Folder, "weights.safetensors"));
        Assert.Equal(1, weights["head.weight"].Shape[0]);

        Prediction fast = model.Predict(EcgRecord.Read(manifest.Rows[1].Path)), slow = model.Predict(EcgRecord.Read(manifest.Rows[0].Path));
        Assert.True(fast.Labels[0].Probability > slow.Labels[0].Probability);
        Assert.Contains("V1", fast.FromLeads);
        Assert.Contains(fast.Warnings, warning => warning.Contains("each by itself", StringComparison.Ordinal));
        string card = File.ReadAllText(Path.Combine(result.Folder, "card.md"));
        Assert.Contains("Not offered from any lead, because the interval reaches below: coin", card, StringComparison.Ordinal);
        Assert.Contains("**Lead II**, 32 records", card, StringComparison.Ordinal);
        Assert.DoesNotContain("Twelve leads are needed", card, StringComparison.Ordinal);
    }

    [Fact]
    public void An_offer_without_any_lead_is_refused()
    {
        var e = Assert.Throws<ArgumentException>(() => (Recipe() with { Input = Contract with { AnyLead = false } }).Validate());
        Assert.Contains("offer needs input.anyLead", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_last_epoch_is_kept_where_the_recipe_says_so_and_windows_are_combined_as_it_says()
    {
        Manifest manifest = SineData.Make(_folder);
        FinetuneRecipe recipe = Recipe() with
        {
            Offer = null,
            Network = Network(2),
            // Two windows a recording.
            Input = SineData.Contract with { WindowSamples = 80, StrideSamples = 80 },
            Augmentation = new SupervisedAugmentation(),
            Epochs = 9,
            Keep = EpochChoice.Last,
            Aggregation = Aggregation.Max,
        };
        FinetuneResult last = new Finetuning(recipe, manifest, Options("last")).Run(CancellationToken.None)!;
        Assert.Equal(9, last.Epoch);
        using SafeTensorsFile state = SafeTensorsFile.Open(Path.Combine(_folder, "last", "state.safetensors")), kept = SafeTensorsFile.Open(Path.Combine(_folder, "last", "best.safetensors"));
        Assert.Equal(state.Tensors.First(t => t.Name.EndsWith("head.weight", StringComparison.Ordinal)).ToFloats(), kept["head.weight"].ToFloats());
        using EcgModel model = EcgModel.Load(last.Folder);
        Assert.All(model.Description.Labels, label => Assert.Equal(Aggregation.Max, label.Aggregation));
        FinetuneResult best = new Finetuning(recipe with { Keep = EpochChoice.Best }, manifest, Options("best")).Run(CancellationToken.None)!;
        Assert.True(best.Epoch < 9, "nothing is tested: the best epoch is the last");
    }

    private static InputContract Contract { get; } = SineData.Contract with
    {
        Leads = ["I"],
        AnyLead = true,
        Normalization = new StandardizeTogether { Epsilon = 0.01 },
    };

    // The sines of I and II with a lead of noise, and a label that nothing shows.
    private Manifest Make()
    {
        Manifest sines = SineData.Make(_folder);
        var random = new Random(5);
        foreach (ManifestRow row in sines.Rows)
        {
            string[] lines = File.ReadAllLines(row.Path);
            File.WriteAllLines(row.Path, [lines[0] + ",V1", .. lines[1..].Select(line => FormattableString.Invariant($"{line},{random.NextDouble():F4}"))]);
        }

        return sines with { Labels = ["fast", "coin"], Rows = [.. sines.Rows.Select((row, k) => row with { Labels = [row.Labels[0], k / 2 % 2] })] };
    }

    private RunOptions Options(string run) => new(Path.Combine(_folder, run), false, "test", Device.Cpu, _ => { }) { Group = ProcessGroup.Alone() };

    private static JsonElement Network(int leads) =>
        JsonSerializer.SerializeToElement(new { leads, labels = 2, stem = new[] { 8 }, stages = new[] { 8, 8 }, blocksPerStage = 1, reduction = 4 });

    private static FinetuneRecipe Recipe() => new()
    {
        Name = "tiny",
        Family = "se-resnet",
        Network = Network(1),
        Input = Contract,
        Offer = new LeadOffer { Auroc = 0.8, Positives = 5 },
        TrainSplits = ["1"],
        ValidationSplits = ["2"],
        Epochs = 12,
        Batch = 8,
        LearningRate = 0.01,
        Precision = Precision.Float32,
        Augmentation = new SupervisedAugmentation { CropSamples = 128 },
    };
}
