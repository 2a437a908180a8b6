// Detected beats beside the cardiologists' of the MIT-BIH excerpts and of LUDB, by the matching of EC57.
using System.Globalization;
using Einthoven.Signals;
using Einthoven.Signals.Beats;

namespace Einthoven.Bench;

internal static class QrsEvaluation
{
    /// <summary>Prints a row a record and the gross and average figures.</summary>
    /// <param name="folder">Folder of the excerpts, with annotations.csv (record, sample, symbol, aux).</param>
    public static void MitBih(string folder)
    {
        var reference = new Dictionary<string, List<int>>();
        var flutter = new Dictionary<string, List<(int From, int To)>>();
        foreach (string line in File.ReadLines(Path.Combine(folder, "annotations.csv")).Skip(1))
        {
            string[] f = line.Split(',');
            int sample = int.Parse(f[1], CultureInfo.InvariantCulture);
            if (!reference.TryGetValue(f[0], out List<int>? beats)) reference.Add(f[0], beats = []);
            if (f[2] == "[") (flutter.TryGetValue(f[0], out var spans) ? spans : flutter[f[0]] = []).Add((sample, int.MaxValue));
            else if (f[2] == "]" && flutter.TryGetValue(f[0], out var open)) open[^1] = (open[^1].From, sample);
            else if (BeatClassTable.ClassOf(f[2]) is not null) beats.Add(sample);
        }
        Score(reference.OrderBy(r => r.Key, StringComparer.Ordinal).Select(r =>
        {
            EcgRecord ecg = EcgRecord.Read(Path.Combine(folder, r.Key + ".hea"));
            bool Scored(int s) => !(flutter.TryGetValue(r.Key, out var spans) && spans.Any(v => s >= v.From && s <= v.To));
            int[] found = [.. BeatSeries.Of(ecg).Beats.Select(b => (int)Math.Round(b.Marks.RPeak!.Value * ecg.SamplingRateHz)).Where(Scored)];
            return (r.Key, ecg.SamplingRateHz, r.Value.Where(Scored).ToArray(), found);
        }));
    }

    /// <summary>Beats marked in lead II of LUDB, between the first and the last marked one.</summary>
    public static void Ludb(string folder) => Score(LudbMarks.Read(folder).Select(r =>
    {
        int[] marked = [.. r.Waves["II"].Where(w => w.Kind == 'N').Select(w => w.Peak).Order()];
        int[] found = [.. BeatSeries.Of(r.Ecg).Beats.Select(b => (int)Math.Round(b.Marks.RPeak!.Value * LudbMarks.Rate)).Where(b => b > marked[0] - 75 && b < marked[^1] + 75)];
        return (r.Name, LudbMarks.Rate, marked, found);
    }), quiet: true);

    private static void Score(IEnumerable<(string Name, double Rate, int[] Reference, int[] Test)> records, bool quiet = false)
    {
        int tp = 0, fn = 0, fp = 0, count = 0;
        double se = 0, ppv = 0;
        var errors = new List<double>();
        foreach ((string name, double rate, int[] reference, int[] test) in records)
        {
            BeatMatching m = BeatMatching.Of(reference, test, rate);
            (tp, fn, fp, count) = (tp + m.TruePositives, fn + m.FalseNegatives, fp + m.FalsePositives, count + 1);
            se += (double)m.TruePositives / reference.Length;
            ppv += m.TruePositives == 0 ? 0 : (double)m.TruePositives / test.Length;
            errors.AddRange(m.ErrorsMs);
            if (!quiet || m.FalseNegatives + m.FalsePositives > 0)
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-12} {reference.Length,5} beats, {m.FalseNegatives,3} missed, {m.FalsePositives,3} extra, error {m.MeanErrorMs,6:F1} ± {m.ErrorSdMs:F1} ms"));
        }
        (double seLow, double seHigh) = Wilson(tp, tp + fn);
        (double ppvLow, double ppvHigh) = Wilson(tp, tp + fp);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"gross: {count} records, {tp + fn} beats, Se {100.0 * tp / (tp + fn):F2} % ({100 * seLow:F2}-{100 * seHigh:F2}), PPV {100.0 * tp / (tp + fp):F2} % ({100 * ppvLow:F2}-{100 * ppvHigh:F2}); average Se {100 * se / count:F2} %, PPV {100 * ppv / count:F2} %; error {errors.Average():F1} ± {DelineationEvaluation.Spread(errors):F1} ms"));
    }

    /// <summary>Wilson's 95 % interval of a share.</summary>
    internal static (double Low, double High) Wilson(int hits, int of)
    {
        const double Z = 1.959964;
        double p = (double)hits / of, middle = (p + Z * Z / (2 * of)) / (1 + Z * Z / of);
        double half = Z / (1 + Z * Z / of) * Math.Sqrt(p * (1 - p) / of + Z * Z / (4.0 * of * of));
        return (middle - half, middle + half);
    }
}
