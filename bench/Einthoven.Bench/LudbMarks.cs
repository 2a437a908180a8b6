// The cardiologists' marks of LUDB (Kalyakulina et al., IEEE Access 8:186181, 2020), and its records in two halves: one to tune on, one to check.
using System.Globalization;
using System.IO.Compression;
using Einthoven.Signals;

namespace Einthoven.Bench;

/// <summary>One marked wave in samples at 500 Hz; an edge may be missing.</summary>
internal sealed record MarkedWave(char Kind, int? Onset, int Peak, int? Offset);

/// <summary>A record with the marks of each lead.</summary>
internal sealed record MarkedRecord(string Name, EcgRecord Ecg, IReadOnlyDictionary<string, List<MarkedWave>> Waves);

internal static class LudbMarks
{
    public const double Rate = 500;

    /// <summary>Reads DIR/delineation.csv.gz and the WFDB records beside it.</summary>
    public static List<MarkedRecord> Read(string folder)
    {
        var waves = new Dictionary<string, Dictionary<string, List<MarkedWave>>>();
        using var reader = new StreamReader(new GZipStream(File.OpenRead(Path.Combine(folder, "delineation.csv.gz")), CompressionMode.Decompress));
        reader.ReadLine();
        while (reader.ReadLine() is { } line)
        {
            string[] f = line.Split(',');
            if (!waves.TryGetValue(f[0], out Dictionary<string, List<MarkedWave>>? leads)) waves.Add(f[0], leads = []);
            string lead = LeadNames.Canonical(f[1]);
            if (!leads.TryGetValue(lead, out List<MarkedWave>? list)) leads.Add(lead, list = []);
            list.Add(new(f[2][0], Number(f[3]), Number(f[4])!.Value, Number(f[5])));
        }
        return [.. waves.OrderBy(w => int.Parse(w.Key, CultureInfo.InvariantCulture)).Select(w => new MarkedRecord(w.Key, EcgRecord.Read(Path.Combine(folder, w.Key + ".hea")), w.Value))];
    }

    /// <summary>Every second record, in the order of their numbers: the first half of them is for tuning.</summary>
    public static List<MarkedRecord> Half(List<MarkedRecord> records, bool tuning) => [.. records.Where((_, i) => i % 2 == (tuning ? 0 : 1))];

    private static int? Number(string text) => text.Length == 0 ? null : int.Parse(text, CultureInfo.InvariantCulture);
}
