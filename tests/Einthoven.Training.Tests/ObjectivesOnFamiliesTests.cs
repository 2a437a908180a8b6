// Every objective on an encoder of some family: it trains, resumes bit for bit, and what it gives is found again; and which pairs are refused.
using System.Text.Json;
using Einthoven.Models;
using Einthoven.Models.MaskedAutoencoders;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;
using Einthoven.Training.Augmentation;
using Einthoven.Training.Data;
using Einthoven.Training.Objectives;
using Einthoven.Training.Probing;
using Einthoven.Training.Recipes;
using Einthoven.Training.Trainer;
using Xunit;

namespace Einthoven.Training.Tests;

public sealed class ObjectivesOnFamiliesTests : IDisposable
{
    private const string Patches = """{"leads":2,"samples":80,"patch":10,"width":8,"depth":1,"heads":1,"headWidth":8,"feedForward":8}""";
    private const string WholeLeads = """{"leads":2,"samples":80,"width":8,"depth":1,"heads":1,"headWidth":8,"feedForward":8}""";
    private const string Convolutions = """{"leads":2,"stem":[4],"layers":[1],"expansion":1,"blockWidth":4,"headHidden":[]}""";
    private const string OneLead = """{"leads":1,"stem":[4],"layers":[1],"expansion":1,"blockWidth":4,"headHidden":[]}""";
    private const string Residual = """{"leads":2,"stem":[4],"stages":[8],"blocksPerStage":1,"reduction":2}""";
    private const string StateSpace = """{"leads":2,"width":8,"states":4,"layers":1,"internalLength":80}""";
    private const string JepaTokens = """{"leads":2,"samples":80,"patch":4,"width":8,"depth":2,"heads":2,"dropout":0.1}""";
    private const string Causal = """{"leads":2,"width":8,"states":4,"layers":2,"internalLength":40}""";
    private const string BothWays = """{"leads":2,"width":8,"states":4,"layers":2,"internalLength":40,"bidirectional":true}""";
    private readonly string _folder = Directory.CreateTempSubdirectory("einthoven-objectives-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(PretrainingObjective.Reconstruction, "st-mem", Patches)]
    [InlineData(PretrainingObjective.Reconstruction, "mlae", WholeLeads)]
    [InlineData(PretrainingObjective.Hybrid, "mtae", Patches)]
    [InlineData(PretrainingObjective.SimClr, "s4", StateSpace)]
    [InlineData(PretrainingObjective.MocoV2, "mtae", Patches)]
    [InlineData(PretrainingObjective.MocoV3, "xresnet1d", Convolutions)]
    [InlineData(PretrainingObjective.MocoV3, "ecg-fm", null)]
    [InlineData(PretrainingObjective.Byol, "se-resnet", Residual)]
    [InlineData(PretrainingObjective.ThreeKg, "xresnet1d", Convolutions)]
    [InlineData(PretrainingObjective.Pclr, "xresnet1d", Convolutions)]
    [InlineData(PretrainingObjective.SegmentContrast, "st-mem", Patches)]
    [InlineData(PretrainingObjective.LeadContrast, "xresnet1d", OneLead)]
    [InlineData(PretrainingObjective.SegmentLeadContrast, "xresnet1d", OneLead)]
    [InlineData(PretrainingObjective.SimClr, "ecg-jepa", JepaTokens)]
    [InlineData(PretrainingObjective.Jepa, "ecg-jepa", JepaTokens)]
    [InlineData(PretrainingObjective.Data2Vec, "ecg-jepa", JepaTokens)]
    [InlineData(PretrainingObjective.SphericalKMeans, "ecg-jepa", JepaTokens)]
    [InlineData(PretrainingObjective.Jepa, "ecg-cpc", BothWays)]
    [InlineData(PretrainingObjective.DinoSr, "ecg-cpc", BothWays)]
    [InlineData(PretrainingObjective.SphericalKMeans, "ecg-cpc", BothWays)]
    [InlineData(PretrainingObjective.Cpc, "ecg-cpc", Causal)]
    public void An_objective_trains_resumes_bit_for_bit_and_its_encoder_is_found_again(PretrainingObjective objective, string family, string? network)
    {
        Manifest sines = SineData.Make(_folder);
        // Two recordings a patient.
        Manifest manifest = sines with { Rows = [.. sines.Rows.Select((row, k) => row with { Patient = $"p{k / 2}" })] };
        PretrainRecipe recipe = Recipe(objective, family, network);
        PretrainResult whole = Run(manifest, "whole", recipe);
        Assert.True(double.IsFinite(whole.Loss));
        Assert.ThrowsAny<OperationCanceledException>(() => Run(manifest, "parts", recipe, stopAfter: 3));
        PretrainResult parts = Run(manifest, "parts", recipe, resume: true);
        Assert.Equal(File.ReadAllBytes(whole.Weights), File.ReadAllBytes(parts.Weights));

        EncoderSource source = EncoderSource.Find(Path.Combine(_folder, "whole"));
        Assert.Equal((family, objective.ToString().Contains("Lead", StringComparison.Ordinal) ? 1 : 2), (source.Family, source.Input.Leads.Count));
        using SafeTensorsFile file = SafeTensorsFile.Open(whole.Weights);
        using EcgNetwork found = source.Create(3, new PhiloxRandom(9));
        int compared = 0;
        foreach ((string name, Tensor tensor) in found.State().Where(s => !s.Name.StartsWith(found.HeadPrefix, StringComparison.Ordinal)))
        {
            Assert.Equal(file[Stored(objective, family, name)].Data.ToArray(), tensor.ToBytes());
            compared++;
        }

        Assert.True(compared > 5);
    }

    // Encoders that objectives take apart keep their own names; everything downstream of ECG-JEPA begins with its target encoder.
    private static string Stored(PretrainingObjective objective, string family, string name) => objective switch
    {
        PretrainingObjective.Jepa when family == "ecg-jepa" => $"target_{name}",
        PretrainingObjective.Jepa or PretrainingObjective.Data2Vec or PretrainingObjective.DinoSr or PretrainingObjective.SphericalKMeans or PretrainingObjective.Cpc => name,
        _ => $"encoder.{name}",
    };

    [Theory]
    [InlineData(KeptWeights.Auto)]
    [InlineData(KeptWeights.LowestLoss)]
    public void Where_targets_move_the_last_weights_are_kept_unless_the_recipe_says_otherwise(KeptWeights keep)
    {
        PretrainRecipe recipe = Recipe(PretrainingObjective.Jepa, "ecg-jepa", JepaTokens) with { Keep = keep, Epochs = 6, LearningRate = 0.05 };
        PretrainResult result = Run(SineData.Make(_folder), "run", recipe);
        double[] losses = [.. File.ReadLines(Path.Combine(_folder, "run", "log.jsonl")).Select(l => JsonDocument.Parse(l).RootElement)
            .Where(e => e.GetProperty("event").GetString() == "validation").Select(e => e.GetProperty("loss").GetDouble())];
        Assert.Equal(keep == KeptWeights.Auto ? 6 : Array.IndexOf(losses, losses.Min()) + 1, result.Epoch);
        Assert.Equal(losses[result.Epoch - 1], result.Loss, 1e-9);
    }

    [Fact]
    public void Decay_follows_the_kind_of_layer_and_its_own_course()
    {
        PretrainRecipe recipe = Recipe(PretrainingObjective.Jepa, "ecg-jepa", JepaTokens) with { WeightDecay = 0.5 };
        using IObjective objective = PretrainingParts.Of(recipe).Objective;
        objective.Network.Initialize(new PhiloxRandom(1));
        Dictionary<string, Tensor> named = objective.Network.NamedParameters().ToDictionary(p => p.Name, p => p.Tensor);
        using IOptimizer optimizer = TrainingLoop.CreateOptimizer(recipe, [.. objective.Network.NamedParameters()], objective.Decays);
        foreach (Tensor tensor in named.Values) tensor.Grad = Tensor.Zeros(tensor.Shape);
        float[] before = named["encoder.blocks.0.mlp.fc1.weight"].ToArray<float>(), registers = named["encoder.registers"].ToArray<float>();
        optimizer.Step(0.1, weightDecay: 2);
        Assert.Equal(before[3] * 0.8f, named["encoder.blocks.0.mlp.fc1.weight"].ToArray<float>()[3], 1e-6f);
        optimizer.Step(0.1);
        Assert.Equal(before[3] * 0.8f * 0.95f, named["encoder.blocks.0.mlp.fc1.weight"].ToArray<float>()[3], 1e-6f);
        Assert.Equal(registers, named["encoder.registers"].ToArray<float>());
    }

    [Fact]
    public void Reconstruction_lowers_its_loss()
    {
        Run(SineData.Make(_folder), "run", Recipe(PretrainingObjective.Reconstruction, "mtae", Patches) with { Epochs = 14, LearningRate = 0.01 });
        double[] losses = [.. File.ReadLines(Path.Combine(_folder, "run", "log.jsonl")).Select(l => JsonDocument.Parse(l).RootElement)
            .Where(e => e.GetProperty("event").GetString() == "validation").Select(e => e.GetProperty("loss").GetDouble())];
        Assert.True(losses[^1] < 0.95 * losses[0], $"the loss went from {losses[0]} to {losses[^1]}");
    }

    [Theory]
    [InlineData("st-mem", Patches)]
    [InlineData("mtae", Patches)]
    [InlineData("mlae", WholeLeads)]
    public void Paintings_fill_the_removed_patches_and_nothing_else(string family, string network)
    {
        PretrainRecipe recipe = Recipe(PretrainingObjective.Reconstruction, family, network);
        PretrainingParts parts = PretrainingParts.Of(recipe);
        using IObjective objective = parts.Objective;
        using var scope = new Scope();
        using var noGrad = GradMode.Off();
        objective.Network.Initialize(new PhiloxRandom(1));
        objective.Network.Eval();
        Tensor windows = new PhiloxRandom(2).NormalTensor([3, 2, 80]);
        MaskedAutoencoder autoencoder = Assert.IsType<MaskedAutoencoder>(objective.Network);
        Assert.Equal(windows.ToArray<float>(), autoencoder.Encoder.Join(autoencoder.Encoder.Cut(windows)).ToArray<float>());
        float[] painted = parts.Paint!(windows, new PhiloxRandom(3)).ToArray<float>();
        Assert.Equal(painted.Length / 2, painted.Count(float.IsNaN));
    }

    [Fact]
    public void What_a_masked_autoencoder_paints_is_drawn_after_every_validation()
    {
        Run(SineData.Make(_folder), "run", Recipe(PretrainingObjective.Hybrid, "mtae", Patches));
        Assert.Equal(["reconstruction-001.png", "reconstruction-002.png"], Directory.GetFiles(Path.Combine(_folder, "run"), "*.png").Select(Path.GetFileName).Order());
    }

    [Theory]
    [InlineData("st-mem-small-cpu", "objective=wcr", "objective wcr needs family ecg-fm")]
    [InlineData("ecg-fm-small", "objective=mae", "objective mae needs family st-mem, mtae or mlae")]
    [InlineData("simclr-xresnet-small-cpu", "objective=hybrid", "objective hybrid needs family st-mem, mtae or mlae")]
    [InlineData("simclr-xresnet-small-cpu", "objective=cmlc", "needs an encoder of one lead, and network.leads is 12")]
    [InlineData("simclr-xresnet-small-cpu", "network.leads=8", "network.leads is 8 but input names 12 leads")]
    [InlineData("moco-v3-small-cpu", "augmentations=[]", "objective moco-v3 needs augmentations")]
    [InlineData("moco-v3-small-cpu", "family=vit", "family is \"vit\"; it can be")]
    [InlineData("ecg-fm-small", "network.width=96", "network is for other families than ecg-fm, whose sizes are in encoder")]
    [InlineData("st-mem-small-cpu", "objective=jepa", "objective jepa needs family ecg-jepa or ecg-cpc")]
    [InlineData("ecg-jepa-small-cpu", "objective=cpc", "objective cpc needs family ecg-cpc: a transformer's positions")]
    [InlineData("ecg-jepa-small-cpu", "objective=mae", "objective mae needs family st-mem, mtae or mlae")]
    [InlineData("cpc-s4-small-cpu", "objective=dinosr", "objective dinosr needs network.bidirectional=true")]
    [InlineData("jepa-s4-small-cpu", "objective=cpc", "objective cpc needs network.bidirectional=false")]
    [InlineData("moco-v3-small-cpu", "family=probe", "family probe reads a network that is trained already")]
    public void A_pair_that_cannot_work_is_refused_with_the_reason(string preset, string setting, string reason) =>
        Assert.Contains(reason, Assert.Throws<ArgumentException>(() => Presets.Read<PretrainRecipe>(preset, setting)).Message, StringComparison.Ordinal);

    [Fact]
    public void Every_preset_builds_its_networks()
    {
        // Those of published size are counted elsewhere.
        foreach (string name in Presets.Names<PretrainRecipe>().Where(name => !name.EndsWith("-base", StringComparison.Ordinal) && name != "st-mem-small"))
        {
            PretrainRecipe recipe = Presets.Read<PretrainRecipe>(name);
            using IObjective objective = PretrainingParts.Of(recipe).Objective;
            Assert.InRange(objective.Network.ParameterCount, 100_000, 6_000_000);
        }
    }

    private static PretrainRecipe Recipe(PretrainingObjective objective, string family, string? network) => new()
    {
        Name = "tiny",
        Objective = objective,
        Family = family,
        Network = network is null ? null : JsonDocument.Parse(network).RootElement,
        Encoder = Objectives.TinyEcgFm.Config with { Leads = 2 },
        Heads = new() { LatentVars = 4, LatentGroups = 2, FinalDim = 8 },
        Input = SineData.Contract with { WindowSamples = SineData.Samples / 2, StrideSamples = SineData.Samples / 2 },
        TrainSplits = ["1"],
        ValidationSplits = ["2"],
        LastWeightDecay = objective == PretrainingObjective.Jepa ? 0.1 : null,
        Augmentations = objective is PretrainingObjective.Reconstruction ? [] : [new RandAugment { OperationProbability = 1 }],
        Reconstruction = new() { MaskRatio = 0.5, Decoder = new() { Width = 8, Depth = 1, Heads = 1, HeadWidth = 8, FeedForward = 8 } },
        Momentum = new() { HiddenWidth = 8, Width = 6, QueueEntries = 13 },
        Jepa = new() { Predictor = new() { Width = 4, Depth = 1, Heads = 1 }, FirstMomentum = 0.9 },
        Teacher = new() { Momentum = 0.9, LastMomentum = 0.99, Spans = new() { Span = 3, Share = 0.4 }, Blocks = new() { MinimumKept = 4 }, Codes = 6, Centres = [4, 6] },
        Epochs = 2,
        Batch = 16,
        LearningRate = 0.005,
        Precision = Precision.Float32,
    };

    private PretrainResult Run(Manifest manifest, string run, PretrainRecipe recipe, bool resume = false, long? stopAfter = null) =>
        new Pretraining(recipe, manifest, new RunOptions(Path.Combine(_folder, run), resume, "test", Device.Cpu, _ => { })
        {
            Group = ProcessGroup.Alone(),
            StopAfterUpdates = stopAfter,
        }).Run(CancellationToken.None)!;
}
