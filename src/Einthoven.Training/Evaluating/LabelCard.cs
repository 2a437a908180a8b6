// The card's figures of a model of labels that are each there or not.
using System.Globalization;
using System.Text;
using Einthoven.Evaluation;
using Einthoven.Models.Packages;
using Einthoven.Signals;
using Einthoven.Training.Data;

namespace Einthoven.Training.Evaluating;

/// <summary>Writes figures of labels in Markdown, as evaluate prints them.</summary>
internal static class LabelCard
{
    /// <summary>Title, summary, and what the model is not for.</summary>
    /// <param name="name">The model's name.</param>
    /// <param name="summary">One sentence without its full stop, or empty.</param>
    internal static string Opening(string name, string summary) =>
        $"# {name}\n\n{(summary.Length > 0 ? $"{summary}. " : "")}Research use only; not a medical device.\n\n";

    /// <summary>The section on data and licence; empty for data that are the user's own.</summary>
    /// <param name="dataset">The data set's name.</param>
    internal static string Licence(string dataset) => dataset != PtbXlImporter.DatasetName ? "" :
        """
        ## Data and licence

        PTB-XL 1.0.3 (Wagner et al., Scientific Data 7:154, 2020; PhysioNet; Creative Commons Attribution 4.0). A statement counts as present whatever its likelihood. The weights are under the licence of this repository (MIT); cite PTB-XL where they are used.


        """;

    /// <summary>Every label with areas, threshold, sensitivity and specificity.</summary>
    /// <param name="table">A column a label, in their order.</param>
    /// <param name="labels">The labels with their thresholds.</param>
    /// <param name="where">What the judging recordings are called.</param>
    /// <param name="few">Positives below which thresholds were chosen together.</param>
    /// <param name="chose">What the same recordings chose, as the end of a sentence.</param>
    internal static string Figures(ScoreTable table, IReadOnlyList<ModelLabel> labels, string where, int few, string chose)
    {
        EvaluationReport report = EvaluationReport.Of(table, new() { Thresholds = [.. labels.Select(label => label.Threshold)] });
        ReportedFigure area = report.Macro[LabelFigure.Auroc];
        var text = new StringBuilder();
        text.AppendLine(
            $"Macro AUROC over the {area.DefinedLabels} statements present in {where}: **{area.Estimate}**, "
            + $"{report.Rows} records of {report.Clusters} patients. Brackets hold 95 % intervals from 1,000 bootstrap draws of patients.");
        text.AppendLine();
        text.AppendLine(
            $"These figures come from the records that {chose}, so they flatter the model a little; and from one data set, so they promise nothing elsewhere.");
        text.AppendLine();
        text.AppendLine(
            $"Thresholds are those of the largest F1 on {where}. Statements with fewer than {few} positives or negatives there (marked *) are unproven: those with few "
            + "positives share one threshold chosen on all of them together, their figures are close to meaningless, and predict says so wherever it finds one.");
        text.AppendLine();
        text.AppendLine("| statement | name | category | positives | negatives | AUROC | AUPRC | threshold | sensitivity there | specificity there |");
        text.AppendLine("|---|---|---|---|---|---|---|---|---|---|");
        foreach ((LabelReport label, ModelLabel about) in report.Labels.Zip(labels))
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {label.Label}{(about.Unproven ? "*" : "")} | {about.Name} | {about.Category} | {label.Positives} | {label.Negatives} | {label.Figures[LabelFigure.Auroc].Estimate} | {label.Figures[LabelFigure.AveragePrecision].Estimate} | {label.Threshold:F3} | {label.Figures[LabelFigure.Sensitivity].Estimate} | {label.Figures[LabelFigure.Specificity].Estimate} |");
        }

        text.AppendLine(
            $"| **mean** | | | | | {area.Estimate} | {report.Macro[LabelFigure.AveragePrecision].Estimate} | | {report.Macro[LabelFigure.Sensitivity].Estimate} | {report.Macro[LabelFigure.Specificity].Estimate} |");
        return text.ToString();
    }

    /// <summary>What is worth asking of a model that bears missing leads: the limb leads, and each lead alone.</summary>
    /// <param name="leads">The model's leads.</param>
    internal static IEnumerable<(string Name, IReadOnlyList<string> Leads)> LeadSets(IReadOnlyList<string> leads)
    {
        string[] limb = [.. leads.Intersect(LeadNames.Standard12.Take(6))];
        if (limb.Length > 1 && limb.Length < leads.Count) yield return ("limb leads", limb);
        foreach (string lead in leads) yield return (lead, [lead]);
    }

    /// <summary>What is left where leads are missing.</summary>
    /// <param name="reports">Name of the leads that are there, and the figures.</param>
    internal static string FewerLeads(IEnumerable<(string Leads, EvaluationReport Report)> reports)
    {
        var text = new StringBuilder();
        text.AppendLine("### With fewer leads");
        text.AppendLine();
        text.AppendLine(
            "The other leads are zero, as in a part of the training. From I and II the other limb leads are derived, so these two give what six give. All statements count, those too "
            + "that a lead cannot show; the model's thresholds were not chosen for it.");
        text.AppendLine();
        text.AppendLine("| leads | macro AUROC | macro AUPRC |");
        text.AppendLine("|---|---|---|");
        foreach ((string leads, EvaluationReport report) in reports)
            text.AppendLine($"| {leads} | {report.Macro[LabelFigure.Auroc].Estimate} | {report.Macro[LabelFigure.AveragePrecision].Estimate} |");
        return text.ToString();
    }
}
