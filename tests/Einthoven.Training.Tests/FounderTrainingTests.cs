// Training as ECGFounder is trained: unlabelled instead of absent, other limb leads in the place of lead I, a rate that falls on a plateau.
using System.Text.Json;
using Einthoven.Models;
using Einthoven.Models.Contracts;
using Einthoven.Models.EcgFounder;
using Einthoven.Signals;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;
using Einthoven.Training.Augmentation;
using Einthoven.Training.Data;
using Einthoven.Training.Objectives;
using Einthoven.Training.Recipes;
using Einthoven.Training.Trainer;

namespace Einthoven.Training.Tests;

public sealed class FounderTrainingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("einthoven-founder-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_network_of_one_lead_learns_from_all_directions_and_is_packed_for_lead_I()
    {
        Manifest manifest = SineData.Make(_folder);
        FinetuneResult result = Run(manifest, "whole", Recipe(epochs: 6));
        Assert.True(result.Report.Macro.Value > 0.95, $"macro AUROC {result.Report.Macro}");
        using EcgModel model = EcgModel.Load(result.Folder, null, new InputChoice { Lead = "II" });
        EcgRecord fast = EcgRecord.Read(manifest.Rows[1].Path), slow = EcgRecord.Read(manifest.Rows[0].Path);
        // Lead II of these recordings is lead I turned round: a direction that training has shown to the network.
        Assert.True(model.Predict(fast).Labels[0].Probability > model.Predict(slow).Labels[0].Probability);
        using EcgModel usual = EcgModel.Load(result.Folder);
        Assert.Equal(["I"], usual.Description.Input.Leads);
    }

    [Fact]
    public void A_run_with_a_falling_rate_goes_on_bit_for_bit_where_it_was_stopped()
    {
        Manifest manifest = SineData.Make(_folder);
        // Nothing beats the first figure by half of itself: the rate falls after every epoch but the first.
        FinetuneRecipe recipe = Recipe(epochs: 4) with { LogEvery = 1, Plateau = new(Factor: 0.5, Patience: 0, Threshold: 0.9) };
        Run(manifest, "whole", recipe);
        Assert.Equal([0.01, 0.01, 0.005, 0.0025], Rates("whole").Chunk(8).Select(epoch => Math.Round(epoch.Distinct().Single(), 9)));
        var stopped = new Finetuning(recipe, manifest, Options("parts", resume: false) with { StopAfterUpdates = 19 });
        Assert.ThrowsAny<OperationCanceledException>(() => stopped.Run(CancellationToken.None));
        new Finetuning(recipe, manifest, Options("parts", resume: true)).Run(CancellationToken.None);
        Assert.Equal(File.ReadAllBytes(Path.Combine(_folder, "whole", "best.safetensors")), File.ReadAllBytes(Path.Combine(_folder, "parts", "best.safetensors")));
        Assert.Equal(Rates("whole"), Rates("parts"));
    }

    [Fact]
    public void The_loss_of_unlabelled_data_is_a_mean_over_the_known_and_its_recall_counts_what_is_there()
    {
        using Scope scope = new();
        using Net1D network = new(new Net1DConfig { Leads = 1, StemWidth = 4, Widths = [4], Blocks = [1], GroupWidth = 4, Kernel = 4, Labels = 3 });
        network.Initialize(new PhiloxRandom(2));
        using var objective = new PositiveUnlabelledObjective(network, new HillLoss());
        Tensor x = new PhiloxRandom(3).UniformTensor([2, 1, 40], -1, 1);
        Tensor labels = Tensor.From<float>([1, 0, 0, 0, 1, 0], 2, 3), known = Tensor.From<float>([1, 1, 0, 1, 1, 0], 2, 3);
        ObjectiveResult result = objective.Compute(new TrainingBatch(x, labels, known), new ObjectiveContext(new PhiloxRandom(1), 0, false));
        Assert.Equal(4, result.SampleSize);
        Tensor logits = network.Forward(x);
        Assert.Equal(new HillLoss().Sum(logits, labels, known).Item(), result.Total().Item(), 1e-6);
        float[] z = logits.ToArray<float>();
        Assert.Equal((z[0] > 0 ? 0.5 : 0) + (z[4] > 0 ? 0.5 : 0), result.Metrics["recall"]);
    }

    [Theory]
    [InlineData("ecgfounder", 12)]
    [InlineData("ecgfounder-1", 1)]
    public void The_presets_feed_the_network_as_the_importer_would(string name, int leads)
    {
        FinetuneRecipe preset = Presets.Read<FinetuneRecipe>(name);
        Assert.Equal(leads, preset.Input.Leads.Count);
        Assert.Equal(leads, Net1DConfig.Read(preset.Network).Leads);
        string folder = Path.Combine(_folder, "contract.json");
        File.WriteAllText(folder, RecipeJson.Write(preset));
        InputContract published = EcgFounderContracts.A(preset.Input.Leads), read = ContractFile.Read(folder);
        Assert.Equal(published.Filters, read.Filters);
        Assert.Equal(published with { Leads = read.Leads, Filters = read.Filters }, read);
    }

    [Fact]
    public void What_the_parts_of_a_recipe_do_not_allow_is_refused()
    {
        Assert.Throws<ArgumentException>((Recipe(1) with { PositiveWeighting = PositiveWeighting.Balanced }).Validate);
        Assert.Throws<ArgumentException>((Recipe(1) with { Input = SineData.Contract }).Validate);
        Assert.Throws<ArgumentException>((Recipe(1) with { Plateau = new(Factor: 1) }).Validate);
    }

    private double[] Rates(string run) =>
        [.. File.ReadLines(Path.Combine(_folder, run, "log.jsonl")).Where(l => l.Contains("\"train\"", StringComparison.Ordinal))
            .Select(l => JsonDocument.Parse(l).RootElement.GetProperty("rate").GetDouble())];

    private RunOptions Options(string run, bool resume) =>
        new(Path.Combine(_folder, run), resume, "test", Device.Cpu, _ => { }) { Group = ProcessGroup.Alone() };

    private FinetuneResult Run(Manifest manifest, string run, FinetuneRecipe recipe) =>
        new Finetuning(recipe, manifest, Options(run, resume: false)).Run(CancellationToken.None)!;

    private static FinetuneRecipe Recipe(int epochs) => new()
    {
        Name = "tiny",
        Family = "ecgfounder",
        Network = JsonSerializer.SerializeToElement(new { leads = 1, stemWidth = 8, widths = new[] { 8, 16 }, blocks = new[] { 1, 1 }, groupWidth = 4, kernel = 8 }),
        Input = SineData.Contract with { Leads = ["I"], Normalization = new StandardizeTogether { Epsilon = 1e-8 } },
        TrainSplits = ["1"],
        ValidationSplits = ["2"],
        Loss = LabelLoss.PositiveUnlabelled,
        Epochs = epochs,
        Batch = 8,
        Optimizer = OptimizerKind.Adam,
        WeightDecay = 1e-5,
        Schedule = new FixedRecipe(),
        LearningRate = 0.01,
        Precision = Precision.Float32,
        Augmentation = new SupervisedAugmentation { OtherLimbLeads = 0.5 },
    };
}
