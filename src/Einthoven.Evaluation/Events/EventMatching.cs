// Detected events against reference ones, one to one within a tolerance, in the best way there is. (The WFDB programs' own greedy rule for
// beats is BeatMatching in Einthoven.Signals; the two differ only where events lie closer than the tolerance.)
using Einthoven.Evaluation.Numerics;

namespace Einthoven.Evaluation.Events;

/// <summary>Pairs of matched events and what is left.</summary>
/// <param name="Pairs">Numbers of the reference and of the detected event, ascending.</param>
/// <param name="ReferenceCount">Reference events.</param>
/// <param name="DetectedCount">Detected events.</param>
/// <param name="Errors">Detected − reference of each pair, in the unit of the positions.</param>
public sealed record EventMatching(
    IReadOnlyList<(int Reference, int Detected)> Pairs, int ReferenceCount, int DetectedCount, IReadOnlyList<double> Errors)
{
    /// <summary>Matched events.</summary>
    public int TruePositives => Pairs.Count;

    /// <summary>Reference events without a match.</summary>
    public int FalseNegatives => ReferenceCount - Pairs.Count;

    /// <summary>Detected events without a match.</summary>
    public int FalsePositives => DetectedCount - Pairs.Count;

    /// <summary>TP / (TP + FN); NaN without reference events.</summary>
    public double Sensitivity => (double)TruePositives / ReferenceCount;

    /// <summary>TP / (TP + FP); NaN without detected events.</summary>
    public double PositivePredictiveValue => (double)TruePositives / DetectedCount;

    /// <summary>2 TP / (2 TP + FP + FN).</summary>
    public double F1 => 2.0 * TruePositives / (ReferenceCount + DetectedCount);

    /// <summary>(FN + FP) / reference events.</summary>
    public double DetectionErrorRate => (double)(FalseNegatives + FalsePositives) / ReferenceCount;

    /// <summary>Mean error.</summary>
    public double MeanError => Errors.Count > 0 ? Errors.Average() : double.NaN;

    /// <summary>Median |error|.</summary>
    public double MedianAbsoluteError => Quantiles.Median(Errors.Select(Math.Abs));

    /// <summary>Standard deviation of the errors.</summary>
    /// <param name="freedom">1 divides by n − 1, 0 by n.</param>
    public double ErrorDeviation(int freedom = 1)
    {
        double mean = MeanError;
        return Math.Sqrt(Errors.Sum(e => (e - mean) * (e - mean)) / (Errors.Count - freedom));
    }

    /// <summary>
    /// The most one-to-one pairs in order with |difference| ≤ tolerance, and among these the smallest sum of |difference|; by dynamic
    /// programming over both lists, in a band, since far events cannot pair.
    /// </summary>
    /// <param name="reference">Positions, ascending.</param>
    /// <param name="detected">Positions, ascending.</param>
    /// <param name="tolerance">Largest |difference|, inclusive.</param>
    /// <exception cref="ArgumentException">Positions are not ascending.</exception>
    public static EventMatching Match(ReadOnlySpan<double> reference, ReadOnlySpan<double> detected, double tolerance)
    {
        CheckAscending(reference, nameof(reference));
        CheckAscending(detected, nameof(detected));
        int n = reference.Length, m = detected.Length;
        // For each reference event the detected ones it may pair with lie in [first, end).
        int[] first = new int[n], end = new int[n];
        for (int i = 0, low = 0, high = 0; i < n; i++)
        {
            while (low < m && detected[low] < reference[i] - tolerance) low++;
            while (high < m && detected[high] <= reference[i] + tolerance) high++;
            (first[i], end[i]) = (low, Math.Max(low, high));
        }

        // best[i][j − first]: pairs and cost when the last pair is (i, j) or j is the furthest detected event allowed to be used.
        var states = new List<(int Count, double Cost)[]>(n);
        (int Count, double Cost)[] before = [(0, 0)];
        int beforeFirst = 0;
        for (int i = 0; i < n; i++)
        {
            // Entry j: best of the reference events up to i with the first (first + j) detected ones.
            var row = new (int Count, double Cost)[end[i] - first[i] + 1];
            for (int j = 0; j < row.Length; j++)
            {
                row[j] = Upto(before, beforeFirst, first[i] + j);
                if (j == 0) continue;
                if (Better(row[j - 1], row[j])) row[j] = row[j - 1];
                (int count, double cost) = Upto(before, beforeFirst, first[i] + j - 1);
                (int Count, double Cost) paired = (count + 1, cost + Math.Abs(detected[first[i] + j - 1] - reference[i]));
                if (Better(paired, row[j])) row[j] = paired;
            }

            states.Add(row);
            (before, beforeFirst) = (row, first[i]);
        }

        List<(int Reference, int Detected)> pairs = [];
        int used = m;
        for (int i = n - 1; i >= 0; i--)
        {
            (int Count, double Cost)[] previous = i > 0 ? states[i - 1] : [(0, 0)];
            int previousFirst = i > 0 ? first[i - 1] : 0;
            int j = Math.Min(used - first[i], states[i].Length - 1);
            (int Count, double Cost) value = j >= 0 ? states[i][j] : Upto(previous, previousFirst, used);
            for (; j > 0 && states[i][j - 1] == value; j--)
            {
            }

            // Left out is as good as paired: the value without this reference event is the same.
            if (j <= 0 || Upto(previous, previousFirst, first[i] + j) == value) continue;
            used = first[i] + j - 1;
            pairs.Add((i, used));
        }

        pairs.Reverse();
        double[] errors = new double[pairs.Count];
        for (int k = 0; k < errors.Length; k++) errors[k] = detected[pairs[k].Detected] - reference[pairs[k].Reference];
        return new(pairs, n, m, errors);
    }

    // The state of a row when so many detected events may be used; beyond the row's band nothing changes.
    private static (int Count, double Cost) Upto((int Count, double Cost)[] row, int rowFirst, int used) =>
        row[Math.Clamp(used - rowFirst, 0, row.Length - 1)];

    private static bool Better((int Count, double Cost) a, (int Count, double Cost) b) =>
        a.Count > b.Count || (a.Count == b.Count && a.Cost < b.Cost);

    private static void CheckAscending(ReadOnlySpan<double> positions, string name)
    {
        for (int k = 1; k < positions.Length; k++)
            if (!(positions[k] >= positions[k - 1]))
                throw new ArgumentException($"Event {k} ({positions[k]}) lies before event {k - 1} ({positions[k - 1]}).", name);
    }
}
