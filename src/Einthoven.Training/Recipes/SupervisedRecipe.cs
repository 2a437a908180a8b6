// What every training with labels has in common beside the loop: which recordings teach and judge, and how positives count.
using System.Text.Json.Serialization;

namespace Einthoven.Training.Recipes;

/// <summary>How positives are weighted in the loss.</summary>
public enum PositiveWeighting
{
    /// <summary>As any other example.</summary>
    None,

    /// <summary>By negatives ÷ positives of the training part, as ECG-FM's fine-tuning does.</summary>
    Balanced,
}

/// <summary>Which weights a run keeps.</summary>
public enum EpochChoice
{
    /// <summary>Those of the best validation.</summary>
    [JsonStringEnumMemberName("best")]
    Best,

    /// <summary>Those of the last epoch, whatever the validations said, as the PTB-XL benchmark does.</summary>
    [JsonStringEnumMemberName("last")]
    Last,
}

/// <summary>The part of a recipe that training with labels shares.</summary>
public abstract record SupervisedRecipe : TrainingRecipe
{
    /// <summary>Share of the training patients that are used, above 0 and up to 1: what fewer labels would give.</summary>
    public double TrainShare { get; init; } = 1;

    /// <summary>Which patients: equal seeds give equal patients, and a smaller share is part of a larger one.</summary>
    public ulong ShareSeed { get; init; } = 1;

    /// <summary>Which epoch's weights become the model.</summary>
    public EpochChoice Keep { get; init; }

    internal override bool KeepsLast => Keep == EpochChoice.Last;

    /// <summary>How positives are weighted.</summary>
    public PositiveWeighting PositiveWeighting { get; init; }

    /// <summary>Validation positives below which a label's threshold is the pooled one, not its own.</summary>
    public int FewPositives { get; init; } = 5;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(TrainShare is > 0 and <= 1, "trainShare is not in (0, 1]");
        Require(FewPositives >= 0, "fewPositives is negative");
    }
}
