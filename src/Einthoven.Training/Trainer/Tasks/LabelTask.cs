// Labels that are each there or not: areas, and for every label a threshold.
using System.Globalization;
using System.Text;
using Einthoven.Evaluation;
using Einthoven.Models;
using Einthoven.Models.Packages;
using Einthoven.Torch;
using Einthoven.Training.Data;
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

    internal override IObjective Objective(EcgNetwork network) => Objective(network, Recipe.Loss, _positiveWeights);

    internal static IObjective Objective(EcgNetwork network, LabelLoss loss, double[]? positiveWeights) => loss switch
    {
        LabelLoss.PositiveUnlabelled => new PositiveUnlabelledObjective(network, new HillLoss()),
        LabelLoss.Hill => new PositiveUnlabelledObjective(network, new HillLoss(Margin: 1, Exponent: 2)),
        _ => new MultiLabelObjective(network, positiveWeights),
    };

    internal override ValidationOutcome Validate(EcgNetwork network, int[] validation, Device device) =>
        Validation.Outcome(Validation.Score(network, Store, validation, Recipe.Input, device, Recipe.Aggregation), Recipe.Select);

    internal override TaskVerdict Judge(EcgNetwork network, int[] validation, Device device)
    {
        ScoreTable table = Validation.Score(network, Store, validation, Recipe.Input, device, Recipe.Aggregation);
        AurocReport report = Bootstrap.Auroc(table);
        ThresholdChoice[] thresholds = ChooseThresholds(table, Recipe.FewPositives);
        ModelLabel[] labels = [.. Store.Labels.Select((code, k) => Describe(code, thresholds[k].Threshold) with { Aggregation = Recipe.Aggregation })];
        return new TaskVerdict(
            labels, report, [new("macro AUROC", report.Macro)], Results(labels, report, thresholds),
            [
                "Probabilities are not calibrated on other data; a threshold chosen here may be wrong for another population.",
                "Statements overlap and may contradict each other: each is judged on its own.",
            ]);
    }

    private string Results(ModelLabel[] labels, AurocReport report, ThresholdChoice[] thresholds)
    {
        string chosen = string.Join(", ", Recipe.ValidationSplits);
        var text = new StringBuilder();
        text.AppendLine(
            $"Macro AUROC over the {report.Labels.Count(l => !double.IsNaN(l.Area.Value))} statements present in split {chosen}: **{report.Macro}**, "
            + $"{report.Rows} records of {report.Clusters} patients. Brackets hold 95 % intervals from 1,000 bootstrap draws of patients.");
        text.AppendLine();
        text.AppendLine(
            $"These figures come from the records that chose the epoch and the thresholds, so they flatter the model a little; and from one "
            + "data set, so they promise nothing elsewhere.");
        text.AppendLine();
        text.AppendLine(
            $"Thresholds are those of the largest F1 on split {chosen}. Statements with fewer than {Recipe.FewPositives} positives there (marked *) share one "
            + "threshold chosen on all of them together: their figures are close to meaningless.");
        text.AppendLine();
        text.AppendLine("| statement | name | category | positives | negatives | AUROC (95 %) | threshold | F1 there |");
        text.AppendLine("|---|---|---|---|---|---|---|---|");
        foreach ((LabelAuroc label, int k) in report.Labels.Select((l, k) => (l, k)))
        {
            ModelLabel about = labels[k];
            string area = double.IsNaN(label.Area.Value) ? "–" : label.Area.ToString();
            string f1 = double.IsNaN(thresholds[k].F1) ? "–" : thresholds[k].F1.ToString("F2", CultureInfo.InvariantCulture);
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {label.Label}{(label.Positives < Recipe.FewPositives ? "*" : "")} | {about.Name} | {about.Category} | {label.Positives} | {label.Negatives} | {area} | {thresholds[k].Threshold:F3} | {f1} |");
        }
        return text.ToString();
    }

    /// <summary>
    /// Each label's threshold of the largest F1. Labels with few validation positives take the one that is best for all such labels pooled:
    /// a threshold fitted to two records would be noise.
    /// </summary>
    internal static ThresholdChoice[] ChooseThresholds(ScoreTable table, int few)
    {
        int[] positives = [.. Enumerable.Range(0, table.Labels.Count).Select(k => table.Truths(k).Count(t => t > 0.5f))];
        int[] rare = [.. Enumerable.Range(0, positives.Length).Where(k => positives[k] < few)];
        ThresholdChoice pooled = Thresholds.LargestF1([.. rare.SelectMany(table.Scores)], [.. rare.SelectMany(table.Truths)]);
        return [.. positives.Select((n, k) => n < few ? pooled : Thresholds.LargestF1(table.Scores(k), table.Truths(k)))];
    }
}
