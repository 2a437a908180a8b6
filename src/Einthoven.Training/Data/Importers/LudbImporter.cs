// LUDB (Kalyakulina et al., IEEE Access 8:186181, 2020): data/1.hea …, diagnoses as sentences in the headers.
namespace Einthoven.Training.Data;

internal sealed class LudbImporter : IDatasetImporter
{
    public string Name => "ludb";

    public string Description => "1.hea … 200.hea with <diagnoses> in the headers; labels are SNOMED CT codes";

    public bool Recognises(string folder) =>
        new[] { folder, Path.Combine(folder, "data") }.Any(d =>
            File.Exists(Path.Combine(d, "1.hea")) && HeaderComments.Read(Path.Combine(d, "1.hea")).Lines.Any(l => l.StartsWith("<diagnoses>", StringComparison.Ordinal)));

    public Manifest Read(string folder, ImportOptions options)
    {
        this.Task(options, "snomed");
        IReadOnlyDictionary<string, string> codes = ReadStatements();
        var found = new List<(string Path, HeaderComments Comments, HashSet<string> Codes)>();
        foreach (string path in Directory.EnumerateFiles(folder, "*.hea", SearchOption.AllDirectories))
        {
            if (!int.TryParse(Path.GetFileNameWithoutExtension(path), out _)) continue;
            HeaderComments comments = HeaderComments.Read(path);
            int at = comments.Lines.ToList().FindIndex(l => l.StartsWith("<diagnoses>", StringComparison.Ordinal));
            if (at < 0) throw new DatasetException($"{path} has no line '#<diagnoses>:'.");
            found.Add((path, comments, Diagnoses(comments.Lines.Skip(at + 1), codes)));
        }
        if (found.Count == 0) throw new DatasetException($"{folder} holds no recordings of LUDB (1.hea …).");
        string[] labels = [.. found.SelectMany(f => f.Codes).Distinct().Order(StringComparer.Ordinal)];
        return new Manifest("LUDB", labels, [.. found.OrderBy(f => int.Parse(Path.GetFileNameWithoutExtension(f.Path))).Select(f =>
        {
            string record = Path.GetFileNameWithoutExtension(f.Path);
            return new ManifestRow(record, f.Path, record, "", [.. labels.Select(l => f.Codes.Contains(l) ? 1f : 0)])
            {
                Source = Name,
                AgeYears = f.Comments.AgeYears,
                Sex = f.Comments.Sex,
            };
        })]);
    }

    private static HashSet<string> Diagnoses(IEnumerable<string> lines, IReadOnlyDictionary<string, string> codes)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (string line in lines)
        {
            string statement = line.TrimEnd('.', ' ').ToLowerInvariant();
            if (statement.StartsWith("rhythm:", StringComparison.Ordinal)) statement = statement["rhythm:".Length..].Trim();
            // Sentences that no mapping knows are remarks.
            if (codes.TryGetValue(statement, out string? code) && code.Length > 0) found.Add(code);
        }
        return found;
    }

    private static Dictionary<string, string> ReadStatements()
    {
        var codes = new Dictionary<string, string>(StringComparer.Ordinal);
        using CsvTable table = CsvTable.Resource("ludb_statements.csv");
        while (table.Read()) codes[table["statement"]] = table["code"];
        return codes;
    }
}
