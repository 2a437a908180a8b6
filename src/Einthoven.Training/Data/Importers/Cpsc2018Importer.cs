// CPSC 2018 as its organisers distributed it (Liu et al., J. Med. Imaging Health Inform. 8:1368, 2018): A0001.mat and REFERENCE.csv.
using System.Globalization;

namespace Einthoven.Training.Data;

internal sealed class Cpsc2018Importer : IDatasetImporter
{
    private const string Table = "REFERENCE.csv";

    // The numbers 1 to 9 of the table, in the names of the PTB-XL benchmark.
    private static readonly string[] s_labels = ["NORM", "AFIB", "1AVB", "CLBBB", "CRBBB", "PAC", "VPC", "STD_", "STE_"];

    private static readonly string[] s_columns = ["First_label", "Second_label", "Third_label"];

    public string Name => "cpsc2018";

    public string Description => $"{Table} with A0001.mat …; nine labels";

    public bool Recognises(string folder) => FindTable(folder) is not null;

    public Manifest Read(string folder, ImportOptions options)
    {
        this.Task(options, "all");
        string path = FindTable(folder) ?? throw new DatasetException($"{folder} holds no {Table}.");
        Dictionary<string, string> files = ManifestCsv.FilesByName(folder);
        using CsvTable table = CsvTable.Open(path, "Recording", "First_label");
        string[] columns = [.. s_columns.Where(table.Has)];
        var rows = new List<ManifestRow>();
        while (table.Read())
        {
            string record = table["Recording"];
            if (!files.TryGetValue(record, out string? file)) throw table.Wrong("Recording", $"the name of a file in {folder}");
            var values = new float[s_labels.Length];
            foreach (string column in columns)
            {
                if (table[column].Length == 0) continue;
                if (!double.TryParse(table[column], CultureInfo.InvariantCulture, out double number) || number != Math.Floor(number) || number is < 1 or > 9)
                    throw table.Wrong(column, "a number from 1 to 9 or empty");
                values[(int)number - 1] = 1;
            }
            rows.Add(new ManifestRow(record, file, record, "", values) { Source = Name });
        }
        return new Manifest("CPSC 2018", s_labels, rows);
    }

    private static string? FindTable(string folder) =>
        Directory.EnumerateFiles(folder, Table, new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 2, MatchCasing = MatchCasing.CaseInsensitive })
            .FirstOrDefault(path => File.ReadLines(path).FirstOrDefault()?.Contains("First_label", StringComparison.Ordinal) == true);
}
