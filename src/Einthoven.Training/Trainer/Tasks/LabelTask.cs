// Labels that are each there or not: areas, and for every label a threshold.
using Einthoven.Evaluation;
using Einthoven.Models;
using Einthoven.Models.Packages;
using Einthoven.Torch;
using Einthoven.Training.Data;
using Einthoven.Training.Evaluating;
using Einthoven.Training.Objectives;
using Einthoven.Training.Recipes;

namespace Einthoven.Training.Trainer;

internal sealed class LabelTask : SupervisedTask
{
    private readonly double[]? _positiveWeights;

    /// <summary>Trains on a part of the store.</summary>
    internal LabelTask(FinetuneRecipe recipe, RecordStore store, int[] training) : base(recipe, store)
    {
        LabelChecks.RequireBothClasses(store, training);
        if (recipe.PositiveWeighting == PositiveWeighting.Balanced) _positiveWeights = LabelChecks.PositiveWeights(store, training);
    }

    /// <summary>Only judges a network that is trained already.</summary>
    internal LabelTask(FinetuneRecipe recipe, RecordStore store) : base(recipe, store)
    {
    }

    internal override IObjective Objective(EcgNetwork network, HelperValues? helpers) => Objective(network, Recipe.Loss, _positiveWeights, helpers);

    internal static IObjective Objective(EcgNetwork network, LabelLoss loss, double[]? positiveWeights, HelperValues? helpers = null) => loss switch
    {
        LabelLoss.PositiveUnlabelled => new PositiveUnlabelledObjective(network, new HillLoss()),
        LabelLoss.Hill => new PositiveUnlabelledObjective(network, new HillLoss(Margin: 1, Exponent: 2)),
        _ => new MultiLabelObjective(network, positiveWeights, helpers?.Names.Count ?? 0, helpers?.Weight ?? 0),
    };

    internal override ValidationOutcome Validate(EcgNetwork network, int[] validation, Device device) =>
        Validation.Outcome(Validation.Score(network, Store, validation, Recipe.Input, device, Recipe.Aggregation), Recipe.Select);

    internal override TaskVerdict Judge(EcgNetwork network, int[] validation, Device device)
    {
        ScoreTable table = Validation.Score(network, Store, validation, Recipe.Input, device, Recipe.Aggregation);
        AurocReport areas = Bootstrap.Auroc(table);
        IReadOnlyList<ModelLabel> labels = LabelThresholds.Apply(table, [.. Store.Labels.Select(code => Describe(code, 0.5) with { Aggregation = Recipe.Aggregation })], Recipe.FewPositives, Before);
        string text = LabelCard.Figures(table, labels, $"split {string.Join(", ", Recipe.ValidationSplits)}", Recipe.FewPositives, "chose the epoch and the thresholds");
        if (Recipe.Augmentation.MaskedLeads > 0) text += "\n" + LabelCard.FewerLeads(FewerLeads(network, validation, device));
        return new TaskVerdict(
            labels, areas, [new("macro AUROC", areas.Macro)], text,
            [
                "Probabilities are not calibrated on other data; a threshold chosen here may be wrong for another population.",
                "Statements overlap and may contradict each other: each is judged on its own.",
            ]);
    }

    // The others are zero, as in a part of the training.
    private IEnumerable<(string Leads, EvaluationReport Report)> FewerLeads(EcgNetwork network, int[] validation, Device device) =>
        LabelCard.LeadSets(Recipe.Input.Leads).Select(set =>
        {
            bool[] kept = [.. Recipe.Input.Leads.Select(lead => set.Leads.Contains(lead))];
            return (set.Name, EvaluationReport.Of(Validation.Score(network, Store, validation, Recipe.Input, device, Recipe.Aggregation, kept)));
        });
}
