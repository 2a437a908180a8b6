// The card's figures of a model of any one lead: over all leads at a glance, then lead by lead, then what averaging several leads gives.
using System.Globalization;
using System.Text;
using Einthoven.Evaluation;
using Einthoven.Models.Packages;
using Einthoven.Training.Evaluating;
using Einthoven.Training.Recipes;

namespace Einthoven.Training.Trainer;

/// <summary>Writes the figures.</summary>
/// <param name="Recipe">How it was trained.</param>
/// <param name="Labels">The labels that are offered.</param>
/// <param name="Leads">Calibrated scores of every lead.</param>
/// <param name="Recordings">Validation recordings.</param>
/// <param name="Patients">Their patients.</param>
/// <param name="Truths">Of every recording, all labels of the data.</param>
/// <param name="Columns">Places of the offered labels among those.</param>
internal sealed record AnyLeadCard(
    FinetuneRecipe Recipe, IReadOnlyList<ModelLabel> Labels, IReadOnlyList<LeadScores> Leads, int Recordings, int Patients, float[][] Truths, int[] Columns)
{
    // What is often there: a watch, a monitor, a Holter recorder, limb leads, everything.
    private static readonly string[][] s_sets = [["I"], ["II"], ["I", "II"], ["II", "V5"], ["I", "II", "V5"], ["I", "II", "III", "aVR", "aVL", "aVF"]];

    internal required string[] Persons { get; init; }

    /// <summary>The leads' scores as the network gives them.</summary>
    internal required IReadOnlyList<LeadScores> Raw { get; init; }

    internal PackageCalibration? Calibration { get; init; }

    internal required IReadOnlyList<string> NotOffered { get; init; }

    internal required IReadOnlyList<string> NotLookedAt { get; init; }

    internal bool RulePassed { get; init; }

    /// <summary>The section in Markdown, and the figures to tell first.</summary>
    internal (string Text, IReadOnlyList<TaskFigure> Figures) Write()
    {
        double[] thresholds = [.. Labels.Select(label => label.Threshold)];
        var options = new EvaluationOptions { Thresholds = thresholds };
        EvaluationReport[] reports = [.. Leads.Select(lead => EvaluationReport.Of(lead.OfferedTable(), options))];
        var text = new StringBuilder();
        string split = string.Join(", ", Recipe.ValidationSplits);
        ReportedFigure first = reports[0].Macro[LabelFigure.Auroc];
        text.AppendLine(CultureInfo.InvariantCulture,
            $"From lead {Leads[0].Lead} alone, macro AUROC over {first.DefinedLabels} statements: **{first.Estimate}**; {Recordings} records of {Patients} patients in split {split}. Brackets hold 95 % intervals from 1,000 bootstrap draws of patients.");
        text.AppendLine();
        text.AppendLine("The same records chose epoch, statements, thresholds and calibration, so these figures flatter the model a little; they come from one data set and promise nothing elsewhere.");
        text.AppendLine();
        text.AppendLine(Rule(split));
        text.AppendLine();
        text.AppendLine("### AUROC by lead");
        text.AppendLine();
        text.AppendLine($"| statement | name | positives | negatives | {string.Join(" | ", Leads.Select(lead => lead.Lead))} |");
        text.AppendLine($"|---|---|---|---|{string.Concat(Leads.Select(_ => "---|"))}");
        for (int k = 0; k < Labels.Count; k++)
        {
            int positives = Truths.Count(t => t[Columns[k]] == 1), negatives = Truths.Count(t => t[Columns[k]] == 0);
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {Leads[0].Table.Labels[k]} | {Labels[k].Name} | {positives} | {negatives} | {string.Join(" | ", Leads.Select(lead => Area(lead, k)))} |");
        }

        text.AppendLine(CultureInfo.InvariantCulture,
            $"| **mean of those offered** | | | | {string.Join(" | ", reports.Select(r => r.Macro[LabelFigure.Auroc]).Select(f => f.DefinedLabels == 0 ? "–" : $"{Short(f.Estimate)}, {f.DefinedLabels}"))} |");
        text.AppendLine();
        text.AppendLine("In parentheses the lower and upper end; † not offered from this lead. The last row ends with the number of statements.");
        text.AppendLine();
        Averages(text);
        text.AppendLine("### Lead by lead, at the model's thresholds");
        foreach ((LeadScores lead, EvaluationReport report) in Leads.Zip(reports).Where(pair => pair.First.Offered.Contains(true))) ByLead(text, lead, report);
        if (Calibration is not null)
        {
            text.AppendLine();
            text.Append(Calibration.ToMarkdown($"split {split}, all leads that offer a statement together").Replace("## ", "### ", StringComparison.Ordinal));
        }

        return (text.ToString(), [new TaskFigure($"macro AUROC from lead {Leads[0].Lead}", first.Estimate), new TaskFigure("from all leads averaged", Average(Raw, Labels).Macro[LabelFigure.Auroc].Estimate)]);
    }

    private string Rule(string split)
    {
        if (Recipe.Offer is not { } offer) return "Every label is offered from every lead.";
        if (!RulePassed)
            return string.Create(CultureInfo.InvariantCulture, $"**No statement's AUROC is surely above {offer.Auroc} from any lead; all that one lead can show are offered all the same.**");
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture,
            $"A statement is offered from a lead where the lower end of its AUROC's interval in split {split} is at least {offer.Auroc}, where it has at least {offer.Positives} positives there, and where it is none that compares leads by its definition. ");
        if (NotOffered.Count > 0) text.Append(CultureInfo.InvariantCulture, $"Not offered from any lead, because the interval reaches below: {string.Join(", ", NotOffered)}. ");
        text.Append(CultureInfo.InvariantCulture, $"Left out beforehand ({NotLookedAt.Count}), for one of the other two reasons: {string.Join(", ", NotLookedAt)}.");
        return text.ToString();
    }

    private void Averages(StringBuilder text)
    {
        int[] common = [.. Enumerable.Range(0, Labels.Count).Where(k => Leads.All(lead => lead.Offered[k]))];
        if (common.Length == 0 || Leads.Count == 1) return;
        text.AppendLine("### Several leads");
        text.AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"Probabilities of the leads that are there, averaged; means over the {common.Length} statements that every lead offers.");
        text.AppendLine();
        text.AppendLine("| leads | AUROC | sensitivity | specificity | F1 | calibration error |");
        text.AppendLine("|---|---|---|---|---|---|");
        foreach (string[] set in s_sets.Append([.. Leads.Select(lead => lead.Lead)]))
        {
            LeadScores[] chosen = [.. Raw.Where(lead => set.Contains(lead.Lead)).Select(lead => lead.Keep(common))];
            if (chosen.Length < set.Length) continue;
            EvaluationReport report = Average(chosen, [.. common.Select(k => Labels[k])]);
            text.AppendLine(
                $"| {(set.Length == Leads.Count ? $"all {set.Length}" : string.Join(", ", set))} | {Macro(LabelFigure.Auroc)} | {Macro(LabelFigure.Sensitivity)} | {Macro(LabelFigure.Specificity)} | {Macro(LabelFigure.F1)} | {Macro(LabelFigure.CalibrationError)} |");

            string Macro(LabelFigure figure) => report.Macro[figure].Estimate.ToString();
        }

        text.AppendLine();
    }

    // As predict does it: the mean over the leads that offer a label and that the recording has, then the calibration.
    private EvaluationReport Average(IReadOnlyList<LeadScores> leads, IReadOnlyList<ModelLabel> labels)
    {
        int count = labels.Count;
        var sums = new double[Recordings * count];
        var seen = new int[sums.Length];
        var truths = new float[sums.Length];
        Array.Fill(truths, float.NaN);
        foreach (LeadScores lead in leads)
        {
            double[] scores = lead.Table.AllScores();
            float[] known = lead.OfferedTruths();
            for (int row = 0; row < lead.Rows.Length; row++)
            {
                for (int k = 0; k < count; k++)
                {
                    if (!lead.Offered[k]) continue;
                    int place = (lead.Rows[row] * count) + k;
                    sums[place] += scores[(row * count) + k];
                    seen[place]++;
                    truths[place] = known[(row * count) + k];
                }
            }
        }

        return EvaluationReport.Of(
            new ScoreTable(leads[0].Table.Labels, Persons, [.. sums.Select((sum, k) => Mean(sum, seen[k], labels[k % count]))], truths),
            new EvaluationOptions { Thresholds = [.. labels.Select(label => label.Threshold)] });

        static double Mean(double sum, int leads, ModelLabel label) => label.Calibration?.Of(sum / Math.Max(1, leads)) ?? (sum / Math.Max(1, leads));
    }

    private static void ByLead(StringBuilder text, LeadScores lead, EvaluationReport report)
    {
        text.AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"**Lead {lead.Lead}**, {lead.Table.Rows} records");
        text.AppendLine();
        text.AppendLine("| statement | positives | negatives | AUROC | threshold | sensitivity | specificity | precision |");
        text.AppendLine("|---|---|---|---|---|---|---|---|");
        foreach (LabelReport label in report.Labels.Where((_, k) => lead.Offered[k]))
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {label.Label} | {label.Positives} | {label.Negatives} | {Of(LabelFigure.Auroc)} | {label.Threshold:F3} | {Of(LabelFigure.Sensitivity)} | {Of(LabelFigure.Specificity)} | {Of(LabelFigure.Precision)} |");

            string Of(LabelFigure figure) => label.Figures[figure].Estimate.ToString();
        }
    }

    private static string Area(LeadScores lead, int label) =>
        double.IsNaN(lead.Areas.Labels[label].Area.Value) ? "–" : $"{Short(lead.Areas.Labels[label].Area)}{(lead.Offered[label] ? "" : "†")}";

    private static string Short(Estimate estimate) => string.Create(CultureInfo.InvariantCulture, $"{estimate.Value:F3} ({estimate.Low:F2}–{estimate.High:F2})");
}
