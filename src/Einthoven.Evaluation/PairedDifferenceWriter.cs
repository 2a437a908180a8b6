// Two models side by side as a Markdown page, as JSON and as CSV: values, differences with intervals, and whether they are more than chance.
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Einthoven.Evaluation;

/// <summary>Writes a <see cref="PairedDifference"/>.</summary>
public static class PairedDifferenceWriter
{
    /// <summary>Version of the JSON's and the CSV's layout.</summary>
    public const int FormatVersion = 1;

    /// <summary>The means over labels for every figure, then every label for one.</summary>
    /// <param name="difference">What to write.</param>
    /// <param name="first">Name of the first model.</param>
    /// <param name="second">Name of the second.</param>
    /// <param name="detail">The figure of the second table.</param>
    public static string ToMarkdown(PairedDifference difference, string first, string second, LabelFigure detail = LabelFigure.Auroc)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture,
            $"{difference.Rows} records of {difference.Clusters} patients, {difference.Labels.Count} labels. Difference: {first} − {second}, both on the same bootstrap draws of patients; p two-sided.");
        text.AppendLine();
        text.AppendLine($"| mean over labels | {Cell(first)} | {Cell(second)} | difference | p |");
        text.AppendLine("|---|---|---|---|---|");
        foreach (LabelFigure figure in Enum.GetValues<LabelFigure>())
            text.AppendLine($"| {EvaluationReportWriter.Title(figure)} | {Row(difference.Macro[figure])} | {Number(difference.Macro[figure].P)} |");
        text.AppendLine();
        text.AppendLine($"| {EvaluationReportWriter.Title(detail)} | positives | negatives | {Cell(first)} | {Cell(second)} | difference | p (Holm) |");
        text.AppendLine("|---|---|---|---|---|---|---|");
        foreach (LabelDifference label in difference.Labels)
            text.AppendLine(CultureInfo.InvariantCulture, $"| {Cell(label.Label)} | {label.Positives} | {label.Negatives} | {Row(label.Figures[detail])} | {Number(label.Figures[detail].HolmP)} |");
        return text.ToString();
    }

    /// <summary>A row a label and figure, and one a figure for the mean over labels (label empty).</summary>
    public static string ToCsv(PairedDifference difference)
    {
        var text = new StringBuilder("label,figure,first,second,difference,low,high,p,holm_p,undefined_draws\n");
        foreach ((LabelFigure figure, FigureDifference value) in difference.Macro) Append("", figure, value);
        foreach (LabelDifference label in difference.Labels)
            foreach ((LabelFigure figure, FigureDifference value) in label.Figures) Append(label.Label, figure, value);
        return text.ToString();

        void Append(string label, LabelFigure figure, FigureDifference d) => text.AppendJoin(
            ',', EvaluationReportWriter.Field(label), EvaluationReportWriter.Key(figure), Full(d.First), Full(d.Second), Full(d.Difference.Value), Full(d.Difference.Low),
            Full(d.Difference.High), Full(d.P), Full(d.HolmP), d.UndefinedDraws.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    /// <summary>Everything at full precision; what is undefined is null.</summary>
    public static string ToJson(PairedDifference difference, string first, string second)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new() { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("format", FormatVersion);
            json.WriteString("first", first);
            json.WriteString("second", second);
            json.WriteNumber("records", difference.Rows);
            json.WriteNumber("patients", difference.Clusters);
            json.WriteStartObject("macro");
            Write(json, difference.Macro);
            json.WriteEndObject();
            json.WriteStartArray("labels");
            foreach (LabelDifference label in difference.Labels)
            {
                json.WriteStartObject();
                json.WriteString("label", label.Label);
                json.WriteNumber("positives", label.Positives);
                json.WriteNumber("negatives", label.Negatives);
                Write(json, label.Figures);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void Write(Utf8JsonWriter json, IReadOnlyDictionary<LabelFigure, FigureDifference> figures)
    {
        foreach ((LabelFigure figure, FigureDifference d) in figures)
        {
            json.WriteStartObject(EvaluationReportWriter.Key(figure));
            foreach ((string name, double value) in new[]
            {
                ("first", d.First), ("second", d.Second), ("difference", d.Difference.Value), ("low", d.Difference.Low), ("high", d.Difference.High), ("p", d.P), ("holm_p", d.HolmP),
            })
            {
                if (double.IsFinite(value)) json.WriteNumber(name, value);
                else json.WriteNull(name);
            }

            json.WriteNumber("undefined_draws", d.UndefinedDraws);
            json.WriteEndObject();
        }
    }

    private static string Row(FigureDifference d) =>
        $"{Number(d.First)} | {Number(d.Second)} | {d.Difference.ToSignedString()}";

    private static string Number(double value) => double.IsNaN(value) ? "–" : value.ToString("0.000", CultureInfo.InvariantCulture);

    private static string Full(double value) => double.IsNaN(value) ? "" : value.ToString("R", CultureInfo.InvariantCulture);

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
