// Manifests as CSV: written by an import, and the same table as people make it for a folder of their own.
using System.Globalization;
using System.Text;
using Einthoven.Models.Reporting;
using Einthoven.Signals;

namespace Einthoven.Training.Data;

/// <summary>
/// Reads and writes manifests. Columns: record; then, where known, path (relative to the table), patient, split, source, age, sex, time, report (or text);
/// every other column is a label: 1 present, 0 absent, empty unknown.
/// </summary>
public static class ManifestCsv
{
    private static readonly string[] s_known = ["record", "path", "patient", "split", "source", "age", "sex", "time", "report", "text"];

    /// <summary>Writes a manifest; paths become relative to the file's folder. The file appears when it is whole.</summary>
    /// <exception cref="DatasetException">The file cannot be written.</exception>
    public static void Write(Manifest manifest, string path)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        DurableFile.Write(path, stream =>
        {
            using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };
            bool reports = manifest.Rows.Any(r => r.Report.Length > 0);
            writer.WriteLine(string.Join(',', (reports ? s_known[..^1] : s_known[..^2]).Concat(manifest.Labels.Select(Csv.Field))));
            foreach (ManifestRow row in manifest.Rows)
            {
                string[] fields =
                [
                    row.Record, Path.GetRelativePath(folder, Path.GetFullPath(row.Path)), row.Patient, row.Split, row.Source,
                    row.AgeYears?.ToString(CultureInfo.InvariantCulture) ?? "", row.Sex, row.Time?.ToString("s", CultureInfo.InvariantCulture) ?? "",
                ];
                writer.Write(string.Join(',', fields.Select(Csv.Field)));
                if (reports) writer.Write("," + Csv.Field(row.Report));
                foreach (float value in row.Labels)
                {
                    writer.Write(',');
                    if (!float.IsNaN(value)) writer.Write(value.ToString(CultureInfo.InvariantCulture));
                }
                writer.WriteLine();
            }
        });
    }

    /// <summary>Reads a manifest.</summary>
    /// <param name="path">The table.</param>
    /// <param name="folder">Where the recordings are, in whatever subfolders, if the table has no column path.</param>
    /// <param name="numbers">Whether labels may be any number, for what is measured.</param>
    /// <exception cref="DatasetException">The table has a fault, or a recording has no file.</exception>
    public static Manifest Read(string path, string? folder = null, bool numbers = false)
    {
        using CsvTable table = CsvTable.Open(path, "record");
        string[] labels = [.. table.Columns.Where(c => !s_known.Contains(c, StringComparer.Ordinal))];
        if (labels.Distinct().Count() < labels.Length)
            throw new DatasetException($"{path} has the column {labels.GroupBy(l => l).First(g => g.Count() > 1).Key} twice.");
        string origin = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (folder is null && !table.Has("path"))
            throw new DatasetException($"{path} has no column path. Name the folder that holds the recordings.");
        // A table that says where its recordings are needs no search: names may repeat in a folder of several data sets.
        Dictionary<string, string>? files = folder is null || table.Has("path") ? null : FilesByName(folder);
        var rows = new List<ManifestRow>();
        var missing = new List<string>();
        while (table.Read())
        {
            string record = table["record"];
            if (record.Length == 0) throw table.Wrong("record", "the name of a recording");
            string? file = files is null ? Path.GetFullPath(Path.Combine(origin, table["path"])) : files.GetValueOrDefault(record);
            if (file is null)
            {
                missing.Add(record);
                continue;
            }
            string patient = table.Has("patient") ? table["patient"] : "";
            rows.Add(new ManifestRow(record, file, patient.Length > 0 ? patient : record, Optional("split"), [.. labels.Select(Value)])
            {
                Source = Optional("source"),
                AgeYears = table.Has("age") ? Age() : null,
                Sex = Optional("sex"),
                Time = table.Has("time") ? Time() : null,
                Report = Optional(table.Has("report") ? "report" : "text"),
            });
        }
        if (missing.Count > 0)
        {
            throw new DatasetException(
                $"{path}: {missing.Count} of {missing.Count + rows.Count} recordings have no file in {folder}: {string.Join(", ", missing.Take(5))}"
                + $"{(missing.Count > 5 ? " …" : "")}. The column record holds file names without extension.");
        }
        var manifest = new Manifest(Path.GetFileNameWithoutExtension(path), labels, rows);
        manifest.RequireUniqueRecords();
        return manifest;

        string Optional(string column) => table.Has(column) ? table[column] : "";

        float Value(string label) => table[label] switch
        {
            "" => float.NaN,
            "0" => 0,
            "1" => 1,
            var text when float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float value)
                && float.IsFinite(value) && (numbers || value is 0 or 1) => value,
            _ => throw table.Wrong(label, numbers ? "a number or empty (unknown)" : $"1 (present), 0 (absent) or empty (unknown); every column but {string.Join(", ", s_known)} is a label"),
        };

        double? Age() => table["age"] is not { Length: > 0 } text ? null
            : double.TryParse(text, CultureInfo.InvariantCulture, out double age) ? age : throw table.Wrong("age", "a number of years or empty");

        DateTime? Time() => table["time"] is not { Length: > 0 } text ? null
            : DateTime.TryParse(text, CultureInfo.InvariantCulture, out DateTime time) ? time : throw table.Wrong("time", "a date or empty");
    }

    /// <summary>The recordings below a folder by file name without extension.</summary>
    /// <exception cref="DatasetException">There are none, or two have one name.</exception>
    internal static Dictionary<string, string> FilesByName(string folder)
    {
        if (!Directory.Exists(folder)) throw new DatasetException($"There is no folder {folder}.");
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (EcgInput input in EcgInputs.Expand([folder]).Inputs)
        {
            if (input.Error is not null) throw new DatasetException(input.Error.Message, input.Error);
            string name = input.Id;
            if (!files.TryAdd(name, input.Path))
                throw new DatasetException($"{folder} has two recordings named {name}: {files[name]} and {input.Path}. Give a table with a column path, or one folder at a time.");
        }
        return files;
    }
}
