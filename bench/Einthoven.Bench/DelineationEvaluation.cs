// Marks of the delineator beside the cardiologists' of LUDB, lead by lead: sensitivity, positive predictivity, mean error and spread.
using System.Globalization;
using Einthoven.Signals;
using Einthoven.Signals.Beats;

namespace Einthoven.Bench;

internal static class DelineationEvaluation
{
    private const int WindowSamples = 75; // 150 ms

    private static readonly (Edge Edge, char Kind, Func<WaveMarks, double?> Found, Func<MarkedWave, int?> Marked)[] s_edges =
    [
        (Edge.POn, 'p', m => m.POn, w => w.Onset),
        (Edge.POff, 'p', m => m.POff, w => w.Offset),
        (Edge.QrsOn, 'N', m => m.QrsOn, w => w.Onset),
        (Edge.QrsOff, 'N', m => m.QrsOff, w => w.Offset),
        (Edge.TOn, 't', m => m.TOn, w => w.Onset),
        (Edge.TOff, 't', m => m.TOff, w => w.Offset),
    ];

    /// <summary>Prints a row an edge and half of the records.</summary>
    public static void Run(string folder)
    {
        List<MarkedRecord> records = LudbMarks.Read(folder);
        foreach ((string name, List<MarkedRecord> part) in new[] { ("tuning half", LudbMarks.Half(records, true)), ("checking half", LudbMarks.Half(records, false)), ("all", records) })
        {
            Console.WriteLine($"{name}: {part.Count} records");
            Print(part);
        }
    }

    private static void Print(List<MarkedRecord> records)
    {
        List<(MarkedRecord Record, BeatSeries Series)> done = [.. records.Select(r => (r, BeatSeries.Of(r.Ecg)))];
        Console.WriteLine("  edge     marked  Se %   PPV %  error ms (each lead)   error ms (median of leads)");
        foreach ((Edge edge, char kind, Func<WaveMarks, double?> found, Func<MarkedWave, int?> marked) in s_edges)
        {
            var errors = new List<double>();
            var together = new List<double>();
            int missed = 0, extra = 0;
            foreach ((MarkedRecord record, BeatSeries series) in done)
            {
                var byBeat = new Dictionary<Beat, List<int>>();
                for (int l = 0; l < series.LeadNames.Count; l++)
                {
                    if (!record.Waves.TryGetValue(series.LeadNames[l], out List<MarkedWave>? waves)) continue;
                    int from = waves.Min(w => w.Onset ?? w.Peak), to = waves.Max(w => w.Offset ?? w.Peak);
                    int[] reference = [.. waves.Where(w => w.Kind == kind).Select(marked).OfType<int>().Order()];
                    (int Sample, Beat Beat)[] test =
                    [
                        .. series.Beats.Select(b => (At: found(b.Leads[l]), b)).Where(b => b.At is not null)
                            .Select(b => ((int)Math.Round(b.At!.Value * LudbMarks.Rate), b.b)).OrderBy(b => b.Item1),
                    ];
                    BeatMatching matching = BeatMatching.Of(reference, [.. test.Select(t => t.Sample)], LudbMarks.Rate);
                    errors.AddRange(matching.ErrorsMs);
                    foreach ((int r, int t) in matching.Pairs)
                    {
                        if (t < 0) missed++;
                        else if (r < 0)
                        {
                            // Outside what was marked nobody can say; an edge whose wave was marked without it is no error either.
                            bool isUnmarked = waves.Any(w => w.Kind == kind && marked(w) is null && Math.Abs(w.Peak - test[t].Sample) < 2 * WindowSamples);
                            if (test[t].Sample >= from && test[t].Sample <= to && !isUnmarked) extra++;
                        }
                        else
                        {
                            if (!byBeat.TryGetValue(test[t].Beat, out List<int>? list)) byBeat.Add(test[t].Beat, list = []);
                            list.Add(reference[r]);
                        }
                    }
                }
                foreach ((Beat beat, List<int> marks) in byBeat)
                {
                    if (marks.Count < 8) continue;
                    marks.Sort();
                    double middle = (marks[(marks.Count - 1) / 2] + marks[marks.Count / 2]) / 2.0;
                    together.Add(found(beat.Marks)!.Value * 1000 - middle * 1000 / LudbMarks.Rate);
                }
            }
            int hits = errors.Count;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  {edge,-7} {hits + missed,7} {100.0 * hits / (hits + missed),6:F2} {100.0 * hits / (hits + extra),6:F2}  {errors.Average(),6:F1} ± {Spread(errors),-5:F1} (n {hits})  {together.Average(),6:F1} ± {Spread(together),-5:F1} (n {together.Count})"));
        }
    }

    internal static double Spread(List<double> values)
    {
        double mean = values.Average();
        return Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Count - 1));
    }

    /// <summary>Fits the weights of the edges on the tuning half and prints them as <c>edge-weights.csv</c>.</summary>
    public static void Fit(string folder)
    {
        var placeOnly = new EdgeModel(Enum.GetValues<Edge>().ToDictionary(e => e, _ => new double[WaveFinder.FeatureCount]));
        var rows = Enum.GetValues<Edge>().ToDictionary(e => e, _ => new List<(double[] X, double Y)>());
        foreach (MarkedRecord record in LudbMarks.Half(LudbMarks.Read(folder), tuning: true))
        {
            DelineationResult result = BeatDelineator.Delineate(BeatSignals.Of(record.Ecg), placeOnly);
            foreach (Beat beat in result.Series.Beats)
            {
                int fiducial = (int)Math.Round(beat.Marks.RPeak!.Value * BeatSignals.Rate);
                if (result.Classes.FirstOrDefault(c => c.Fiducials.Contains(fiducial)) is not { } found) continue;
                for (int l = 0; l < beat.Leads.Count; l++)
                {
                    if (!record.Waves.TryGetValue(result.Series.LeadNames[l], out List<MarkedWave>? waves)) continue;
                    foreach ((Edge edge, char kind, Func<WaveMarks, double?> mark, Func<MarkedWave, int?> marked) in s_edges)
                    {
                        if (mark(beat.Leads[l]) is not { } at) continue;
                        int sample = (int)Math.Round(at * BeatSignals.Rate);
                        int[] near = [.. waves.Where(w => w.Kind == kind).Select(marked).OfType<int>().Where(m => Math.Abs(m - sample) < WindowSamples)];
                        if (near.Length != 1) continue;
                        double[] candidates = found.Finder.Candidates(edge, l, found.Places);
                        rows[edge].Add(([1, .. candidates[..^1].Select(c => c - candidates[^1])], near[0] - at * BeatSignals.Rate));
                    }
                }
            }
        }
        Console.WriteLine("# Offset in samples at 500 Hz and weights of the candidates, fitted to the tuning half of LUDB's records (every second one, by number).");
        Console.WriteLine("# Made by: dotnet run -c Release --project bench/Einthoven.Bench -- delineation-fit LUDB_FOLDER");
        Console.WriteLine("# QRS has strong ridge, so that its edges are not extrapolated.");
        foreach ((Edge edge, List<(double[] X, double Y)> data) in rows)
        {
            double[] weights = RobustFit.Weights(data, ridgePerRow: edge is Edge.QrsOn or Edge.QrsOff ? 50 : 2);
            Console.WriteLine($"{edge},{string.Join(',', weights.Select(w => w.ToString("F4", CultureInfo.InvariantCulture)))}");
        }
    }
}
