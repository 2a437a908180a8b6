// The 71 statements of PTB-XL with plain names, categories and SNOMED CT codes, in the column order of its label matrix.
// Source: the embedded ptbxl_statements.csv, whose head names its own sources.

namespace Einthoven.Models.Vocabularies;

/// <summary>A SNOMED CT concept that stands for a statement.</summary>
/// <param name="Code">The concept's identifier, digits only.</param>
/// <param name="Name">The concept's name.</param>
/// <param name="Relation"><c>exact</c>, <c>broader</c> (the concept is wider than the statement) or <c>challenge</c>
/// (as the PhysioNet/CinC Challenge 2021 mapped it).</param>
public sealed record SnomedConcept(string Code, string Name, string Relation);

/// <summary>One SCP-ECG statement as PTB-XL uses it.</summary>
/// <param name="Code">The SCP code, such as <c>AFIB</c>.</param>
/// <param name="Name">A plain English name.</param>
/// <param name="IsDiagnostic">Whether it is one of the 44 diagnostic statements.</param>
/// <param name="IsForm">Whether it is one of the 19 form statements.</param>
/// <param name="IsRhythm">Whether it is one of the 12 rhythm statements.</param>
/// <param name="Superclass">NORM, MI, STTC, CD or HYP for a diagnostic statement.</param>
/// <param name="Subclass">One of the 23 subclasses for a diagnostic statement.</param>
/// <param name="Snomed">The SNOMED CT concept, where there is one.</param>
public sealed record Statement(
    string Code,
    string Name,
    bool IsDiagnostic,
    bool IsForm,
    bool IsRhythm,
    string? Superclass,
    string? Subclass,
    SnomedConcept? Snomed)
{
    /// <summary>The code with its vocabulary, such as <c>SCP:AFIB</c>.</summary>
    public string QualifiedCode => "SCP:" + Code;

    /// <summary><c>diagnostic</c>, <c>form</c> or <c>rhythm</c>; a statement that is diagnostic and form counts as diagnostic.</summary>
    public string Category => IsDiagnostic ? "diagnostic" : IsForm ? "form" : "rhythm";
}

/// <summary>The statement vocabulary of PTB-XL.</summary>
public static class PtbXlStatements
{
    private const string ResourceName = "Einthoven.Models.Vocabularies.ptbxl_statements.csv";

    /// <summary>All 71 statements in the column order of PTB-XL's label matrix (codes sorted by ordinal).</summary>
    public static IReadOnlyList<Statement> All { get; } = [.. EmbeddedTable.Rows(ResourceName).Select(Parse)];

    /// <summary>The statement with a code.</summary>
    /// <param name="code">An SCP code such as <c>AFIB</c>, without prefix; case matters.</param>
    /// <returns>The statement, or <see langword="null"/> where PTB-XL has none of that code.</returns>
    public static Statement? Find(string code) => All.FirstOrDefault(statement => statement.Code == code);

    // No field of the file holds a comma, so no quoting is needed.
    private static Statement Parse(string line)
    {
        string[] fields = line.Split(',');
        return fields is [var code, var name, var diagnostic, var form, var rhythm, var superclass, var subclass, var snomed, var snomedName, var relation]
            ? new Statement(code, name, diagnostic == "1", form == "1", rhythm == "1", OrNull(superclass), OrNull(subclass),
                snomed.Length == 0 ? null : new SnomedConcept(snomed, snomedName, relation))
            : throw new InvalidOperationException($"{ResourceName}: {fields.Length} fields where 10 are due in \"{line}\".");
    }

    private static string? OrNull(string field) => field.Length == 0 ? null : field;
}
