// A self-supervised training of an encoder as data: any objective on any family that it can train.
using System.Text.Json;
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

    /// <summary>Masked reconstruction (ST-MEM, MTAE, MLAE by the encoder's family).</summary>
    [JsonStringEnumMemberName("mae")]
    Reconstruction,

    /// <summary>Masked reconstruction and a contrast of two masked views.</summary>
    [JsonStringEnumMemberName("hybrid")]
    Hybrid,

    /// <summary>Two views against a slow copy and a queue of its keys (MoCo v2).</summary>
    [JsonStringEnumMemberName("moco-v2")]
    MocoV2,

    /// <summary>Two views against a slow copy (MoCo v3).</summary>
    [JsonStringEnumMemberName("moco-v3")]
    MocoV3,

    /// <summary>One view predicts what a slow copy makes of the other (BYOL).</summary>
    [JsonStringEnumMemberName("byol")]
    Byol,

    /// <summary>Contrast of all views of a patient with those of others (3KG).</summary>
    [JsonStringEnumMemberName("3kg")]
    ThreeKg,

    /// <summary>Contrast of two recordings of one patient (PCLR).</summary>
    [JsonStringEnumMemberName("pclr")]
    Pclr,

    /// <summary>Contrast of the leads of a segment, each alone through an encoder of one lead (CMLC).</summary>
    [JsonStringEnumMemberName("cmlc")]
    LeadContrast,

    /// <summary>Contrast of the leads of two neighbouring segments (CMSMLC).</summary>
    [JsonStringEnumMemberName("cmsmlc")]
    SegmentLeadContrast,
}

/// <summary>
/// The recipe of a pretraining. A batch counts examples: windows (mae, hybrid, cmlc), or pairs, which are neighbouring segments of one
/// recording (wcr, w2v, cmsc, cmsmlc), two views of one segment (simclr, moco-v2, moco-v3, byol, 3kg) or two recordings of one patient (pclr).
/// </summary>
public sealed record PretrainRecipe : TrainingRecipe
{
    /// <summary>What for.</summary>
    public PretrainingObjective Objective { get; init; }

    /// <summary>Family of the encoder, a row of the registry.</summary>
    public string Family { get; init; } = EcgFmImporter.Family;

    /// <summary>The family's configuration; what is not given has its default. Not for ECG-FM, whose sizes are in <see cref="Encoder"/>.</summary>
    public JsonElement? Network { get; init; }

    /// <summary>Sizes of ECG-FM's encoder; nothing to any other family.</summary>
    public EcgFmConfig Encoder { get; init; } = new();

    /// <summary>Sizes of the heads that only pretraining has.</summary>
    public EcgFmPretrainingConfig Heads { get; init; } = new();

    /// <summary>What the encoder expects of a recording; a window is one segment.</summary>
    public required InputContract Input { get; init; }

    /// <summary>What varies every segment in training, in this order; each segment by draws of its own.</summary>
    public IReadOnlyList<WindowAugmentation> Augmentations { get; init; } = [];

    /// <summary>Masks, negatives and weights of the masked contrast.</summary>
    public Wav2VecOptions Masked { get; init; } = new();

    /// <summary>The contrast of segments.</summary>
    public SegmentContrastOptions Segments { get; init; } = new();

    /// <summary>The contrast of views; they are compared in a width of heads.finalDim.</summary>
    public SimClrOptions Views { get; init; } = new();

    /// <summary>Masked reconstruction.</summary>
    public ReconstructionOptions Reconstruction { get; init; } = new();

    /// <summary>The contrast beside it.</summary>
    public HybridOptions Hybrid { get; init; } = new();

    /// <summary>The slow copy of moco-v2, moco-v3 and byol.</summary>
    public MomentumOptions Momentum { get; init; } = new();

    /// <summary>The contrasts of CLOCS: cmlc and cmsmlc, and cmsc on every family but ECG-FM.</summary>
    public ClocsOptions Clocs { get; init; } = new();

    /// <summary>3KG's contrast.</summary>
    public PatientContrastOptions Patients { get; init; } = new();

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Input.Validate();
        Encoder.Validate();
        foreach (WindowAugmentation augmentation in Augmentations) augmentation.Validate();
        if (ObjectiveNeeds.Problem(this) is { } problem) throw new ArgumentException($"The recipe does not work: {problem}.");
        Require(Views.Temperature > 0 && Hybrid.Temperature > 0 && Clocs.Temperature > 0 && Patients.Temperature > 0, "a temperature of views, hybrid, clocs or patients is not positive");
        Require(Momentum.Temperature is null or > 0, "momentum.temperature is not positive");
        Require(Momentum.Momentum is null or (>= 0 and <= 1), "momentum.momentum is not between 0 and 1");
        Require(Momentum.HiddenWidth > 0 && Momentum.Width > 0 && Momentum.QueueEntries > 0, "momentum.hiddenWidth, width or queueEntries is not positive");
        Require(Reconstruction.MaskRatio is > 0 and < 1, "reconstruction.maskRatio is not between 0 and 1");
        Require(Hybrid.Weight >= 0 && Hybrid.Width > 0, "hybrid.weight is negative or hybrid.width not positive");
        Reconstruction.Decoder.Validate();
    }
}
