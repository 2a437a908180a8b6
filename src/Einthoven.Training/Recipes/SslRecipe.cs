// A comparison of self-supervised methods as data: what is pretrained, how its features are read, with how many labels and leads.
using System.Text.Json.Serialization;
using Einthoven.Models.Contracts;

namespace Einthoven.Training.Recipes;

/// <summary>How an encoder becomes a classifier.</summary>
public enum EncoderReading
{
    /// <summary>A linear head on the mean of the frozen encoder's last layer.</summary>
    [JsonStringEnumMemberName("linear")]
    Linear,

    /// <summary>A learned query over the positions of the frozen encoder's last layer.</summary>
    [JsonStringEnumMemberName("attention")]
    Attention,

    /// <summary>All weights trained.</summary>
    [JsonStringEnumMemberName("finetune")]
    Finetune,
}

/// <summary>One method of a comparison.</summary>
/// <param name="Name">As tables name it.</param>
/// <param name="Preset">Preset or file of its pretraining.</param>
public sealed record SslMethod(string Name, string Preset)
{
    /// <summary>Values of that recipe that are replaced, as <c>key=value</c>, behind those that all methods share.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>Whether the encoder stays as it is drawn: the row that the others are compared with.</summary>
    public bool Random { get; init; }

    /// <summary>The method with random weights that this one's figures are compared with; null: the first there is.</summary>
    public string? Against { get; init; }
}

/// <summary>One way to read every encoder.</summary>
/// <param name="Reading">How.</param>
/// <param name="Shares">With how many labels.</param>
public sealed record SslReading(EncoderReading Reading, IReadOnlyList<ScalingShare> Shares)
{
    /// <summary>Leads that are shown, the others flat; null: all. Frozen encoders only.</summary>
    public IReadOnlyList<string>? Leads { get; init; }

    /// <summary>When: all readings of a lower number are done first, for every method.</summary>
    public int Order { get; init; }
}

/// <summary>
/// The recipe of a comparison: every method is pretrained once, on the same recordings prepared in the same way, and then read in the same ways.
/// Epochs of readings are chosen on the validation splits, figures come from the test splits. Methods come in the order in which they are run.
/// </summary>
public sealed record SslRecipe : IRecipe
{
    /// <summary>What it is called.</summary>
    public required string Name { get; init; }

    /// <summary>One sentence for people.</summary>
    public string Summary { get; init; } = "";

    /// <summary>What is compared.</summary>
    public required IReadOnlyList<SslMethod> Methods { get; init; }

    /// <summary>Values of every pretraining that are replaced, as <c>key=value</c>: sizes and budget.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>How recordings are prepared for all of them, and the window that is read; a method may be pretrained on shorter windows.</summary>
    public required InputContract Input { get; init; }

    /// <summary>How encoders are read.</summary>
    public required IReadOnlyList<SslReading> Readings { get; init; }

    /// <summary>The method that all are compared with beside random weights; null: none.</summary>
    public string? Reference { get; init; }

    /// <summary>Preset or file of the fine-tuning; network and input are those of the encoder.</summary>
    public string Finetune { get; init; } = "ecg-fm-small";

    /// <summary>Values of it that are replaced.</summary>
    public IReadOnlyList<string> FinetuneSettings { get; init; } = [];

    /// <summary>Preset or file of the linear head.</summary>
    public string Linear { get; init; } = "linear";

    /// <summary>Preset or file of the attentive head.</summary>
    public string Attention { get; init; } = "attention";

    /// <summary>Splits to pretrain and train on.</summary>
    public IReadOnlyList<string> TrainSplits { get; init; } = ["train"];

    /// <summary>Splits that choose the epoch, and that collapse is looked for on.</summary>
    public IReadOnlyList<string> ValidationSplits { get; init; } = ["valid"];

    /// <summary>Splits that the figures come from, looked at once a run.</summary>
    public IReadOnlyList<string> TestSplits { get; init; } = ["test"];

    /// <summary>Seed of every pretraining and of the first repeat of the readings.</summary>
    public ulong Seed { get; init; } = 1;

    /// <inheritdoc/>
    public void Validate()
    {
        Input.Validate();
        Require(Methods.Count > 0 && Methods.Select(m => m.Name).Distinct().Count() == Methods.Count, "methods is empty or names one twice");
        Require(Methods.All(m => m.Name.Length > 0 && m.Name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.')), "a method's name has more than letters, digits, dots and dashes");
        foreach (SslMethod method in Methods)
            Require(method.Against is null || Methods.Any(m => m.Random && m.Name == method.Against), $"{method.Name} is against {method.Against}, which is no method with random weights");
        Require(Reference is null || Methods.Any(m => m.Name == Reference), $"reference is {Reference}, which is no method");
        Require(Readings.Count > 0 && Readings.All(r => r.Shares.Count > 0), "readings is empty, or one has no shares");
        foreach (SslReading reading in Readings)
        {
            Require(reading.Leads is null || reading.Reading != EncoderReading.Finetune, "leads are left out for frozen encoders only, not for finetune");
            Require(reading.Leads is null || (reading.Leads.Count > 0 && reading.Leads.All(Input.Leads.Contains)), $"readings show leads that are not among {string.Join(", ", Input.Leads)}");
            foreach (ScalingShare share in reading.Shares) Require(share.Problem() is null, share.Problem()!);
        }

        Require(!TestSplits.Intersect(TrainSplits.Concat(ValidationSplits)).Any(), "a test split is also trained on or validated on");
        Require(!TrainSplits.Intersect(ValidationSplits).Any(), "a split is in trainSplits and in validationSplits");
    }

    private static void Require(bool holds, string problem)
    {
        if (!holds) throw new ArgumentException($"The recipe does not work: {problem}.");
    }
}
