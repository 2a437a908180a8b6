// Order statistics and moments that several parts need.
using System.Buffers;

namespace Einthoven.Signals.Dsp;

static class Statistics
{
    /// <summary>Median; NaN of nothing.</summary>
    public static double Median(ReadOnlySpan<double> values)
    {
        if (values.Length == 0) return double.NaN;
        int middle = values.Length / 2;
        (double below, double at) = Neighbours(values, values.Length % 2 == 1 ? middle : middle - 1);
        return values.Length % 2 == 1 ? below : (below + at) / 2;
    }

    /// <summary>The value below which the given share lies, by linear interpolation; NaN of nothing.</summary>
    public static double Quantile(ReadOnlySpan<double> values, double share)
    {
        if (values.Length == 0) return double.NaN;
        double at = share * (values.Length - 1);
        int low = (int)at;
        (double lower, double upper) = Neighbours(values, low);
        return lower + (upper - lower) * (at - low);
    }

    // The values of two ranks next to each other, the last one twice; NaN ranks lowest. Only as much is put in order as that takes.
    static (double, double) Neighbours(ReadOnlySpan<double> values, int rank)
    {
        double[]? rented = values.Length > 64 ? ArrayPool<double>.Shared.Rent(values.Length) : null;
        Span<double> x = rented is null ? stackalloc double[values.Length] : rented.AsSpan(0, values.Length);
        values.CopyTo(x);
        bool hasNaN = false;
        foreach (double value in x) hasNaN |= double.IsNaN(value);
        if (hasNaN) x.Sort();
        else Select(x, rank);
        double lower = x[rank], upper = rank + 1 < x.Length ? x[rank + 1] : lower;
        if (!hasNaN)
            foreach (double value in x[Math.Min(rank + 1, x.Length - 1)..]) upper = Math.Min(upper, value);
        if (rented is not null) ArrayPool<double>.Shared.Return(rented);
        return (lower, upper);
    }

    // Hoare's FIND (Comm. ACM 4:321, 1961): afterwards nothing before the rank is larger than what stands there, and nothing behind it smaller.
    static void Select(Span<double> x, int rank)
    {
        int left = 0, right = x.Length - 1;
        while (left < right)
        {
            double pivot = x[rank];
            int i = left, j = right;
            while (i <= j)
            {
                while (x[i] < pivot) i++;
                while (pivot < x[j]) j--;
                if (i > j) break;
                (x[i], x[j]) = (x[j], x[i]);
                i++;
                j--;
            }
            if (j < rank) left = i;
            if (rank < i) right = j;
        }
    }

    /// <summary>Pearson correlation of two equally long signals; 0 where one is constant.</summary>
    public static double Correlation(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double meanA = 0, meanB = 0, aa = 0, bb = 0, ab = 0;
        for (int i = 0; i < a.Length; i++)
        {
            meanA += a[i];
            meanB += b[i];
        }
        meanA /= a.Length;
        meanB /= b.Length;
        for (int i = 0; i < a.Length; i++)
        {
            double x = a[i] - meanA, y = b[i] - meanB;
            aa += x * x;
            bb += y * y;
            ab += x * y;
        }
        return aa > 0 && bb > 0 ? ab / Math.Sqrt(aa * bb) : 0;
    }
}
