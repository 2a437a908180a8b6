// Labels that are each there or not: areas, and for every label a threshold.
using System.Globalization;
using System.Text;
using Einthoven.Evaluation;
using Einthoven.Models;
using Einthoven.Models.Packages;
using Einthoven.Signals;
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
        AurocReport areas = Bootstrap.Auroc(table);
        double[] thresholds = [.. ChooseThresholds(table, Recipe.FewPositives).Select(choice => choice.Threshold)];
        ModelLabel[] labels =
        [
            .. Store.Labels.Select((code, k) => Describe(code, thresholds[k]) with
            {
                Aggregation = Recipe.Aggregation,
                Unproven = areas.Labels[k].Positives < Recipe.FewPositives || areas.Labels[k].Negatives < Recipe.FewPositives,
            }),
        ];
        var text = new StringBuilder(Results(labels, EvaluationReport.Of(table, new() { Thresholds = thresholds })));
        if (Recipe.Augmentation.MaskedLeads > 0) FewerLeads(text, network, validation, device);
        return new TaskVerdict(
            labels, areas, [new("macro AUROC", areas.Macro)], text.ToString(),
            [
                "Probabilities are not calibrated on other data; a threshold chosen here may be wrong for another population.",
                "Statements overlap and may contradict each other: each is judged on its own.",
            ]);
    }

    private string Results(ModelLabel[] labels, EvaluationReport report)
    {
        string chosen = string.Join(", ", Recipe.ValidationSplits);
        ReportedFigure area = report.Macro[LabelFigure.Auroc];
        var text = new StringBuilder();
        text.AppendLine(
            $"Macro AUROC over the {area.DefinedLabels} statements present in split {chosen}: **{area.Estimate}**, "
            + $"{report.Rows} records of {report.Clusters} patients. Brackets hold 95 % intervals from 1,000 bootstrap draws of patients.");
        text.AppendLine();
        text.AppendLine(
            $"These figures come from the records that chose the epoch and the thresholds, so they flatter the model a little; and from one "
            + "data set, so they promise nothing elsewhere.");
        text.AppendLine();
        text.AppendLine(
            $"Thresholds are those of the largest F1 on split {chosen}. Statements with fewer than {Recipe.FewPositives} positives or negatives there (marked *) are unproven: those with few "
            + "positives share one threshold chosen on all of them together, their figures are close to meaningless, and predict says so wherever it finds one.");
        text.AppendLine();
        text.AppendLine("| statement | name | category | positives | negatives | AUROC | AUPRC | threshold | sensitivity there | specificity there |");
        text.AppendLine("|---|---|---|---|---|---|---|---|---|---|");
        foreach ((LabelReport label, ModelLabel about) in report.Labels.Zip(labels))
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {label.Label}{(about.Unproven ? "*" : "")} | {about.Name} | {about.Category} | {label.Positives} | {label.Negatives} | {label.Figures[LabelFigure.Auroc].Estimate} | {label.Figures[LabelFigure.AveragePrecision].Estimate} | {label.Threshold:F3} | {label.Figures[LabelFigure.Sensitivity].Estimate} | {label.Figures[LabelFigure.Specificity].Estimate} |");
        }
        text.AppendLine(CultureInfo.InvariantCulture,
            $"| **mean** | | | | | {area.Estimate} | {report.Macro[LabelFigure.AveragePrecision].Estimate} | | {report.Macro[LabelFigure.Sensitivity].Estimate} | {report.Macro[LabelFigure.Specificity].Estimate} |");
        return text.ToString();
    }

    /// <summary>What is left where leads are missing: the others are zero, as in training.</summary>
    private void FewerLeads(StringBuilder text, EcgNetwork network, int[] validation, Device device)
    {
        IReadOnlyList<string> all = Recipe.Input.Leads;
        string[] limb = [.. all.Intersect(LeadNames.Standard12.Take(6))];
        IEnumerable<(string Name, IReadOnlyList<string> Leads)> sets = all.Select(lead => (lead, (IReadOnlyList<string>)[lead]));
        if (limb.Length > 1 && limb.Length < all.Count) sets = sets.Prepend(("limb leads", limb));
        text.AppendLine();
        text.AppendLine("### With fewer leads");
        text.AppendLine();
        text.AppendLine(
            "The others are zero, as in a part of the training. From I and II alone the other limb leads are derived. All statements count, those too that a lead cannot show.");
        text.AppendLine();
        text.AppendLine("| leads | macro AUROC | macro AUPRC |");
        text.AppendLine("|---|---|---|");
        foreach ((string name, IReadOnlyList<string> leads) in sets)
        {
            bool[] kept = [.. all.Select(lead => leads.Contains(lead))];
            ScoreTable table = Validation.Score(network, Store, validation, Recipe.Input, device, Recipe.Aggregation, kept);
            EvaluationReport report = EvaluationReport.Of(table);
            text.AppendLine($"| {name} | {report.Macro[LabelFigure.Auroc].Estimate} | {report.Macro[LabelFigure.AveragePrecision].Estimate} |");
        }
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
