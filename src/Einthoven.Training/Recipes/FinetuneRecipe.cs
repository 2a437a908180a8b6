// A supervised training as data: everything that decides its outcome beside the recordings.
using System.Text.Json;
using Einthoven.Models.Contracts;
using Einthoven.Training.Augmentation;

namespace Einthoven.Training.Recipes;

/// <summary>The recipe of a supervised training, from random weights or from another model's.</summary>
public sealed record FinetuneRecipe : SupervisedRecipe
{
    /// <summary>The family, a row of the registry.</summary>
    public required string Family { get; init; }

    /// <summary>The family's configuration.</summary>
    public required JsonElement Network { get; init; }

    /// <summary>What the model expects of a recording.</summary>
    public required InputContract Input { get; init; }

    /// <summary>How the training windows are varied.</summary>
    public SupervisedAugmentation Augmentation { get; init; } = new();

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Input.Validate();
        Require(Augmentation.CropSamples >= 0 && Augmentation.CropSamples <= Input.WindowSamples, $"augmentation.cropSamples is not between 0 and {Input.WindowSamples}");
    }
}
