// How far two rows of numbers go together.
using Einthoven.Evaluation.Numerics;

namespace Einthoven.Evaluation.Regression;

/// <summary>Correlations of the rows in which the first is known (not NaN); NaN where either does not vary.</summary>
public static class Correlation
{
    /// <summary>Pearson's r.</summary>
    public static double Pearson(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        (double[] a, double[] b) = RegressionFigures.KnownPairs(x, y);
        double ma = Mean(a), mb = Mean(b), sab = 0, saa = 0, sbb = 0;
        for (int k = 0; k < a.Length; k++)
        {
            sab += (a[k] - ma) * (b[k] - mb);
            saa += (a[k] - ma) * (a[k] - ma);
            sbb += (b[k] - mb) * (b[k] - mb);
        }

        return sab / Math.Sqrt(saa * sbb);
    }

    /// <summary>Pearson's r with Fisher's interval tanh(artanh r ± z/√(n − 3)).</summary>
    public static Estimate PearsonInterval(ReadOnlySpan<double> x, ReadOnlySpan<double> y, double level = 0.95)
    {
        double r = Pearson(x, y);
        double half = SpecialFunctions.NormalQuantile((1 + level) / 2) / Math.Sqrt(RegressionFigures.KnownPairs(x, y).Reference.Length - 3);
        return new(r, Math.Tanh(Math.Atanh(r) - half), Math.Tanh(Math.Atanh(r) + half));
    }

    /// <summary>Spearman's ρ: Pearson's r of the ranks, ties having their mean rank.</summary>
    public static double Spearman(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        (double[] a, double[] b) = RegressionFigures.KnownPairs(x, y);
        return Pearson(Ranks(a), Ranks(b));
    }

    /// <summary>Kendall's τ-b, by Knight's sort-and-count (JASA 61:436, 1966).</summary>
    public static double KendallTauB(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        (double[] a, double[] b) = RegressionFigures.KnownPairs(x, y);
        int n = a.Length;
        int[] order = [.. Enumerable.Range(0, n).OrderBy(k => a[k]).ThenBy(k => b[k])];
        double[] sorted = [.. order.Select(k => b[k])];
        long pairs = (long)n * (n - 1) / 2, tiedX = Tied(a.GroupBy(v => v)), tiedY = Tied(b.GroupBy(v => v));
        long tiedBoth = Tied(order.Select(k => (a[k], b[k])).GroupBy(v => v));
        long swaps = CountSwaps(sorted, new double[n]);
        double difference = pairs - tiedX - tiedY + tiedBoth - (2.0 * swaps);
        return difference / Math.Sqrt(pairs - tiedX) / Math.Sqrt(pairs - tiedY);
    }

    /// <summary>Ranks from 1, ties having their mean rank.</summary>
    internal static double[] Ranks(double[] values)
    {
        int[] order = [.. Enumerable.Range(0, values.Length).OrderBy(k => values[k])];
        var ranks = new double[values.Length];
        for (int start = 0; start < order.Length;)
        {
            int end = start;
            while (end < order.Length && values[order[end]] == values[order[start]]) end++;
            for (int k = start; k < end; k++) ranks[order[k]] = (start + end + 1) / 2.0;
            start = end;
        }

        return ranks;
    }

    private static double Mean(double[] values) => values.Length > 0 ? values.Average() : double.NaN;

    private static long Tied<TKey, TItem>(IEnumerable<IGrouping<TKey, TItem>> groups) =>
        groups.Sum(g => (long)g.Count() * (g.Count() - 1) / 2);

    // Merge sort; each value that overtakes a larger one is a swap for every one it overtakes.
    private static long CountSwaps(Span<double> values, Span<double> scratch)
    {
        if (values.Length < 2) return 0;
        int middle = values.Length / 2;
        long swaps = CountSwaps(values[..middle], scratch) + CountSwaps(values[middle..], scratch);
        int left = 0, right = middle, k = 0;
        while (left < middle || right < values.Length)
        {
            if (right == values.Length || (left < middle && values[left] <= values[right]))
            {
                scratch[k++] = values[left++];
            }
            else
            {
                swaps += middle - left;
                scratch[k++] = values[right++];
            }
        }

        scratch[..values.Length].CopyTo(values);
        return swaps;
    }
}
