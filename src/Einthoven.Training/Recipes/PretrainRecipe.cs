// A self-supervised training of an encoder as data: any objective on any family that it can train.
using System.Text.Json;
using System.Text.Json.Serialization;
using Einthoven.Models.Contracts;
using Einthoven.Models.EcgFm;
using Einthoven.Training.Augmentation;
using Einthoven.Training.Objectives;
using Einthoven.Training.Objectives.Study;

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

    /// <summary>Joint-embedding prediction: ECG-JEPA on a vision transformer, the block form of the 2026 study on S4.</summary>
    [JsonStringEnumMemberName("jepa")]
    Jepa,

    /// <summary>The layers of a slow teacher at hidden positions (data2vec).</summary>
    [JsonStringEnumMemberName("data2vec")]
    Data2Vec,

    /// <summary>The nearest code of a slow teacher's output at hidden positions (DinoSR).</summary>
    [JsonStringEnumMemberName("dinosr")]
    DinoSr,

    /// <summary>Balanced soft assignments of a slow teacher's output to the centres of spherical k-means.</summary>
    [JsonStringEnumMemberName("k-means")]
    SphericalKMeans,

    /// <summary>What comes some positions later, told from what is elsewhere in the window (CPC).</summary>
    [JsonStringEnumMemberName("cpc")]
    Cpc,
}

/// <summary>Which weights a pretraining keeps.</summary>
public enum KeptWeights
{
    /// <summary>The lowest validation loss, but the last where targets change with the network: jepa, data2vec, dinosr, k-means, byol.</summary>
    Auto,

    /// <summary>Of the epoch with the lowest validation loss.</summary>
    LowestLoss,

    /// <summary>Of the last epoch.</summary>
    Last,
}

/// <summary>
/// The recipe of a pretraining. A batch counts examples: windows (mae, hybrid, cmlc, jepa, data2vec, dinosr, k-means, cpc), or pairs, which are neighbouring segments of one
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

    /// <summary>Joint-embedding prediction on a vision transformer.</summary>
    public JepaOptions Jepa { get; init; } = new();

    /// <summary>The teacher of data2vec, dinosr and k-means, and of jepa on S4: what is hidden and what is predicted.</summary>
    public TeacherOptions Teacher { get; init; } = new();

    /// <summary>Contrastive predictive coding.</summary>
    public CpcOptions Cpc { get; init; } = new();

    /// <summary>Which weights are kept.</summary>
    public KeptWeights Keep { get; init; }

    // A loss against targets that move says nothing about the weights.
    internal override bool KeepsLast => Keep switch
    {
        KeptWeights.Last => true,
        KeptWeights.LowestLoss => false,
        _ => Objective == PretrainingObjective.Byol || (Objective.IsPredictive() && Objective != PretrainingObjective.Cpc),
    };

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
        Require(Jepa.Mask is { KeepLow: > 0, KeepHigh: < 1, MinimumBlock: > 0 } && Jepa.Mask.KeepLow <= Jepa.Mask.KeepHigh, "jepa.mask keeps a share out of (0, 1), or minimumBlock is not positive");
        Require(Jepa is { FirstMomentum: >= 0 and <= 1, LastMomentum: >= 0 and <= 1, MomentumUpdates: null or > 0 }, "jepa's momentum is not between 0 and 1, or momentumUpdates not positive");
        Require(Teacher is { Momentum: >= 0 and <= 1, LastMomentum: null or (>= 0 and <= 1), TopLayers: > 0, Codes: > 1 }, "teacher.momentum or lastMomentum is not between 0 and 1, or topLayers or codes too small");
        Require(Teacher.Centres.Count > 0 && Teacher.Centres.All(c => c > 1), "teacher.centres has none, or one below 2");
        Require(Teacher.Spans is { Span: > 0, Share: > 0 } && Teacher.Spans.Share <= Teacher.Spans.Span, "teacher.spans needs a positive span and a share");
        Require(Cpc is { StepsAhead: > 0, Negatives: > 0 }, "cpc.stepsAhead or negatives is not positive");
    }
}
