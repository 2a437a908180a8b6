// A study of label efficiency as data: which methods, with how many labels, how often.
using System.Text.Json.Serialization;

namespace Einthoven.Training.Recipes;

/// <summary>A recipe of any kind.</summary>
public interface IRecipe
{
    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">One is out of range; the message names it.</exception>
    void Validate();
}

/// <summary>One way to make a classifier of an encoder.</summary>
public enum ScalingMethod
{
    /// <summary>All weights trained, from the encoder's own.</summary>
    [JsonStringEnumMemberName("finetune")]
    Finetune,

    /// <summary>All weights trained, from random ones.</summary>
    [JsonStringEnumMemberName("random-finetune")]
    RandomFinetune,

    /// <summary>A head on the encoder as it is.</summary>
    [JsonStringEnumMemberName("probe")]
    Probe,

    /// <summary>A head on the encoder with random weights: what the architecture alone gives.</summary>
    [JsonStringEnumMemberName("random-probe")]
    RandomProbe,
}

/// <summary>A share of the labels.</summary>
/// <param name="Share">Share of the training patients, above 0 and up to 1.</param>
/// <param name="Repeats">Runs of every method, each with patients and draws of its own.</param>
/// <param name="Epochs">Passes of a fine-tuning; fewer labels need more.</param>
/// <param name="ValidateEvery">Epochs between its validations.</param>
/// <param name="Batch">Examples of its batch.</param>
/// <param name="ProbeEpochs">Passes of a probe: few labels make few updates a pass.</param>
/// <param name="ProbeValidateEvery">Epochs between its validations.</param>
public sealed record ScalingShare(double Share, int Repeats, int Epochs, int ValidateEvery, int Batch, int ProbeEpochs, int ProbeValidateEvery)
{
    /// <summary>Why it does not work; null where it does.</summary>
    internal string? Problem() =>
        Share is not (> 0 and <= 1) ? "a share is not in (0, 1]"
        : Repeats < 1 || Epochs < 1 || ValidateEvery < 1 || Batch < 2 || ProbeEpochs < 1 || ProbeValidateEvery < 1
            ? "repeats, epochs, validateEvery, batch, probeEpochs or probeValidateEvery of a share is too small" : null;
}

/// <summary>The recipe of a study. Every method sees the same patients; epochs are chosen on the validation splits, figures come from the test splits.</summary>
public sealed record ScalingRecipe : IRecipe
{
    /// <summary>What it is called.</summary>
    public required string Name { get; init; }

    /// <summary>One sentence for people.</summary>
    public string Summary { get; init; } = "";

    /// <summary>What is compared.</summary>
    public IReadOnlyList<ScalingMethod> Methods { get; init; } = Enum.GetValues<ScalingMethod>();

    /// <summary>With how many labels.</summary>
    public required IReadOnlyList<ScalingShare> Shares { get; init; }

    /// <summary>Preset or file of the fine-tuning; network and input are those of the encoder, but for the window's length.</summary>
    public required string Finetune { get; init; }

    /// <summary>Preset or file of the probe.</summary>
    public string Probe { get; init; } = "linear";

    /// <summary>Splits to train on.</summary>
    public IReadOnlyList<string> TrainSplits { get; init; } = ["train"];

    /// <summary>Splits that choose the epoch.</summary>
    public IReadOnlyList<string> ValidationSplits { get; init; } = ["valid"];

    /// <summary>Splits that the figures come from, looked at once a run.</summary>
    public IReadOnlyList<string> TestSplits { get; init; } = ["test"];

    /// <summary>Seed of the first repeat; the others follow it.</summary>
    public ulong Seed { get; init; } = 1;

    /// <inheritdoc/>
    public void Validate()
    {
        Require(Methods.Count > 0 && Methods.Distinct().Count() == Methods.Count, "methods is empty or names one twice");
        Require(Shares.Count > 0 && Shares.Select(s => s.Share).Distinct().Count() == Shares.Count, "shares is empty or names one twice");
        foreach (ScalingShare share in Shares) Require(share.Problem() is null, share.Problem()!);
        Require(!TestSplits.Intersect(TrainSplits.Concat(ValidationSplits)).Any(), "a test split is also trained on or validated on");
    }

    private static void Require(bool holds, string problem)
    {
        if (!holds) throw new ArgumentException($"The recipe does not work: {problem}.");
    }
}
