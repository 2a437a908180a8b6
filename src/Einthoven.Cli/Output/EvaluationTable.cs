// An evaluation for reading on a terminal: the means over labels, then a line a label, within 120 columns.

using System.Globalization;
using Einthoven.Evaluation;

namespace Einthoven.Cli.Output;

internal static class EvaluationTable
{
    private const int NameWidth = 30;

    private static readonly LabelFigure[] s_columns =
        [LabelFigure.AveragePrecision, LabelFigure.F1, LabelFigure.Sensitivity, LabelFigure.Specificity, LabelFigure.Brier, LabelFigure.CalibrationError];

    private static readonly string[] s_titles = ["AP", "F1", "sens", "spec", "Brier", "ECE"];

    public static void Write(EvaluationReport report, TextWriter output)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{report.Rows} records of {report.Clusters} patients, {report.Labels.Count} labels. Brackets: {report.Options.Level:P0} intervals, {report.Options.Resamples} bootstrap draws of patients."));
        output.WriteLine();
        output.WriteLine($"{"mean over labels",-NameWidth}");
        foreach (LabelFigure figure in Enum.GetValues<LabelFigure>())
        {
            ReportedFigure value = report.Macro[figure];
            string text = double.IsNaN(value.Estimate.Value) ? "–" : string.Create(CultureInfo.InvariantCulture, $"{value.Estimate}  over {value.DefinedLabels}");
            output.WriteLine($"  {EvaluationReportWriter.Title(figure),-NameWidth}{text}");
        }

        output.WriteLine();
        output.WriteLine($"{"label",-NameWidth}{"pos",6}{"neg",7}  {"AUROC",-22}{string.Concat(s_titles.Select(t => t.PadLeft(7)))}{"from",8}");
        foreach (LabelReport label in report.Labels)
        {
            ReportedFigure area = label.Figures[LabelFigure.Auroc];
            string name = label.Label.Length < NameWidth ? label.Label : label.Label[..(NameWidth - 2)] + "…";
            string auroc = area.Estimate.ToString();
            string others = string.Concat(s_columns.Select(figure => Number(label.Figures[figure].Estimate.Value).PadLeft(7)));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{name,-NameWidth}{label.Positives,6}{label.Negatives,7}  {auroc,-22}{others}{label.Threshold,8:0.000}"));
        }

        output.WriteLine();
        output.WriteLine("sens, spec and F1 at the probability \"from\"; largest F1 takes its threshold from these very records. Research use; not a medical device.");
    }

    private static string Number(double value) => double.IsNaN(value) ? "–" : value.ToString("0.000", CultureInfo.InvariantCulture);
}
