// A supervised training as data: everything that decides its outcome beside the recordings.
using System.Text.Json;
using Einthoven.Models.Contracts;
using Einthoven.Training.Augmentation;

namespace Einthoven.Training.Recipes;

/// <summary>How positives are weighted in the loss.</summary>
public enum PositiveWeighting
{
    /// <summary>As any other example.</summary>
    None,

    /// <summary>By negatives ÷ positives of the training part, as ECG-FM's fine-tuning does.</summary>
    Balanced,
}

/// <summary>The recipe of a supervised training, from random weights or from another model's.</summary>
public sealed record FinetuneRecipe : TrainingRecipe
{
    /// <summary>The family, a row of the registry.</summary>
    public required string Family { get; init; }

    /// <summary>The family's configuration.</summary>
    public required JsonElement Network { get; init; }

    /// <summary>What the model expects of a recording.</summary>
    public required InputContract Input { get; init; }

    /// <summary>Splits to train on.</summary>
    public IReadOnlyList<string> TrainSplits { get; init; } = ["train"];

    /// <summary>Splits that choose the epoch and the thresholds.</summary>
    public IReadOnlyList<string> ValidationSplits { get; init; } = ["valid"];

    /// <summary>How the training windows are varied.</summary>
    public SupervisedAugmentation Augmentation { get; init; } = new();

    /// <summary>How positives are weighted.</summary>
    public PositiveWeighting PositiveWeighting { get; init; }

    /// <summary>Validation positives below which a label's threshold is the pooled one, not its own.</summary>
    public int FewPositives { get; init; } = 5;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Input.Validate();
        Require(Augmentation.CropSamples >= 0 && Augmentation.CropSamples <= Input.WindowSamples, $"augmentation.cropSamples is not between 0 and {Input.WindowSamples}");
        Require(!TrainSplits.Intersect(ValidationSplits).Any(), "a split is in trainSplits and in validationSplits");
        Require(FewPositives >= 0, "fewPositives is negative");
    }
}
