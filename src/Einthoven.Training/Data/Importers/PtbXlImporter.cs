// PTB-XL as PhysioNet distributes it (Wagner et al., Scientific Data 7:154, 2020): ptbxl_database.csv and records100 or records500.
// Tasks: Strodthoff et al., "Deep learning for ECG analysis", IEEE JBHI 2021.
using System.Globalization;
using Einthoven.Models.Vocabularies;

namespace Einthoven.Training.Data;

internal sealed class PtbXlImporter : IDatasetImporter
{
    /// <summary>The data set's name in manifests.</summary>
    internal const string DatasetName = "PTB-XL";

    private const string Table = "ptbxl_database.csv";

    public string Name => "ptb-xl";

    public string Description => $"{Table} with records100 or records500; tasks all, diagnostic, subdiagnostic, superdiagnostic, form, rhythm";

    public bool Recognises(string folder) => File.Exists(Path.Combine(folder, Table));

    public Manifest Read(string folder, ImportOptions options)
    {
        string path = Path.Combine(folder, Table);
        if (!File.Exists(path)) throw new DatasetException($"{path} is not there. Give the folder that holds {Table} and records100.");
        string task = this.Task(options, "all", "diagnostic", "subdiagnostic", "superdiagnostic", "form", "rhythm");
        // Published tables sort the labels of a task by code point.
        string[] labels = [.. PtbXlStatements.All.Select(s => LabelOf(s, task)).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        var columns = labels.Select((label, k) => (label, k)).ToDictionary(p => p.label, p => p.k, StringComparer.Ordinal);
        using CsvTable table = CsvTable.Open(path, "ecg_id", "patient_id", "scp_codes", "strat_fold");
        string fileColumn = FileColumn(folder, options.RateHz, table);
        var rows = new List<ManifestRow>();
        while (table.Read())
        {
            var values = new float[labels.Length];
            foreach (string code in Codes(table["scp_codes"]))
            {
                Statement statement = PtbXlStatements.Find(code) ?? throw table.Wrong("scp_codes", $"made of PTB-XL's {PtbXlStatements.All.Count} statements ('{code}')");
                if (LabelOf(statement, task) is { } label) values[columns[label]] = 1;
            }
            // The published tasks but the first keep the records that have a label.
            if (task != "all" && !values.Contains(1)) continue;
            rows.Add(new ManifestRow(table["ecg_id"], Path.Combine(folder, table[fileColumn] + ".hea"), Whole(table["patient_id"]), Whole(table["strat_fold"]), values)
            {
                Source = Name,
                AgeYears = table.Has("age") ? Age(table["age"]) : null,
                Sex = !table.Has("sex") ? "" : Whole(table["sex"]) switch { "0" => "M", "1" => "F", _ => "" },
                Time = table.Has("recording_date") && DateTime.TryParse(table["recording_date"], CultureInfo.InvariantCulture, out DateTime time) ? time : null,
                Report = table.Has("report") ? table["report"] : "",
            });
        }
        return new Manifest(DatasetName, labels, rows);
    }

    private static string FileColumn(string folder, int? rate, CsvTable table)
    {
        string column = rate switch
        {
            100 => "filename_lr",
            500 => "filename_hr",
            null => table.Has("filename_hr") && Directory.Exists(Path.Combine(folder, "records500")) && !Directory.Exists(Path.Combine(folder, "records100"))
                ? "filename_hr" : "filename_lr",
            _ => throw new DatasetException($"PTB-XL has recordings at 100 and 500 Hz, not at {rate}."),
        };
        return table.Has(column) ? column : throw new DatasetException($"{Path.Combine(folder, Table)} has no column {column}.");
    }

    private static string? LabelOf(Statement statement, string task) => task switch
    {
        "diagnostic" => statement.IsDiagnostic ? statement.Code : null,
        "subdiagnostic" => statement.Subclass,
        "superdiagnostic" => statement.Superclass,
        "form" => statement.IsForm ? statement.Code : null,
        "rhythm" => statement.IsRhythm ? statement.Code : null,
        _ => statement.Code,
    };

    /// <summary>The keys of a Python dictionary as text: {'NORM': 100.0, 'SR': 0.0}. Every key counts, whatever its likelihood.</summary>
    private static IEnumerable<string> Codes(string dictionary) =>
        dictionary.Trim('{', '}', ' ').Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(pair => pair.Split(':')[0].Trim(' ', '\'', '"'));

    // 300 stands for above 89.
    private static double? Age(string text) => double.TryParse(text, CultureInfo.InvariantCulture, out double age) && age is >= 0 and < 120 ? age : null;

    // Numbers that a table kept as 15709.0.
    private static string Whole(string text) => text.EndsWith(".0", StringComparison.Ordinal) ? text[..^2] : text;
}
