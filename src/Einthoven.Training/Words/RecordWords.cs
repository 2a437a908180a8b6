// What can be said in words of each recording of a data set, and which text it is given whenever training meets it.
using Einthoven.Models.Text;
using Einthoven.Models.Vocabularies;
using Einthoven.Torch;
using Einthoven.Training.Data;
using Einthoven.Training.Recipes;

namespace Einthoven.Training.Words;

/// <summary>What is known of a recording.</summary>
/// <param name="Statements">Its statements by name, rhythm first, then diagnoses, then form.</param>
/// <param name="Report">Its report in prose; empty where there is none.</param>
/// <param name="AgeYears">Age; null where unknown.</param>
/// <param name="Sex">M, F, or null where unknown.</param>
public sealed record RecordWords(IReadOnlyList<string> Statements, string Report, double? AgeYears, string? Sex)
{
    private static readonly string[] s_order = ["rhythm", "diagnostic", "form"];

    /// <summary>Whether there is nothing to say.</summary>
    public bool IsEmpty => Statements.Count == 0 && Report.Length == 0;

    /// <summary>What the writer learns to write: the statements, or the report where there are none.</summary>
    public string ToWrite => Statements.Count > 0 ? string.Join(", ", Statements) + "." : Report;

    /// <summary>One a row of the manifest, in its order.</summary>
    /// <param name="manifest">Labels that are statements of PTB-XL are written out; others are taken as they are called.</param>
    /// <param name="options">How reports are read, and what is withheld.</param>
    public static IReadOnlyList<RecordWords> Of(Manifest manifest, TextOptions options)
    {
        (string Name, int Place)[] labels =
        [
            .. manifest.Labels.Select((label, place) => (Label: label, Statement: EcgTexts.StatementOf(label), Place: place))
                .Where(l => !IsWithheld(l.Label, options) && !IsWithheld(EcgTexts.NameOf(l.Label), options))
                .OrderBy(l => l.Statement is null ? -1 : Array.IndexOf(s_order, l.Statement.Category)).ThenBy(l => l.Place)
                .Select(l => (EcgTexts.NameOf(l.Label), l.Place)),
        ];
        return [.. manifest.Rows.Select(row => Of(row, labels, options))];
    }

    private static RecordWords Of(ManifestRow row, (string Name, int Place)[] labels, TextOptions options)
    {
        string[] present = [.. labels.Where(label => row.Labels[label.Place] == 1).Select(label => label.Name)];
        string report = row.Report.Trim();
        if (options.StatementSeparator.Length > 0)
        {
            IEnumerable<string> listed = report.Split(options.StatementSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(EcgTextGenerator.CleanStatement).Where(statement => statement.Length > 0 && !IsWithheld(statement, options));
            present = [.. present.Concat(listed).Distinct(StringComparer.OrdinalIgnoreCase)];
            report = "";
        }

        return new RecordWords(present, report, row.AgeYears, row.Sex.Length == 0 ? null : row.Sex);
    }

    private static bool IsWithheld(string statement, TextOptions options) => options.Withheld.Contains(statement, StringComparer.OrdinalIgnoreCase);
}

/// <summary>A text that was drawn for a recording.</summary>
/// <param name="Text">The text.</param>
/// <param name="Claims">The statements that it makes and nothing else; null where it says more.</param>
internal sealed record DrawnText(string Text, IReadOnlyList<string>? Claims);

/// <summary>Draws texts; every draw is the caller's.</summary>
internal sealed class TextDraws(TextOptions options)
{
    private readonly EcgTextGenerator _generator = new();

    /// <summary>Whether a micro-batch is given whole texts: a batch is padded to its longest, so that long ones keep to themselves.</summary>
    internal bool DrawFull(IRandomSource batch) => options.Full > 0 && (options.Short + options.Report == 0 || batch.Uniform() < options.Full);

    /// <summary>A recording's text.</summary>
    internal DrawnText Draw(RecordWords words, bool full, IRandomSource random)
    {
        bool states = words.Statements.Count > 0;
        if (full && states) return new(Whole(words), null);
        bool reports = words.Report.Length > 0 && (!states || random.Uniform() * (options.Short + options.Report) < options.Report);
        if (reports || !states) return new(words.Report, null);
        string[] chosen = [.. words.Statements.Where(_ => options.KeepStatement >= 1 || random.Uniform() < options.KeepStatement)];
        if (chosen.Length == 0) chosen = [words.Statements[(int)random.Integer(words.Statements.Count)]];
        if (options.Shuffle) chosen = [.. random.Permutation(chosen.Length).Select(k => chosen[k])];
        return new(EcgTextGenerator.Prompt(string.Join(", ", chosen)), chosen);
    }

    /// <summary>Every text that a recording may be given, for the vocabulary.</summary>
    internal IEnumerable<string> All(RecordWords words)
    {
        if (words.Statements.Count > 0) yield return options.Full > 0 ? Whole(words) : EcgTextGenerator.Prompt(string.Join(", ", words.Statements));
        if (words.Report.Length > 0) yield return words.Report;
    }

    private string Whole(RecordWords words) => _generator.Write(new(words.Statements, words.AgeYears, words.Sex));
}
