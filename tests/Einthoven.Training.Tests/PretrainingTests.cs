// A whole pretraining on a tiny made-up data set: it learns, resumes bit for bit, and fine-tuning begins with what it gives.
using System.Text.Json;
using Einthoven.Models;
using Einthoven.Models.EcgFm;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;
using Einthoven.Training.Augmentation;
using Einthoven.Training.Data;
using Einthoven.Training.Objectives;
using Einthoven.Training.Recipes;
using Einthoven.Training.Trainer;

namespace Einthoven.Training.Tests;

public sealed class PretrainingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("einthoven-pretrain-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Gumbel_noise_is_finite_even_at_the_ends_of_the_generators_range()
    {
        using var scope = new Scope();
        foreach (float end in new[] { 0f, (float)(1 - (1.0 / (1 << 24))) })
            Assert.All(new RandomPretrainingDraws(new Constant(end)).Gumbel(2, 3).ToArray<float>(), g => Assert.True(float.IsFinite(g), $"{g} from {end}"));
    }

    [Theory]
    [InlineData(PretrainingObjective.Wcr)]
    [InlineData(PretrainingObjective.Wav2Vec)]
    [InlineData(PretrainingObjective.SegmentContrast)]
    [InlineData(PretrainingObjective.SimClr)]
    public void A_pretraining_lowers_its_loss_and_resumes_bit_for_bit(PretrainingObjective objective)
    {
        Manifest manifest = SineData.Make(_folder);
        PretrainRecipe recipe = Recipe() with { Objective = objective };
        PretrainResult whole = Run(manifest, "whole", recipe);
        double[] losses = [.. File.ReadLines(Path.Combine(_folder, "whole", "log.jsonl")).Select(l => JsonDocument.Parse(l).RootElement)
            .Where(e => e.GetProperty("event").GetString() == "validation").Select(e => e.GetProperty("loss").GetDouble())];
        Assert.True(losses[^1] < losses[0], $"the loss went from {losses[0]} to {losses[^1]}");
        Assert.ThrowsAny<OperationCanceledException>(() => Run(manifest, "parts", recipe, stopAfter: 5));
        PretrainResult parts = Run(manifest, "parts", recipe, resume: true);
        Assert.Equal(File.ReadAllBytes(whole.Weights), File.ReadAllBytes(parts.Weights));
    }

    [Fact]
    public void Views_of_a_segment_need_augmentations() =>
        Assert.Contains(
            "simclr needs augmentations",
            Assert.Throws<ArgumentException>(() => Presets.Read<PretrainRecipe>("ecg-fm-small", "objective=simclr", "augmentations=[]")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_dry_run_tells_updates_memory_and_time()
    {
        IReadOnlyList<string> lines = DryRun.Describe(Recipe(), SineData.Make(_folder), Device.Cpu);
        Assert.Contains("64 training and 32 validation recordings; 64 pairs of segments an epoch", lines[0], StringComparison.Ordinal);
        Assert.Contains("32 updates of 1 × 8 pairs of segments", lines[1], StringComparison.Ordinal);
        Assert.Matches(@"^[0-9.E-]+ s an update in Float32 with \d+ threads? \(timed on \d micro-batches of random windows\): about \d+ s ", lines[2]);
        Assert.Matches(@"^\d+ MB for weights, gradients and optimiser; \d+ MB at most in this trial$", lines[3]);
    }

    [Fact]
    public void The_base_preset_has_the_published_parameters()
    {
        EcgFmPreset published = EcgFmPreset.Get("base");
        PretrainRecipe recipe = Presets.Read<PretrainRecipe>("ecg-fm-base");
        using var network = new EcgFmPretraining(recipe.Encoder, recipe.Heads);
        Assert.Equal(published.PretrainingParameters, network.ParameterCount);
        Assert.Equal(1024, 2 * recipe.Batch * recipe.Accumulate);
        FinetuneRecipe tuning = Presets.Read<FinetuneRecipe>("ecg-fm-base");
        using EcgNetwork classifier = ModelFamilies.Get(tuning.Family).Create(tuning.Network, 17);
        Assert.Equal(published.ClassifierParameters[17], classifier.ParameterCount);
    }

    [Fact]
    public void Fine_tuning_begins_with_the_pretrained_encoder()
    {
        Manifest manifest = SineData.Make(_folder);
        string weights = Run(manifest, "pretrained", Recipe() with { Epochs = 1 }).Weights;
        var recipe = new FinetuneRecipe
        {
            Name = "tuned",
            Family = "ecg-fm",
            Network = JsonSerializer.SerializeToElement(new
            {
                leads = 2,
                layers = 1,
                width = 8,
                feedForward = 16,
                heads = 2,
                convPos = 8,
                convPosGroups = 2,
                convLayers = new[] { new { width = 6, kernel = 2, stride = 2 }, new { width = 6, kernel = 2, stride = 2 } },
            }),
            Input = SineData.Contract,
            TrainSplits = ["1"],
            ValidationSplits = ["2"],
            Epochs = 1,
            Batch = 16,
            Precision = Precision.Float32,
            Frozen = new Dictionary<string, long> { ["encoder."] = 1000 },
        };
        var options = new RunOptions(Path.Combine(_folder, "tuned"), false, "test", Device.Cpu, _ => { }) { Group = ProcessGroup.Alone() };
        FinetuneResult result = new Finetuning(recipe, manifest, options, weights).Run(CancellationToken.None)!;
        using SafeTensorsFile before = SafeTensorsFile.Open(weights), after = SafeTensorsFile.Open(Path.Combine(result.Folder, "weights.safetensors"));
        Assert.Equal(before["encoder.layers.0.fc1.bias"].ToFloats(), after["encoder.encoder.layers.0.fc1.bias"].ToFloats());
    }

    [Fact]
    public void Diagnostics_tell_collapsed_embeddings_from_spread_ones()
    {
        float[] collapsed = [.. Enumerable.Range(0, 40).SelectMany(k => new[] { 1f, 0f, 0f, 0f })];
        var random = new float[40 * 4];
        new PhiloxRandom(1).Normal(random);
        EmbeddingDiagnostics flat = EmbeddingDiagnostics.Of(collapsed, 4), spread = EmbeddingDiagnostics.Of(random, 4);
        Assert.Equal((0, 0, 0), (flat.Alignment, flat.Uniformity, flat.EffectiveRank));
        Assert.InRange(spread.EffectiveRank, 3.5, 4);
        Assert.InRange(spread.Alignment, 1.5, 2.5);
        Assert.True(spread.Uniformity < -1.5);
    }

    private PretrainResult Run(Manifest manifest, string run, PretrainRecipe recipe, bool resume = false, long? stopAfter = null) =>
        new Pretraining(recipe, manifest, new RunOptions(Path.Combine(_folder, run), resume, "test", Device.Cpu, _ => { })
        {
            Group = ProcessGroup.Alone(),
            StopAfterUpdates = stopAfter,
        }).Run(CancellationToken.None)!;

    private static PretrainRecipe Recipe() => new()
    {
        Name = "tiny",
        Encoder = new EcgFmConfig
        {
            Leads = 2,
            ConvLayers = [new(6, 2, 2), new(6, 2, 2)],
            Layers = 1,
            Width = 8,
            FeedForward = 16,
            Heads = 2,
            ConvPos = 8,
            ConvPosGroups = 2,
        },
        Heads = new EcgFmPretrainingConfig { LatentVars = 4, LatentGroups = 2, FinalDim = 8 },
        Input = SineData.Contract with { WindowSamples = SineData.Samples / 2, StrideSamples = SineData.Samples / 2 },
        TrainSplits = ["1"],
        ValidationSplits = ["2"],
        Augmentations = [new RandomLeadMasking { LeadProbability = 0.2 }],
        Masked = new Wav2VecOptions { Frames = new SpanMasking { Length = 2 }, Negatives = 5 },
        Epochs = 4,
        Batch = 8,
        Optimizer = OptimizerKind.FairseqAdam,
        LearningRate = 0.005,
        Precision = Precision.Float32,
    };

    /// <summary>A source that always gives one number.</summary>
    private sealed class Constant(float value) : IRandomSource
    {
        public void Uniform(Span<float> destination) => destination.Fill(value);

        public void Normal(Span<float> destination) => destination.Clear();

        public void Integers(Span<long> destination, long bound) => destination.Clear();
    }
}
