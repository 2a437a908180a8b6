// A self-supervised training of an ECG-FM encoder as data.
using System.Text.Json.Serialization;
using Einthoven.Models.Contracts;
using Einthoven.Models.EcgFm;
using Einthoven.Training.Augmentation;
using Einthoven.Training.Objectives;

namespace Einthoven.Training.Recipes;

/// <summary>What an encoder is pretrained for.</summary>
public enum PretrainingObjective
{
    /// <summary>ECG-FM's hybrid: masked contrast and contrast of segments, with leads masked at random.</summary>
    [JsonStringEnumMemberName("wcr")]
    Wcr,

    /// <summary>Masked contrast alone (wav2vec 2.0).</summary>
    [JsonStringEnumMemberName("w2v")]
    Wav2Vec,

    /// <summary>Contrast of segments alone (CMSC).</summary>
    [JsonStringEnumMemberName("cmsc")]
    SegmentContrast,

    /// <summary>Contrast of two augmented views of one segment (SimCLR).</summary>
    [JsonStringEnumMemberName("simclr")]
    SimClr,
}

/// <summary>The recipe of a pretraining. A batch counts pairs: neighbouring segments of one recording, or two views of one segment.</summary>
public sealed record PretrainRecipe : TrainingRecipe
{
    /// <summary>What for.</summary>
    public PretrainingObjective Objective { get; init; }

    /// <summary>Sizes of the encoder.</summary>
    public EcgFmConfig Encoder { get; init; } = new();

    /// <summary>Sizes of the heads that only pretraining has.</summary>
    public EcgFmPretrainingConfig Heads { get; init; } = new();

    /// <summary>What the encoder expects of a recording; a window is one segment.</summary>
    public required InputContract Input { get; init; }

    /// <summary>Splits to train on; labels are not looked at.</summary>
    public IReadOnlyList<string> TrainSplits { get; init; } = ["train"];

    /// <summary>Splits that choose the epoch, by the loss.</summary>
    public IReadOnlyList<string> ValidationSplits { get; init; } = ["valid"];

    /// <summary>What varies every segment in training, in this order; each segment by draws of its own.</summary>
    public IReadOnlyList<WindowAugmentation> Augmentations { get; init; } = [];

    /// <summary>Masks, negatives and weights of the masked contrast.</summary>
    public Wav2VecOptions Masked { get; init; } = new();

    /// <summary>The contrast of segments.</summary>
    public SegmentContrastOptions Segments { get; init; } = new();

    /// <summary>The contrast of views; they are compared in a width of heads.finalDim.</summary>
    public SimClrOptions Views { get; init; } = new();

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Input.Validate();
        Encoder.Validate();
        foreach (WindowAugmentation augmentation in Augmentations) augmentation.Validate();
        Require(Encoder.Leads == Input.Leads.Count, $"encoder.leads is {Encoder.Leads} but input names {Input.Leads.Count} leads");
        Require(Objective != PretrainingObjective.SimClr || Augmentations.Count > 0, "objective simclr needs augmentations: without them both views of a segment are the same");
        Require(Views.Temperature > 0, "views.temperature is not positive");
        Require(!TrainSplits.Intersect(ValidationSplits).Any(), "a split is in trainSplits and in validationSplits");
    }
}
