// The text of each recording of a data set: what somebody wrote, or what its statements say.
using Einthoven.Models.Text;
using Einthoven.Models.Vocabularies;
using Einthoven.Training.Data;

namespace Einthoven.Training.Words;

/// <summary>Where a recording's text comes from.</summary>
public enum EcgTextOrigin
{
    /// <summary>Its report as it is; recordings without one have no text.</summary>
    Report,

    /// <summary>Its statements in plain English, its demographics, and how the statements show, by <see cref="EcgTextGenerator"/>.</summary>
    Statements,

    /// <summary>The report where there is one, else the statements.</summary>
    ReportElseStatements,
}

/// <summary>Makes texts of recordings.</summary>
public static class EcgTexts
{
    /// <summary>One text a recording, in the manifest's order; null where nothing is known to say.</summary>
    /// <param name="manifest">The data set. Labels that are statements of PTB-XL are written out; others are taken as they are called.</param>
    /// <param name="origin">Where texts come from.</param>
    /// <param name="generator">Writes statements out; null: with the table of this library.</param>
    public static IReadOnlyList<string?> Of(Manifest manifest, EcgTextOrigin origin, EcgTextGenerator? generator = null)
    {
        generator ??= new();
        string[] names = [.. manifest.Labels.Select(NameOf)];
        return [.. manifest.Rows.Select(row => TextOf(row, names, origin, generator))];
    }

    private static string? TextOf(ManifestRow row, string[] names, EcgTextOrigin origin, EcgTextGenerator generator)
    {
        if (origin != EcgTextOrigin.Statements)
        {
            string report = row.Report.Trim();
            if (report.Length > 0) return report;
            if (origin == EcgTextOrigin.Report) return null;
        }

        // A value that is no presence, such as an age, is no statement.
        string[] present = [.. names.Where((_, k) => row.Labels[k] == 1)];
        return present.Length == 0 ? null : generator.Write(new(present, row.AgeYears, row.Sex.Length == 0 ? null : row.Sex));
    }

    /// <summary>What a label is called in texts: its name where it is a statement of PTB-XL, else itself.</summary>
    internal static string NameOf(string label) => StatementOf(label)?.Name ?? label;

    /// <summary>The statement of PTB-XL that a label is, with or without its vocabulary; null where it is none.</summary>
    internal static Statement? StatementOf(string label) => PtbXlStatements.Find(label.StartsWith("SCP:", StringComparison.Ordinal) ? label[4..] : label);
}
