// A supervised training run as data: everything that decides its outcome beside the recordings.
using System.Text.Json;
using System.Text.Json.Serialization;
using Einthoven.Models.Contracts;
using Einthoven.Training.Augmentation;

namespace Einthoven.Training.Recipes;

/// <summary>In which type the bulk of the arithmetic is done.</summary>
public enum Precision
{
    /// <summary>The faster of the two on this machine, measured at the start and written to the log.</summary>
    [JsonStringEnumMemberName("auto")]
    Auto,

    /// <summary>Single precision.</summary>
    [JsonStringEnumMemberName("float32")]
    Float32,

    /// <summary>bfloat16 with weights, statistics and loss in single precision.</summary>
    [JsonStringEnumMemberName("bfloat16")]
    BFloat16,
}

/// <summary>The recipe of a supervised training from scratch.</summary>
public sealed record FinetuneRecipe
{
    /// <summary>Name of the model that comes out.</summary>
    public required string Name { get; init; }

    /// <summary>One sentence for people.</summary>
    public string Summary { get; init; } = "";

    /// <summary>The family, a row of the registry.</summary>
    public required string Family { get; init; }

    /// <summary>The family's configuration.</summary>
    public required JsonElement Network { get; init; }

    /// <summary>What the model expects of a recording.</summary>
    public required InputContract Input { get; init; }

    /// <summary>Folds to train on.</summary>
    public required IReadOnlyList<int> TrainFolds { get; init; }

    /// <summary>Folds that choose the epoch and the thresholds.</summary>
    public required IReadOnlyList<int> ValidationFolds { get; init; }

    /// <summary>Passes over the training recordings.</summary>
    public int Epochs { get; init; } = 20;

    /// <summary>Epochs between two looks at the validation folds.</summary>
    public int ValidateEvery { get; init; } = 1;

    /// <summary>Recordings of a step; a last incomplete batch of an epoch is left out.</summary>
    public int Batch { get; init; } = 64;

    /// <summary>Peak learning rate: linear warm-up, then half a cosine to zero.</summary>
    public double LearningRate { get; init; } = 2e-3;

    /// <summary>Share of the steps that warm up.</summary>
    public double WarmupFraction { get; init; } = 0.1;

    /// <summary>AdamW's decay of tensors with two or more dimensions.</summary>
    public double WeightDecay { get; init; } = 0.05;

    /// <summary>Limit of the gradient norm; 0: none.</summary>
    public double ClipNorm { get; init; } = 1;

    /// <summary>Largest decay of the running average of weights that is validated and kept.</summary>
    public double AverageDecay { get; init; } = 0.999;

    /// <summary>How the training windows are varied.</summary>
    public SupervisedAugmentation Augmentation { get; init; } = new();

    /// <summary>Type of the arithmetic.</summary>
    public Precision Precision { get; init; } = Precision.Auto;

    /// <summary>Seed of every draw.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Validation positives below which a label's threshold is the pooled one, not its own.</summary>
    public int FewPositives { get; init; } = 5;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">One is out of range; the message names it.</exception>
    public void Validate()
    {
        Input.Validate();
        Require(Epochs > 0, "epochs is not positive");
        Require(ValidateEvery > 0, "validateEvery is not positive");
        Require(Batch > 1, "batch is below 2");
        Require(LearningRate > 0, "learningRate is not positive");
        Require(WarmupFraction is >= 0 and < 1, "warmupFraction is not in [0, 1)");
        Require(AverageDecay is >= 0 and < 1, "averageDecay is not in [0, 1)");
        Require(Augmentation.CropSamples >= 0 && Augmentation.CropSamples <= Input.WindowSamples, $"augmentation.cropSamples is not between 0 and {Input.WindowSamples}");
        Require(!TrainFolds.Intersect(ValidationFolds).Any(), "a fold is in trainFolds and in validationFolds");
    }

    private static void Require(bool holds, string problem)
    {
        if (!holds) throw new ArgumentException($"The recipe does not work: {problem}.");
    }
}
