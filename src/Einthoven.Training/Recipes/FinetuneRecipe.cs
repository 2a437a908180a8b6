// A supervised training as data: everything that decides its outcome beside the recordings.
using System.Text.Json;
using System.Text.Json.Serialization;
using Einthoven.Models;
using Einthoven.Models.Contracts;
using Einthoven.Models.Packages;
using Einthoven.Training.Augmentation;
using Einthoven.Training.Data;

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

/// <summary>The figure on the validation part that chooses the epoch.</summary>
public enum SelectionFigure
{
    /// <summary>The usual one of the task: macro AUROC, or the mean absolute error.</summary>
    [JsonStringEnumMemberName("auto")]
    Auto,

    /// <summary>Mean area under the ROC curve; of classes, each against the rest.</summary>
    [JsonStringEnumMemberName("macro-auroc")]
    MacroAuroc,

    /// <summary>Mean average precision.</summary>
    [JsonStringEnumMemberName("macro-auprc")]
    MacroAuprc,

    /// <summary>Cross-entropy; the smallest.</summary>
    [JsonStringEnumMemberName("cross-entropy")]
    CrossEntropy,

    /// <summary>Share of recordings whose most probable class is the true one.</summary>
    [JsonStringEnumMemberName("accuracy")]
    Accuracy,

    /// <summary>Mean absolute error, each label in units of its standard deviation; the smallest.</summary>
    [JsonStringEnumMemberName("mean-absolute-error")]
    MeanAbsoluteError,

    /// <summary>Mean share of the variance explained.</summary>
    [JsonStringEnumMemberName("r2")]
    R2,
}

/// <summary>
/// When a model of any one lead offers a label from a lead: its AUROC from that lead on the validation part is surely above a limit, and the label
/// is none that compares leads by its definition.
/// </summary>
public sealed record LeadOffer
{
    /// <summary>What the lower end of the AUROC's 95 % interval must reach.</summary>
    public double Auroc { get; init; } = 0.8;

    /// <summary>Fewest positives in the validation part: below, an interval means little.</summary>
    public int Positives { get; init; } = 10;
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

    /// <summary>The loss of labels.</summary>
    public LabelLoss Loss { get; init; }

    /// <summary>What is learned: labels that are each there or not, one class out of several (each a column with a single 1 a row), or values.</summary>
    public ModelTask Task { get; init; }

    /// <summary>How the probabilities of a recording's windows become one: their mean, or their largest, as the PTB-XL benchmark has it.</summary>
    public Aggregation Aggregation { get; init; }

    /// <summary>What chooses the epoch.</summary>
    public SelectionFigure Select { get; init; }

    /// <summary>How the training windows are varied.</summary>
    public SupervisedAugmentation Augmentation { get; init; } = new();

    /// <summary>What other models say of the training recordings, learned beside the labels.</summary>
    public Teaching Teaching { get; init; } = new();

    /// <summary>Values learned beside the labels, from outputs that the package does not keep.</summary>
    public Helpers Helpers { get; init; } = new();

    /// <summary>For an input of any one lead: which labels the model will offer, and from which leads; null: all labels, from every lead.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LeadOffer? Offer { get; init; }

    /// <summary>How the recordings are packed: as the model expects them, or with the leads that augmentation chooses from.</summary>
    public InputContract PackedInput() => Input.AnyLead ? AnyLeadDraw.Packed(Input) : Augmentation.OtherLimbLeads > 0 ? LimbLeadChoice.Packed(Input) : Input;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Input.Validate();
        PackedInput().Validate();
        ModelFamilies.All.FirstOrDefault(family => family.Name == Family)?.RequireInput?.Invoke(Network, Input);
        Require(Augmentation.OtherLimbLeads is >= 0 and <= 1, "augmentation.otherLimbLeads is not between 0 and 1");
        Require(Augmentation.MaskedLeads is >= 0 and <= 1, "augmentation.maskedLeads is not between 0 and 1");
        Require(Teaching.Weight is >= 0 and <= 1, "teaching.weight is not between 0 and 1");
        Require(Teaching.Scores.Count == 0 || (Task == ModelTask.MultiLabel && Loss == LabelLoss.CrossEntropy), "teaching goes with the task multi-label and the loss cross-entropy");
        Require(Helpers.Weight > 0, "helpers.weight is not above 0");
        Require(Helpers.Tables.Count == 0 || (Task == ModelTask.MultiLabel && Loss == LabelLoss.CrossEntropy && !Input.AnyLead), "helpers go with the task multi-label, the loss cross-entropy and an input of given leads");
        Require(!Input.AnyLead || Augmentation.OtherLimbLeads == 0, "augmentation.otherLimbLeads is for lead I alone; input.anyLead draws from all leads already");
        Require(Offer is null || (Input.AnyLead && Task == ModelTask.MultiLabel), "offer needs input.anyLead and the task multi-label");
        Require(Offer is null or { Auroc: >= 0.5 and < 1, Positives: >= 1 }, "offer.auroc is not in [0.5, 1), or offer.positives is below 1");
        Require(Loss == LabelLoss.CrossEntropy || PositiveWeighting == PositiveWeighting.None, "positiveWeighting belongs to the loss cross-entropy");
        SelectionFigure[] known = Task switch
        {
            ModelTask.Regression => [SelectionFigure.MeanAbsoluteError, SelectionFigure.R2],
            ModelTask.MultiClass => [SelectionFigure.MacroAuroc, SelectionFigure.MacroAuprc, SelectionFigure.CrossEntropy, SelectionFigure.Accuracy],
            _ => [SelectionFigure.MacroAuroc, SelectionFigure.MacroAuprc, SelectionFigure.CrossEntropy],
        };
        Require(Select == SelectionFigure.Auto || known.Contains(Select), $"select {RecipeJson.Word(Select)} is no figure of the task {RecipeJson.Word(Task)}; it has {string.Join(", ", known.Select(RecipeJson.Word))}");
        Require(Task == ModelTask.MultiLabel || Aggregation == Aggregation.Mean, "aggregation max goes with the task multi-label");
        Require(Task == ModelTask.MultiLabel || Loss == LabelLoss.CrossEntropy, $"loss {RecipeJson.Word(Loss)} goes with the task multi-label");
        Require(Task == ModelTask.MultiLabel || PositiveWeighting == PositiveWeighting.None, $"positiveWeighting {RecipeJson.Word(PositiveWeighting)} goes with the task multi-label");
        Require(Augmentation.CropSamples >= 0 && Augmentation.CropSamples <= Input.WindowSamples, $"augmentation.cropSamples is not between 0 and {Input.WindowSamples}");
    }
}
