// Memorisation: how near a synthetic recording comes to one that the generator learned from, beside how near unseen real ones come.
using Einthoven.Torch;
using Einthoven.Training.Data;

namespace Einthoven.Training.Judging;

internal static class NearestRecords
{
    private const double EarliestSeconds = 0.5;
    private const double LatestSeconds = 3;
    private const double BeforeSeconds = 0.25;
    private const double LengthSeconds = 6;
    private const int Chunk = 256;

    /// <summary>Synthetic recordings, unseen real ones, and recordings that were learned from (to the nearest other), each to the nearest learned one.</summary>
    internal static IReadOnlyList<NearestVerdict> Judge(JudgedData data)
    {
        using var scope = new Scope();
        using var noGrad = GradMode.Off();
        int[] learned = data.RealTrain;
        Tensor all = Aligned(data.Store, learned);
        int[] some = [.. learned.Take(data.RealPaired.Length)];
        (string Who, int[] Records, bool Own)[] sets =
        [
            ("real, unseen", data.RealPaired, false), ("synthetic", data.SyntheticPaired, false), ("real, learned from, to another", some, true),
        ];
        double limit = double.NaN;
        var verdicts = new List<NearestVerdict>();
        foreach ((string who, int[] records, bool own) in sets)
        {
            (double Distance, int Place)[] nearest = Nearest(Aligned(data.Store, records), all, own);
            double[] distances = [.. nearest.Select(n => n.Distance)];
            if (double.IsNaN(limit)) limit = distances.Order().ElementAt(distances.Length / 100);
            int closest = Array.IndexOf(distances, distances.Min());
            verdicts.Add(new(
                who, records.Length, Draws.Median(distances), distances[closest], Draws.Share(distances.Count(d => d < limit), records.Length),
                $"{data.Store.Row(records[closest]).Record} and {data.Store.Row(learned[nearest[closest].Place]).Record}"));
        }

        return verdicts;
    }

    /// <summary>The smallest distance of each row of some to the rows of all, and where; own: row k of all is row k itself and does not count.</summary>
    internal static (double Distance, int Place)[] Nearest(Tensor some, Tensor all, bool own)
    {
        int rows = (int)some.Size(0), others = (int)all.Size(0);
        var nearest = new (double, int)[rows];
        for (int start = 0; start < rows; start += Chunk)
        {
            using var scope = new Scope();
            int count = Math.Min(Chunk, rows - start);
            float[] alike = some.Narrow(0, start, count).Matmul(all.Transpose(0, 1)).ToArray<float>();
            for (int k = 0; k < count; k++)
            {
                Span<float> row = alike.AsSpan(k * others, others);
                if (own) row[start + k] = float.NegativeInfinity;
                int best = 0;
                for (int j = 1; j < others; j++) if (row[j] > row[best]) best = j;
                nearest[start + k] = (1 - row[best], best);
            }
        }

        return nearest;
    }

    /// <summary>Six seconds of all leads from just before the first strong beat, every second sample, of unit length: products of rows are correlations.</summary>
    internal static Tensor Aligned(RecordStore store, int[] records)
    {
        int leads = store.Contract.Leads.Count, samples = store.Contract.WindowSamples;
        double rate = store.Contract.SamplingRateHz;
        int length = Math.Min((int)(LengthSeconds * rate), samples) / 2 * 2, kept = leads * length / 2;
        var window = new float[leads * samples];
        var rows = new float[records.Length * kept];
        for (int k = 0; k < records.Length; k++)
        {
            store.Read(records[k], 0, samples, window);
            int first = Math.Clamp(FirstBeat(window, leads, samples, rate) - (int)(BeforeSeconds * rate), 0, samples - length);
            Span<float> row = rows.AsSpan(k * kept, kept);
            for (int lead = 0; lead < leads; lead++)
                for (int t = 0; t < length / 2; t++)
                    row[(lead * length / 2) + t] = window[(lead * samples) + first + (2 * t)] + window[(lead * samples) + first + (2 * t) + 1];
            Normalize(row);
        }

        return Tensor.From(rows, records.Length, kept);
    }

    // Where all leads together are steepest within the first seconds.
    private static int FirstBeat(float[] window, int leads, int samples, double rate)
    {
        int from = Math.Min((int)(EarliestSeconds * rate), samples - 2), to = Math.Min((int)(LatestSeconds * rate), samples - 1), best = from;
        double steepest = -1;
        for (int t = from; t < to; t++)
        {
            double slope = 0;
            for (int lead = 0; lead < leads; lead++) slope += Math.Abs(window[(lead * samples) + t + 1] - window[(lead * samples) + t]);
            if (slope <= steepest) continue;
            (steepest, best) = (slope, t);
        }

        return best;
    }

    private static void Normalize(Span<float> row)
    {
        double mean = 0, squares = 0;
        foreach (float value in row) mean += value;
        mean /= row.Length;
        foreach (float value in row) squares += (value - mean) * (value - mean);
        float scale = squares > 0 ? (float)(1 / Math.Sqrt(squares)) : 0;
        for (int k = 0; k < row.Length; k++) row[k] = (float)(row[k] - mean) * scale;
    }
}
