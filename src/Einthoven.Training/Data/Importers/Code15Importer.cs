// CODE-15% (Ribeiro et al., Zenodo 4916206, 2021): exams.csv, six labels. Its tracings are HDF5; they are read once each exam has a file of its own.
using System.Globalization;

namespace Einthoven.Training.Data;

internal sealed class Code15Importer : IDatasetImporter
{
    private const string Table = "exams.csv";
    private static readonly string[] s_labels = ["1dAVb", "RBBB", "LBBB", "SB", "ST", "AF"];

    public string Name => "code-15";

    public string Description => $"{Table} with a recording EXAM_ID.* for every exam (converted from exams_part*.hdf5); six labels";

    public bool Recognises(string folder) => File.Exists(Path.Combine(folder, Table));

    public Manifest Read(string folder, ImportOptions options)
    {
        this.Task(options, "all");
        string path = Path.Combine(folder, Table);
        if (!File.Exists(path)) throw new DatasetException($"{path} is not there.");
        bool packed = Directory.EnumerateFiles(folder, "*.hdf5", SearchOption.AllDirectories).Any();
        if (packed && !Directory.EnumerateFiles(folder, "*.hea", SearchOption.AllDirectories).Any())
        {
            throw new DatasetException(
                $"{folder} has its tracings in HDF5 files, which cannot be read here. Convert them to a file for each exam, EXAM_ID.hea with .dat or .mat "
                + "(400 Hz, leads DI DII DIII AVR AVL AVF V1 … V6, the all-zero rows before and after a tracing cut off), beside exams.csv, and import again.");
        }
        Dictionary<string, string> files = ManifestCsv.FilesByName(folder);
        using CsvTable table = CsvTable.Open(path, ["exam_id", "patient_id", .. s_labels]);
        var rows = new List<ManifestRow>();
        while (table.Read())
        {
            // A download of some of the parts has tracings for some of the exams only.
            if (!files.TryGetValue(table["exam_id"], out string? file)) continue;
            rows.Add(new ManifestRow(table["exam_id"], file, table["patient_id"], "", [.. s_labels.Select(l => Truth(table, l))])
            {
                Source = Name,
                AgeYears = table.Has("age") && double.TryParse(table["age"], CultureInfo.InvariantCulture, out double age) ? age : null,
                Sex = !table.Has("is_male") || table["is_male"].Length == 0 ? "" : Truth(table, "is_male") == 1 ? "M" : "F",
            });
        }
        return rows.Count > 0
            ? new Manifest("CODE-15%", s_labels, rows)
            : throw new DatasetException($"None of the exams in {path} has a recording in {folder}: files are looked for by exam_id.");
    }

    private static float Truth(CsvTable table, string column) => table[column].ToUpperInvariant() switch
    {
        "TRUE" or "1" or "1.0" => 1,
        "FALSE" or "0" or "0.0" => 0,
        "" => float.NaN,
        _ => throw table.Wrong(column, "True or False"),
    };
}
