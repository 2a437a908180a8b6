// CODE-15% (Ribeiro et al., Zenodo 4916206, 2021): exams.csv, six labels; tracings as downloaded (exams_part*.hdf5) or a file for each exam.
using System.Globalization;

namespace Einthoven.Training.Data;

internal sealed class Code15Importer : IDatasetImporter
{
    private const string Table = "exams.csv";
    private static readonly string[] s_labels = ["1dAVb", "RBBB", "LBBB", "SB", "ST", "AF"];

    public string Name => "code-15";

    public string Description => $"{Table} with exams_part*.hdf5, or a recording EXAM_ID.* for every exam; six labels";

    public bool Recognises(string folder) => File.Exists(Path.Combine(folder, Table));

    public Manifest Read(string folder, ImportOptions options)
    {
        this.Task(options, "all");
        string path = Path.Combine(folder, Table);
        if (!File.Exists(path)) throw new DatasetException($"{path} is not there.");
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
