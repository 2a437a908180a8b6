// Whether those who had the event sooner were given the higher risk (Harrell et al., JAMA 247:2543, 1982).
namespace Einthoven.Evaluation.Survival;

/// <summary>
/// Pairs (i, j) in which i had the event and j lasted longer, or as long and was censored: concordant where i has the higher risk.
/// </summary>
/// <param name="Concordant">Pairs in right order.</param>
/// <param name="Discordant">Pairs in wrong order.</param>
/// <param name="Tied">Pairs of equal risk.</param>
public sealed record Concordance(long Concordant, long Discordant, long Tied)
{
    /// <summary>Comparable pairs.</summary>
    public long Pairs => Concordant + Discordant + Tied;

    /// <summary>Harrell's C: (concordant + ½ tied) / pairs; NaN without pairs.</summary>
    public double C => (Concordant + (0.5 * Tied)) / Pairs;

    /// <summary>Counts pairs, in time n log n.</summary>
    /// <param name="times">To event or censoring.</param>
    /// <param name="events">Whether the event happened; false: censored.</param>
    /// <param name="risks">Higher means sooner.</param>
    /// <exception cref="ArgumentException">Lengths differ, or a time or risk is NaN.</exception>
    public static Concordance Of(ReadOnlySpan<double> times, ReadOnlySpan<bool> events, ReadOnlySpan<double> risks)
    {
        double[] time = times.ToArray(), risk = risks.ToArray();
        bool[] happened = events.ToArray();
        if (time.Length != happened.Length || time.Length != risk.Length)
            throw new ArgumentException($"{time.Length} times, {happened.Length} events and {risk.Length} risks are not of the same rows.");
        if (time.Any(double.IsNaN) || risk.Any(double.IsNaN)) throw new ArgumentException("A time or risk is not a number.");
        double[] levels = [.. risk.Distinct().Order()];
        int[] level = [.. risk.Select(r => Array.BinarySearch(levels, r))];
        var longer = new CountTree(levels.Length);
        long concordant = 0, discordant = 0, tied = 0;
        // From the longest time down: those already in the tree lasted longer; of equal times the censored ones go in before the events are
        // judged.
        foreach (IGrouping<double, int> same in Enumerable.Range(0, time.Length).GroupBy(k => time[k]).OrderByDescending(g => g.Key))
        {
            foreach (int k in same.Where(k => !happened[k])) longer.Add(level[k]);
            foreach (int k in same.Where(k => happened[k]))
            {
                long below = longer.Below(level[k]), upTo = longer.Below(level[k] + 1);
                concordant += below;
                tied += upTo - below;
                discordant += longer.Total - upTo;
            }

            foreach (int k in same.Where(k => happened[k])) longer.Add(level[k]);
        }

        return new(concordant, discordant, tied);
    }

    // How many of each level there are, with running sums in log time (Fenwick 1994).
    private sealed class CountTree(int levels)
    {
        private readonly long[] _sums = new long[levels + 1];

        public long Total { get; private set; }

        public void Add(int level)
        {
            Total++;
            for (int k = level + 1; k < _sums.Length; k += k & -k) _sums[k]++;
        }

        public long Below(int level)
        {
            long sum = 0;
            for (int k = level; k > 0; k -= k & -k) sum += _sums[k];
            return sum;
        }
    }
}
