// Chapman-Shaoxing and Ningbo as PhysioNet distributes them ("ecg-arrhythmia"; Zheng et al., Scientific Data 7:48, 2020, and PhysioNet 2022):
// WFDBRecords/01/010/JS00001.hea and .mat, SNOMED CT codes in the headers, names in ConditionNames_SNOMED-CT.csv.
namespace Einthoven.Training.Data;

internal sealed class ChapmanNingboImporter : IDatasetImporter
{
    private const string Names = "ConditionNames_SNOMED-CT.csv";
    private const int LastOfChapman = 10646;

    public string Name => "chapman-ningbo";

    public string Description => $"WFDBRecords/**/JS*.hea with SNOMED CT codes, {Names}; tasks acronyms, snomed, scored (26 classes)";

    public bool Recognises(string folder) => File.Exists(Path.Combine(folder, Names)) || Directory.Exists(Path.Combine(folder, "WFDBRecords"));

    public Manifest Read(string folder, ImportOptions options)
    {
        bool named = File.Exists(Path.Combine(folder, Names));
        string task = named ? this.Task(options, "acronyms", "snomed", "scored") : this.Task(options, "snomed", "scored");
        if (Path.Combine(folder, "Diagnostics.xlsx") is var sheet && File.Exists(sheet) && !Directory.Exists(Path.Combine(folder, "WFDBRecords")))
            throw new DatasetException($"{sheet} is a workbook: this is the release with CSV signals. Save it as CSV and import the folder with --labels, or use the release with WFDBRecords.");
        Manifest manifest = SnomedHeaders.Read("Chapman-Shaoxing and Ningbo", folder, task == "scored" ? "scored" : "snomed", path => SourceOf(path, options.Sources));
        return task == "acronyms" ? Rename(manifest, Path.Combine(folder, Names)) : manifest;
    }

    private static string? SourceOf(string path, IReadOnlyList<string> wanted)
    {
        if (!Path.GetFileName(path).StartsWith("JS", StringComparison.Ordinal)
            || !int.TryParse(Path.GetFileNameWithoutExtension(path).AsSpan(2), out int number)) return null;
        string source = number <= LastOfChapman ? "chapman_shaoxing" : "ningbo";
        return wanted.Count == 0 || wanted.Contains(source) ? source : null;
    }

    // In these acronyms AF is atrial flutter and AFIB atrial fibrillation. Codes that the table lacks keep their number.
    private static Manifest Rename(Manifest manifest, string path)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        using CsvTable table = CsvTable.Open(path, "Acronym Name", "Snomed_CT");
        while (table.Read()) names.TryAdd(table["Snomed_CT"], table["Acronym Name"]);
        string[] labels = [.. manifest.Labels.Select(code => names.GetValueOrDefault(code, code))];
        foreach (IGrouping<string, int> same in labels.Select((l, k) => (l, k)).GroupBy(p => p.l, p => p.k).Where(g => g.Count() > 1).ToList())
            foreach (int k in same) labels[k] = $"{labels[k]} ({manifest.Labels[k]})";
        return manifest with { Labels = labels };
    }
}
