// A report as a Markdown page, as JSON and as CSV: no figure without its interval and its count.
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Einthoven.Evaluation;

/// <summary>Writes an <see cref="EvaluationReport"/>.</summary>
public static class EvaluationReportWriter
{
    /// <summary>Version of the JSON's layout.</summary>
    public const int FormatVersion = 1;

    private static readonly (LabelFigure Figure, string Key, string Title)[] s_figures =
    [
        (LabelFigure.Auroc, "auroc", "AUROC"),
        (LabelFigure.AveragePrecision, "average_precision", "AP"),
        (LabelFigure.LargestF1, "largest_f1", "largest F1"),
        (LabelFigure.F1, "f1", "F1"),
        (LabelFigure.Sensitivity, "sensitivity", "sensitivity"),
        (LabelFigure.Specificity, "specificity", "specificity"),
        (LabelFigure.Precision, "precision", "precision"),
        (LabelFigure.BalancedAccuracy, "balanced_accuracy", "balanced accuracy"),
        (LabelFigure.Mcc, "mcc", "MCC"),
        (LabelFigure.Brier, "brier", "Brier"),
        (LabelFigure.CalibrationError, "calibration_error", "ECE"),
    ];

    /// <summary>The name of a figure in JSON and CSV, as in <c>average_precision</c>.</summary>
    public static string Key(LabelFigure figure) => s_figures.First(f => f.Figure == figure).Key;

    /// <summary>The name of a figure for people, as in <c>AUROC</c>.</summary>
    public static string Title(LabelFigure figure) => s_figures.First(f => f.Figure == figure).Title;

    /// <summary>A row a label and one for the mean over labels (label empty), three columns a figure: value, low, high; empty where undefined.</summary>
    public static string ToCsv(EvaluationReport report)
    {
        var text = new StringBuilder("label,positives,negatives,unknown,threshold");
        foreach ((_, string key, _) in s_figures) text.Append(CultureInfo.InvariantCulture, $",{key},{key}_low,{key}_high");
        text.Append("\n,,,,");
        Append(report.Macro);
        foreach (LabelReport label in report.Labels)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Field(label.Label)},{label.Positives},{label.Negatives},{label.Unknown},{label.Threshold:R}");
            Append(label.Figures);
        }

        return text.ToString();

        void Append(IReadOnlyDictionary<LabelFigure, ReportedFigure> figures)
        {
            foreach ((LabelFigure figure, _, _) in s_figures)
            {
                Estimate e = figures[figure].Estimate;
                foreach (double value in (ReadOnlySpan<double>)[e.Value, e.Low, e.High])
                    text.Append(',').Append(double.IsNaN(value) ? "" : value.ToString("R", CultureInfo.InvariantCulture));
            }

            text.Append('\n');
        }
    }

    /// <summary>Two tables: the means over labels, then a row a label.</summary>
    public static string ToMarkdown(EvaluationReport report)
    {
        var text = new StringBuilder();
        EvaluationOptions options = report.Options;
        text.Append(CultureInfo.InvariantCulture, $"{report.Rows} records of {report.Clusters} patients, {report.Labels.Count} labels. ");
        text.Append(CultureInfo.InvariantCulture,
            $"Brackets hold {options.Level:P0} intervals of {options.Resamples} bootstrap draws of patients (seed {options.Seed}). ");
        text.AppendLine("Largest F1 takes its threshold from these very rows; what follows it is at the threshold given.");
        text.AppendLine();
        text.AppendLine("| figure | mean over labels | labels |");
        text.AppendLine("|---|---|---|");
        foreach ((LabelFigure figure, _, string title) in s_figures)
        {
            ReportedFigure f = report.Macro[figure];
            text.AppendLine(CultureInfo.InvariantCulture, $"| {title} | {f.Estimate} | {f.DefinedLabels} |");
        }

        text.AppendLine();
        text.AppendLine($"| label | positives | negatives | threshold | {string.Join(" | ", s_figures.Select(f => f.Title))} |");
        text.AppendLine($"|---|---|---|---|{string.Concat(Enumerable.Repeat("---|", s_figures.Length))}");
        foreach (LabelReport label in report.Labels)
        {
            string cells = string.Join(" | ", s_figures.Select(f => label.Figures[f.Figure].Estimate));
            string name = label.Label.Replace("|", "\\|", StringComparison.Ordinal);
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {name} | {label.Positives} | {label.Negatives} | {label.Threshold:0.###} | {cells} |");
        }

        return text.ToString();
    }

    /// <summary>Everything at full precision; what is undefined is null.</summary>
    public static string ToJson(EvaluationReport report)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new() { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("format", FormatVersion);
            json.WriteNumber("records", report.Rows);
            json.WriteNumber("patients", report.Clusters);
            json.WriteNumber("level", report.Options.Level);
            json.WriteNumber("resamples", report.Options.Resamples);
            json.WriteNumber("seed", report.Options.Seed);
            json.WriteNumber("calibration_bins", report.Options.CalibrationBins);
            json.WriteStartObject("macro");
            foreach ((LabelFigure figure, string key, _) in s_figures) Write(json, key, report.Macro[figure], macro: true);
            json.WriteEndObject();
            json.WriteStartArray("labels");
            foreach (LabelReport label in report.Labels)
            {
                json.WriteStartObject();
                json.WriteString("label", label.Label);
                json.WriteNumber("positives", label.Positives);
                json.WriteNumber("negatives", label.Negatives);
                json.WriteNumber("unknown", label.Unknown);
                json.WriteNumber("threshold", label.Threshold);
                foreach ((LabelFigure figure, string key, _) in s_figures) Write(json, key, label.Figures[figure], macro: false);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>A CSV field (RFC 4180).</summary>
    internal static string Field(string text) =>
        text.AsSpan().IndexOfAny("\",\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static void Write(Utf8JsonWriter json, string key, ReportedFigure figure, bool macro)
    {
        json.WriteStartObject(key);
        Number(json, "value", figure.Estimate.Value);
        Number(json, "low", figure.Estimate.Low);
        Number(json, "high", figure.Estimate.High);
        json.WriteNumber("undefined_draws", figure.UndefinedDraws);
        if (macro) json.WriteNumber("labels", figure.DefinedLabels);
        json.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value)) json.WriteNumber(name, value);
        else json.WriteNull(name);
    }
}
