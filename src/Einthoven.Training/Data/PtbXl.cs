// PTB-XL as PhysioNet distributes it (Wagner et al., Scientific Data 7:154, 2020): ptbxl_database.csv and records100 or records500.
using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using Einthoven.Models.Vocabularies;

namespace Einthoven.Training.Data;

/// <summary>Reads PTB-XL's table into a manifest of the 71 statements.</summary>
public static class PtbXl
{
    /// <summary>The data set's name in manifests.</summary>
    public const string Name = "PTB-XL";

    /// <summary>Reads the table in a folder laid out like the download. A statement counts as present whatever its likelihood.</summary>
    /// <param name="folder">The folder that holds ptbxl_database.csv.</param>
    /// <param name="fileColumn">filename_lr (100 Hz) or filename_hr (500 Hz).</param>
    /// <exception cref="DatasetException">The table is missing, lacks a column, or has a statement that the vocabulary lacks.</exception>
    public static Manifest Read(string folder, string fileColumn = "filename_lr")
    {
        string path = Path.Combine(folder, "ptbxl_database.csv");
        if (!File.Exists(path)) throw new DatasetException($"{path} is not there. Give the folder that holds ptbxl_database.csv and records100.");
        var columns = PtbXlStatements.All.Select((s, k) => (s.Code, k)).ToDictionary(p => p.Code, p => p.k, StringComparer.Ordinal);
        var rows = new List<ManifestRow>();
        using var csv = new CsvReader(new StreamReader(path), new CsvConfiguration(CultureInfo.InvariantCulture));
        csv.Read();
        csv.ReadHeader();
        foreach (string column in new[] { "ecg_id", "patient_id", "scp_codes", "strat_fold", fileColumn })
            if (!csv.HeaderRecord!.Contains(column)) throw new DatasetException($"{path} has no column {column}; it has {string.Join(", ", csv.HeaderRecord!)}.");
        while (csv.Read())
        {
            var labels = new float[columns.Count];
            foreach (string code in Codes(csv.GetField("scp_codes")!))
            {
                if (!columns.TryGetValue(code, out int k))
                    throw new DatasetException($"{path}, row {csv.Parser.Row}: statement '{code}' is not one of PTB-XL's {columns.Count}.");
                labels[k] = 1;
            }
            rows.Add(new ManifestRow(
                csv.GetField("ecg_id")!,
                Path.Combine(folder, csv.GetField(fileColumn)! + ".hea"),
                csv.GetField("patient_id")!,
                csv.GetField<int>("strat_fold").ToString(CultureInfo.InvariantCulture),
                labels));
        }
        return new Manifest(Name, [.. PtbXlStatements.All.Select(s => s.Code)], rows);
    }

    /// <summary>The keys of a Python dictionary as text: {'NORM': 100.0, 'SR': 0.0}.</summary>
    private static IEnumerable<string> Codes(string dictionary) =>
        dictionary.Trim('{', '}', ' ').Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(pair => pair.Split(':')[0].Trim(' ', '\'', '"'));
}
