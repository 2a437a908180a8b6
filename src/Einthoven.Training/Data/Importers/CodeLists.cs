// Tables in which a recording's labels stand together in one column: 426783006;164889003.
using System.Globalization;

namespace Einthoven.Training.Data;

internal static class CodeLists
{
    /// <summary>
    /// Reads such a table. Every code that occurs is a label, of SNOMED CT codes that the Challenge 2021 scores as one the first; a code that the table
    /// never has is no label, and so unknown. A row without codes says nothing: all its labels are unknown.
    /// </summary>
    /// <param name="path">The table; columns record and the codes, and where known patient, split, age, sex.</param>
    /// <param name="folder">Where the recordings are, in whatever subfolders.</param>
    /// <param name="column">The column of the codes, parted by ; or , or | or blanks.</param>
    /// <exception cref="DatasetException">The table lacks a column, has no codes, or a recording has no file.</exception>
    internal static Manifest Read(string path, string folder, string column)
    {
        using CsvTable table = CsvTable.Open(path, "record", column);
        Dictionary<string, string> files = ManifestCsv.FilesByName(folder);
        var rows = new List<(ManifestRow Row, string[] Codes)>();
        while (table.Read())
        {
            string record = table["record"];
            if (!files.TryGetValue(record, out string? file))
                throw new DatasetException($"{path}: recording {record} has no file in {folder}. The column record holds file names without extension.");
            string patient = Optional("patient");
            string[] codes = [.. table[column].Split([';', ',', '|', ' '], StringSplitOptions.RemoveEmptyEntries).Select(SnomedHeaders.Representative).Distinct()];
            rows.Add((new ManifestRow(record, file, patient.Length > 0 ? patient : record, Optional("split"), [])
            {
                AgeYears = double.TryParse(Optional("age"), CultureInfo.InvariantCulture, out double age) && double.IsFinite(age) ? age : null,
                Sex = SnomedHeaders.SexOf(Optional("sex")),
            }, codes));
        }

        string[] labels = [.. rows.SelectMany(row => row.Codes).Distinct().Order(StringComparer.Ordinal)];
        if (labels.Length == 0)
            throw new DatasetException($"{path} has no codes in its column {column}.");
        var manifest = new Manifest(
            Path.GetFileNameWithoutExtension(path), labels,
            [.. rows.Select(row => row.Row with { Labels = [.. labels.Select(label => row.Codes.Length == 0 ? float.NaN : row.Codes.Contains(label) ? 1f : 0f)] })]);
        manifest.RequireUniqueRecords();
        return manifest;

        string Optional(string name) => table.Has(name) ? table[name] : "";
    }
}
