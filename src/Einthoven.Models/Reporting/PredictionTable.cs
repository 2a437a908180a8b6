// Predictions for reading: a block a recording, within 100 columns; colour only where asked for.

using System.Globalization;
using System.Text;

namespace Einthoven.Models.Reporting;

/// <summary>Writes predictions as text for people.</summary>
public sealed class PredictionTable : PredictionWriter
{
    /// <summary>Labels below their thresholds that are shown as runners-up.</summary>
    public const int RunnersUp = 3;

    private const int Width = 100;
    // Mark, name, code, category, bar, probability, threshold: together the width.
    private const int NameWidth = 50;
    private const int CodeWidth = 13;
    private const int CategoryWidth = 12;
    private const int BarWidth = 10;

    private readonly TextWriter _output;
    private readonly bool _all;
    private readonly bool _colour;
    private bool _valuesSeen;
    private bool _unprovenSeen;

    /// <summary>Prepares a table.</summary>
    /// <param name="output">Where to write; stays open.</param>
    /// <param name="all">Every label, the most probable first, in place of findings and runners-up.</param>
    /// <param name="colour">Whether the output is a terminal that shows colour.</param>
    public PredictionTable(TextWriter output, bool all, bool colour)
    {
        _output = output;
        _all = all;
        _colour = colour;
    }

    /// <inheritdoc/>
    public override void Write(Prediction prediction)
    {
        var text = new StringBuilder();
        text.Append(Bold(prediction.Record.Path)).Append('\n');
        text.Append("  ").Append(Dim(Describe(prediction))).Append('\n');
        foreach (string warning in prediction.Warnings)
            AppendWrapped(text, "  ! ", warning);
        if (prediction.Values.Count > 0)
        {
            _valuesSeen = true;
            foreach (EstimatedValue value in prediction.Values)
                text.Append(CultureInfo.InvariantCulture, $"  {Fit(value.Label, NameWidth)}{value.Value,12:0.###} {value.Unit}").Append('\n');
            _output.Write(text.Append('\n').ToString());
            _output.Flush();
            return;
        }

        text.Append('\n').Append(Heading()).Append('\n');

        Finding[] findings = [.. prediction.Findings];
        _unprovenSeen |= findings.Any(finding => finding.Definition.Unproven);
        if (findings.Length == 0)
            text.Append("  no finding reaches its threshold\n");
        foreach (Finding finding in findings)
            AppendRow(text, finding.Definition.Unproven ? '?' : '•', finding, Bold);
        IEnumerable<Finding> others = prediction.Ranked.Where(finding => !finding.IsPositive);
        if (!_all)
            others = others.OrderByDescending(finding => finding.Probability / Math.Max(finding.Definition.Threshold, 1e-9)).Take(RunnersUp);
        foreach (Finding finding in others)
            AppendRow(text, ' ', finding, Dim);
        _output.Write(text.Append('\n').ToString());
        _output.Flush();
    }

    /// <inheritdoc/>
    public override void Complete(RunSummary summary)
    {
        if (_unprovenSeen)
            _output.Write("? reaches its threshold, but too few recordings were there to judge it: see the model's card\n");
        if (summary.Records > 0)
            _output.Write(_valuesSeen ? $"{Notice}\n" : $"• at or above its threshold (\"from\"); the others came nearest. {Notice}\n");
        _output.Flush();
    }

    private static string Describe(Prediction prediction)
    {
        RecordFacts record = prediction.Record;
        string contract = prediction.Provenance.Contract is { Length: > 0 } name ? $", prepared by {name}" : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"{record.Format}, {record.Leads} {(record.Leads == 1 ? "lead" : "leads")}, {record.SamplingRateHz:0.###} Hz, {record.Seconds:0.0##} s, {prediction.Windows} {(prediction.Windows == 1 ? "window" : "windows")}{contract}{Judged(prediction)}");
    }

    private static string Judged(Prediction prediction) => prediction.FromLeads.Count == 0
        ? ""
        : $"; {prediction.Provenance.Model} from {(prediction.FromLeads.Count == 1 ? "lead" : "leads")} {string.Join(", ", prediction.FromLeads)}";

    private void AppendRow(StringBuilder text, char mark, Finding finding, Func<string, string> style)
    {
        int filled = (int)Math.Round(finding.Probability * BarWidth);
        string bar = new string('█', filled) + new string('░', BarWidth - filled);
        string percent = (100 * finding.Probability).ToString("0.0", CultureInfo.InvariantCulture).PadLeft(6) + " %";
        string threshold = (100 * finding.Definition.Threshold).ToString("0", CultureInfo.InvariantCulture).PadLeft(2) + " %";
        text.Append(mark).Append(' ')
            .Append(style(Fit(finding.Label, NameWidth)))
            .Append(Fit(finding.Definition.Code, CodeWidth))
            .Append(Fit(finding.Definition.Category, CategoryWidth))
            .Append(Dim(bar)).Append(style(percent)).Append(Dim(threshold.PadLeft(5))).Append('\n');
    }

    private string Heading() => Dim(
        "  " + "finding".PadRight(NameWidth) + "code".PadRight(CodeWidth) + "category".PadRight(CategoryWidth) + "probability".PadLeft(BarWidth + 8) + "from".PadLeft(5));

    // Cut or padded to a width, the last column always a blank.
    private static string Fit(string text, int width) =>
        (text.Length < width ? text : text[..(width - 2)] + "…").PadRight(width);

    private static void AppendWrapped(StringBuilder text, string prefix, string words)
    {
        string indent = prefix;
        int column = 0;
        foreach (string word in words.Split(' '))
        {
            if (column == 0 || column + 1 + word.Length > Width)
            {
                if (column > 0)
                    text.Append('\n');
                text.Append(indent).Append(word);
                column = indent.Length + word.Length;
                indent = new string(' ', prefix.Length);
                continue;
            }

            text.Append(' ').Append(word);
            column += 1 + word.Length;
        }

        text.Append('\n');
    }

    private string Bold(string text) => _colour ? $"\e[1m{text}\e[0m" : text;

    private string Dim(string text) => _colour ? $"\e[2m{text}\e[0m" : text;
}
