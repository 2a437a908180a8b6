// The sample files of data/formats: one case a record of index.json, with its expected values.
using System.Text.Json;

namespace Einthoven.Signals.Tests.Formats;

static class SampleCases
{
    static readonly string[] Read = ["wfdb", "mat", "table", "npy", "hdf5"];

    /// <summary>Format and record of every sample whose format this library reads; a single placeholder where there are no samples.</summary>
    public static IEnumerable<(string Format, string Record)> All(bool malformed)
    {
        string? folder = SharedData.Folder is null ? null : Path.Combine(SharedData.Folder, "data", "formats");
        if (folder is null || !File.Exists(Path.Combine(folder, "index.json"))) return [("none", "none")];
        using JsonDocument index = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "index.json")));
        var cases = new List<(string, string)>();
        foreach (JsonElement entry in index.RootElement.EnumerateArray())
        {
            string format = entry.GetProperty("format").GetString()!;
            string record = entry.GetProperty("record").GetString()!;
            string of = format == "malformed" ? Expected(format, record).TryGetProperty("of_format", out JsonElement f) ? f.GetString()! : "" : format;
            if ((format == "malformed") == malformed && Read.Contains(of)) cases.Add((format, record));
        }
        return cases.Count > 0 ? cases : [("none", "none")];
    }

    public static JsonElement Expected(string format, string record)
    {
        string folder = SharedData.Require("data", "formats");
        using JsonDocument index = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "index.json")));
        JsonElement entry = index.RootElement.EnumerateArray().First(e =>
            e.GetProperty("format").GetString() == format && e.GetProperty("record").GetString() == record);
        string path = Path.Combine(folder, entry.GetProperty("expected").GetString()!);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.Clone();
    }

    /// <summary>The file to open: the first header of a WFDB record, else the first file.</summary>
    public static string MainFile(string format, JsonElement expected)
    {
        string[] names = [.. expected.GetProperty("files").EnumerateArray().Select(f => f.GetProperty("name").GetString()!)];
        string of = expected.TryGetProperty("of_format", out JsonElement f) ? f.GetString()! : format;
        string record = expected.GetProperty("record").GetString()!;
        string name = of == "wfdb"
            ? names.FirstOrDefault(n => Path.GetFileNameWithoutExtension(n) == record && n.EndsWith(".hea", StringComparison.Ordinal)) ?? names[0]
            : names[0];
        return SharedData.Require("data", "formats", format, name);
    }
}
