// A supervised training as data: everything that decides its outcome beside the recordings.
using System.Text.Json;
using System.Text.Json.Serialization;
using Einthoven.Models.Contracts;
using Einthoven.Training.Augmentation;

namespace Einthoven.Training.Recipes;

/// <summary>What a label that is there, or not, costs.</summary>
public enum LabelLoss
{
    /// <summary>Binary cross-entropy: what is not there is absent.</summary>
    [JsonStringEnumMemberName("cross-entropy")]
    CrossEntropy,

    /// <summary>What is not there is unlabelled: cross-entropy of what is there, (1.5 − p)·p² of the rest, as ECGFounder is trained.</summary>
    [JsonStringEnumMemberName("positive-unlabelled")]
    PositiveUnlabelled,

    /// <summary>The same with the focal margin that the Hill loss was published with: margin 1, exponent 2.</summary>
    [JsonStringEnumMemberName("hill")]
    Hill,
}

/// <summary>The recipe of a supervised training, from random weights or from another model's.</summary>
public sealed record FinetuneRecipe : SupervisedRecipe
{
    /// <summary>The family, a row of the registry.</summary>
    public required string Family { get; init; }

    /// <summary>The family's configuration.</summary>
    public required JsonElement Network { get; init; }

    /// <summary>What the model expects of a recording.</summary>
    public required InputContract Input { get; init; }

    /// <summary>The loss.</summary>
    public LabelLoss Loss { get; init; }

    /// <summary>How the training windows are varied.</summary>
    public SupervisedAugmentation Augmentation { get; init; } = new();

    /// <summary>How the recordings are packed: as the model expects them, or with the leads that augmentation chooses from.</summary>
    public InputContract PackedInput() => Augmentation.OtherLimbLeads > 0 ? LimbLeadChoice.Packed(Input) : Input;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Input.Validate();
        PackedInput().Validate();
        Require(Augmentation.OtherLimbLeads is >= 0 and <= 1, "augmentation.otherLimbLeads is not between 0 and 1");
        Require(Loss == LabelLoss.CrossEntropy || PositiveWeighting == PositiveWeighting.None, "positiveWeighting belongs to the loss cross-entropy");
        Require(Augmentation.CropSamples >= 0 && Augmentation.CropSamples <= Input.WindowSamples, $"augmentation.cropSamples is not between 0 and {Input.WindowSamples}");
    }
}
