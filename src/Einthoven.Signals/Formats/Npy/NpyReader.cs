// From a NumPy array or archive to an EcgRecord. An array alone has no rate and no names: a JSON file beside it may say them.
using System.IO.Compression;
using System.Text.Json;

namespace Einthoven.Signals.Formats.Npy;

static class NpyReader
{
    const int MaxMembers = 256;
    const int MaxDeflateRatio = 1032;
    const int MaxSidecarBytes = 1 << 20;

    static readonly string[] SignalNames = ["ecg", "signal", "signals", "data", "tracings", "x", "arr_0"];
    static readonly string[] RateNames = ["fs", "sampling_rate_hz", "sampling_rate", "sample_rate", "rate"];
    static readonly string[] LeadNamesKeys = ["leads", "lead_names", "names"];
    static readonly string[] UnitNames = ["unit", "units"];

    public static EcgRecord Read(string path, EcgReadOptions options)
    {
        long length = new FileInfo(path).Length;
        if (length > options.MaxDecodedBytes || length > Array.MaxLength)
            throw new EcgFormatException(path, "", $"a file of {length} bytes", "this is beyond the limit; raise MaxDecodedBytes if the file is meant");
        byte[] file = File.ReadAllBytes(path);
        return file.AsSpan().StartsWith("PK"u8) ? ReadArchive(path, file, options) : ReadArray(path, file, options);
    }

    static EcgRecord ReadArray(string path, byte[] file, EcgReadOptions options)
    {
        NpyHeader header = NpyHeader.Parse(path, file);
        (double[][] leads, bool isInteger) = NpyArray.Signal(path, file, header, options);
        var warnings = new List<string>();
        (double? rate, string[]? names, string? unit) = Sidecar(path, warnings);
        return Record(path, leads, isInteger, rate, names, unit, warnings, options);
    }

    static EcgRecord ReadArchive(string path, byte[] file, EcgReadOptions options)
    {
        var members = new Dictionary<string, (NpyHeader Header, byte[] Bytes)>(StringComparer.Ordinal);
        try
        {
            using var zip = new ZipArchive(new MemoryStream(file, writable: false), ZipArchiveMode.Read);
            if (zip.Entries.Count > MaxMembers) throw new EcgFormatException(path, "", $"an archive of {zip.Entries.Count} members", "one record has a few arrays");
            long budget = options.MaxDecodedBytes;
            foreach (ZipArchiveEntry entry in zip.Entries)
            {
                if (!entry.FullName.EndsWith(".npy", StringComparison.Ordinal)) continue;
                if (entry.Length > Math.Min(budget, Array.MaxLength) || entry.Length > (double)entry.CompressedLength * MaxDeflateRatio + 64)
                    throw new EcgFormatException(path, entry.Name, $"{entry.Length} bytes", "this is beyond the limit; raise MaxDecodedBytes if the file is meant");
                budget -= entry.Length;
                byte[] bytes = new byte[entry.Length];
                using (Stream stream = entry.Open()) stream.ReadExactly(bytes);
                members[entry.FullName[..^4]] = (NpyHeader.Parse(path, bytes), bytes);
            }
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException)
        {
            throw new EcgFormatException(path, "", "a zip archive that cannot be read", "it is cut or damaged; save it again", error);
        }
        string name = SignalNames.FirstOrDefault(members.ContainsKey)
            ?? members.FirstOrDefault(m => m.Value.Header.Shape.Count >= 2 && NpyArray.Number(m.Value.Header.Descr) is not null).Key
            ?? throw new EcgFormatException(path, "members", $"no signal among: {string.Join(", ", members.Keys.Take(20))}", "name the array of leads by samples \"ecg\"");
        (NpyHeader header, byte[] data) = members[name];
        (double[][] leads, bool isInteger) = NpyArray.Signal(path, data, header, options);
        double? rate = Find(RateNames, m => NpyArray.Scalar(m.Bytes, m.Header) is { } value && value > 0 && double.IsFinite(value) ? value : (double?)null);
        string[]? names = Find(LeadNamesKeys, m => NpyArray.Texts(m.Bytes, m.Header));
        string[]? unit = Find(UnitNames, m => NpyArray.Texts(m.Bytes, m.Header));
        return Record(path, leads, isInteger, rate, names, unit is { Length: 1 } ? unit[0] : null, [], options);

        T? Find<T>(string[] keys, Func<(NpyHeader Header, byte[] Bytes), T?> take)
        {
            foreach (string key in keys)
                if (members.TryGetValue(key, out (NpyHeader, byte[]) member) && take(member) is { } found) return found;
            return default;
        }
    }

    static EcgRecord Record(
        string path, double[][] leads, bool isInteger, double? rate, string[]? names, string? unit, List<string> warnings, EcgReadOptions options)
    {
        if (names is not null && names.Length != leads.Length)
        {
            warnings.Add($"{names.Length} lead names for {leads.Length} leads: not used");
            names = null;
        }
        return new SignalMatrix
        {
            Path = path,
            Format = "npy",
            Leads = leads,
            Names = names,
            LeadUnits = unit is null ? null : Enumerable.Repeat<string?>(unit, leads.Length).ToArray(),
            UnitIfUnknown = isInteger ? Units.Count : null,
            SamplingRateHz = rate,
            Warnings = warnings,
        }.ToRecord(options);
    }

    // NAME.json beside NAME.npy: {"fs": 500, "unit": "mV", "leads": ["I", …]}, each key optional.
    static (double? Rate, string[]? Names, string? Unit) Sidecar(string path, List<string> warnings)
    {
        var info = new FileInfo(Path.ChangeExtension(path, ".json"));
        if (!info.Exists || info.Length > MaxSidecarBytes) return default;
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(info.FullName));
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object) return default;
            double? rate = Property(root, RateNames) is { ValueKind: JsonValueKind.Number } number && number.GetDouble() > 0 ? number.GetDouble() : null;
            string? unit = Property(root, UnitNames) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
            string[]? names = Property(root, LeadNamesKeys) is { ValueKind: JsonValueKind.Array } array && array.EnumerateArray().All(n => n.ValueKind == JsonValueKind.String)
                ? [.. array.EnumerateArray().Select(n => n.GetString()!)]
                : null;
            return (rate, names, unit);
        }
        catch (JsonException)
        {
            warnings.Add($"{info.Name} beside the array is no JSON: not used");
            return default;
        }
    }

    static JsonElement? Property(JsonElement root, string[] names)
    {
        foreach (string name in names)
            if (root.TryGetProperty(name, out JsonElement value)) return value;
        return null;
    }
}
