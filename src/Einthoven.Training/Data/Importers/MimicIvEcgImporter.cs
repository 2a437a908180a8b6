// MIMIC-IV-ECG (Gow et al., PhysioNet 2023): record_list.csv, machine_measurements.csv and files/p1000/p10000032/s40689238/40689238.hea.
// Its headers list the leads as I, II, III, aVR, aVF, aVL, V1 …: leads are taken by name here, never by place.
using System.Globalization;
using System.Text.RegularExpressions;

namespace Einthoven.Training.Data;

internal sealed partial class MimicIvEcgImporter : IDatasetImporter
{
    private const string Table = "record_list.csv";
    private const string Measurements = "machine_measurements.csv";

    public string Name => "mimic-iv-ecg";

    public string Description => $"{Table}, {Measurements} (its reports become the column report), files/**; no labels of its own";

    public bool Recognises(string folder) => File.Exists(Path.Combine(folder, Table));

    public Manifest Read(string folder, ImportOptions options)
    {
        this.Task(options, "none");
        string path = Path.Combine(folder, Table);
        if (!File.Exists(path)) throw new DatasetException($"{path} is not there.");
        Dictionary<string, string> reports = Reports(Path.Combine(folder, Measurements));
        using CsvTable table = CsvTable.Open(path, "subject_id", "study_id", "path");
        var rows = new List<ManifestRow>();
        while (table.Read())
        {
            string study = table["study_id"];
            rows.Add(new ManifestRow(study, Path.Combine(folder, table["path"] + ".hea"), table["subject_id"], "", [])
            {
                Source = Name,
                Time = table.Has("ecg_time") && DateTime.TryParse(table["ecg_time"], CultureInfo.InvariantCulture, out DateTime time) ? time : null,
                Report = reports.GetValueOrDefault(study, ""),
            });
        }
        return rows.Count > 0 ? new Manifest("MIMIC-IV-ECG", [], rows) : throw new DatasetException($"{path} has no rows.");
    }

    // report_0 … report_17 joined as the published preparation does it; by study here, by row there.
    private static Dictionary<string, string> Reports(string path)
    {
        var reports = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!File.Exists(path)) return reports;
        using CsvTable table = CsvTable.Open(path, "study_id");
        string[] columns = [.. table.Columns.Where(c => c.StartsWith("report_", StringComparison.Ordinal))];
        while (table.Read())
            reports[table["study_id"]] = Repeated().Replace(string.Join("; ", columns.Select(c => table[c])), "; ").Trim(' ', ';');
        return reports;
    }

    [GeneratedRegex("(; ){2,}")]
    private static partial Regex Repeated();
}
