// Data sets whose labels stand in the headers as SNOMED CT codes (# Dx: 426783006,164889003), as in the challenges of 2020 and 2021.
using System.Globalization;

namespace Einthoven.Training.Data;

/// <summary>A diagnosis of the Challenge 2021.</summary>
internal sealed record ChallengeDiagnosis(string Code, string Abbreviation, string Name, string Class);

internal static class SnomedHeaders
{
    // Codes of the unscored list that name a scored finding: CPSC 2018 and PTB-XL write ventricular extrasystoles so.
    private static readonly Dictionary<string, string> s_synonyms = new(StringComparer.Ordinal) { ["164884008"] = "427172004" };

    /// <summary>The diagnoses of the challenge by code.</summary>
    internal static IReadOnlyDictionary<string, ChallengeDiagnosis> Diagnoses { get; } = ReadDiagnoses();

    /// <summary>The scored classes in alphabetical order; equivalent diagnoses are one.</summary>
    internal static IReadOnlyList<string> Classes { get; } =
        [.. Diagnoses.Values.Select(d => d.Class).Where(c => c.Length > 0).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The codes that mean the same in the challenge: of a code, of a scored class, or of a short name such as AF; none for anything else.</summary>
    internal static IReadOnlyCollection<string> Equivalents(string label)
    {
        if (Classes.Contains(label)) return OfClass(label);
        string? code = label.Length > 5 && label.All(char.IsAsciiDigit) ? label : Diagnoses.Values.FirstOrDefault(d => d.Abbreviation == label)?.Code;
        if (code is null) return [];
        code = s_synonyms.GetValueOrDefault(code, code);
        return ScoredClass(code) is { } scored ? OfClass(scored) : [code];

        static string[] OfClass(string name) => [.. Diagnoses.Values.Where(d => d.Class == name).Select(d => d.Code)];
    }

    /// <summary>Reads every header below a folder.</summary>
    /// <param name="name">Name of the data set.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="task">scored: the challenge's 26 classes; snomed: every code that occurs, of equivalent ones the first.</param>
    /// <param name="sourceOf">The source of a header, or null to leave it out.</param>
    internal static Manifest Read(string name, string folder, string task, Func<string, string?> sourceOf)
    {
        var headers = new List<(string Path, string Source, HeaderComments Comments)>();
        foreach (string path in Directory.EnumerateFiles(folder, "*.hea", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            if (sourceOf(path) is { } source) headers.Add((path, source, HeaderComments.Read(path)));
        if (headers.Count == 0) throw new DatasetException($"{folder} holds no recordings with headers (*.hea) of {name}.");
        if (headers.TrueForAll(h => h.Comments.Value("Dx") is null))
            throw new DatasetException($"None of the {headers.Count} headers in {folder} has a line '# Dx: CODES': this is no {name}, or one without labels.");
        Func<string, string?> label = task == "scored" ? ScoredClass : Representative;
        string[] labels = task == "scored"
            ? [.. Classes]
            : [.. headers.SelectMany(h => Codes(h.Comments)).Select(label).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        var columns = labels.Select((l, k) => (l, k)).ToDictionary(p => p.l, p => p.k, StringComparer.Ordinal);
        var rows = new List<ManifestRow>(headers.Count);
        foreach ((string path, string source, HeaderComments comments) in headers)
        {
            var values = new float[labels.Length];
            // A header without the line says nothing about any diagnosis.
            if (comments.Value("Dx") is null) Array.Fill(values, float.NaN);
            foreach (string code in Codes(comments))
                if (label(code) is { } found) values[columns[found]] = 1;
            string record = Path.GetFileNameWithoutExtension(path);
            rows.Add(new ManifestRow(record, path, record, "", values) { Source = source, AgeYears = comments.AgeYears, Sex = comments.Sex });
        }
        var manifest = new Manifest(name, labels, rows);
        LabelFilter.MakeUnusedUnknown(manifest);
        return manifest;
    }

    private static IEnumerable<string> Codes(HeaderComments comments) =>
        (comments.Value("Dx") ?? "").Split([',', ';', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(code => code.All(char.IsAsciiDigit));

    private static string? ScoredClass(string code) => Diagnoses.TryGetValue(code, out ChallengeDiagnosis? d) && d.Class.Length > 0 ? d.Class : null;

    /// <summary>M or F as manifests have it; empty for anything else.</summary>
    internal static string SexOf(string text) => text.ToUpperInvariant() switch { "M" or "MALE" => "M", "F" or "FEMALE" => "F", _ => "" };

    // Of two codes that the challenge scores as one, the first.
    internal static string Representative(string code) =>
        ScoredClass(code) is { } scored ? Diagnoses.Values.First(d => d.Class == scored).Code : code;

    private static Dictionary<string, ChallengeDiagnosis> ReadDiagnoses()
    {
        var diagnoses = new Dictionary<string, ChallengeDiagnosis>(StringComparer.Ordinal);
        using CsvTable table = CsvTable.Resource("challenge2021.csv");
        while (table.Read()) diagnoses.Add(table["code"], new ChallengeDiagnosis(table["code"], table["abbreviation"], table["name"], table["class"]));
        return diagnoses;
    }
}

/// <summary>The comments of a WFDB header, without its signals.</summary>
internal sealed record HeaderComments(IReadOnlyList<string> Lines)
{
    internal double? AgeYears =>
        double.TryParse(Value("Age"), CultureInfo.InvariantCulture, out double age) && age is >= 0 and < 120 ? age : null;

    internal string Sex => SnomedHeaders.SexOf(Value("Sex") ?? "");

    internal static HeaderComments Read(string path)
    {
        try
        {
            return new HeaderComments([.. File.ReadLines(path).Where(l => l.StartsWith('#')).Select(l => l[1..].Trim())]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"{path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>What follows "key:" or "&lt;key&gt;:"; null where no line has it.</summary>
    internal string? Value(string key)
    {
        foreach (string line in Lines)
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && line.AsSpan(0, colon).Trim().Trim("<>").Equals(key, StringComparison.OrdinalIgnoreCase)) return line[(colon + 1)..].Trim();
        }
        return null;
    }
}
