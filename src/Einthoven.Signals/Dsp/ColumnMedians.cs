// Sample-wise medians of pieces of a signal laid on each other: what averages beats. Four columns at a time, by exchanges that need no branch.
using System.Buffers;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Einthoven.Signals.Dsp;

static class ColumnMedians
{
    /// <summary>The median over the pieces of each of their samples; beyond the ends of the signal its end values go on.</summary>
    /// <param name="signal">The signal, without missing samples.</param>
    /// <param name="starts">Where the pieces begin; may lie outside.</param>
    /// <param name="levels">What is taken off each piece first.</param>
    /// <param name="medians">As many samples as a piece has.</param>
    public static void Of(ReadOnlySpan<double> signal, ReadOnlySpan<int> starts, ReadOnlySpan<double> levels, Span<double> medians)
    {
        int earliest = int.MaxValue, latest = int.MinValue, width = Vector256<double>.Count;
        foreach (int start in starts) (earliest, latest) = (Math.Min(earliest, start), Math.Max(latest, start));
        int before = Math.Max(0, -earliest), behind = Math.Max(0, latest + medians.Length - signal.Length);
        double[]? rented = null;
        if (before + behind > 0)
        {
            rented = ArrayPool<double>.Shared.Rent(before + signal.Length + behind);
            Span<double> longer = rented.AsSpan(0, before + signal.Length + behind);
            longer[..before].Fill(signal[0]);
            signal.CopyTo(longer[before..]);
            longer[^behind..].Fill(signal[^1]);
            signal = longer;
        }

        int vectors = Vector256.IsHardwareAccelerated ? medians.Length / width : 0;
        Span<Vector256<double>> columns = stackalloc Vector256<double>[starts.Length];
        ref double first = ref MemoryMarshal.GetReference(signal);
        for (int at = 0; at < vectors * width; at += width)
        {
            for (int k = 0; k < starts.Length; k++) columns[k] = Vector256.LoadUnsafe(ref first, (nuint)(before + starts[k] + at)) - Vector256.Create(levels[k]);
            Middle(columns).CopyTo(medians[at..]);
        }

        Span<double> column = stackalloc double[starts.Length];
        for (int i = vectors * width; i < medians.Length; i++)
        {
            for (int k = 0; k < starts.Length; k++) column[k] = signal[before + starts[k] + i] - levels[k];
            medians[i] = Statistics.Median(column);
        }

        if (rented is not null) ArrayPool<double>.Shared.Return(rented);
    }

    // The larger half rises to its place, the largest first.
    static Vector256<double> Middle(Span<Vector256<double>> columns)
    {
        int n = columns.Length, middle = n / 2;
        for (int pass = 0; pass <= middle && pass < n - 1; pass++)
        {
            for (int k = 0; k < n - 1 - pass; k++)
            {
                Vector256<double> a = columns[k], b = columns[k + 1];
                columns[k] = Vector256.MinNative(a, b);
                columns[k + 1] = Vector256.MaxNative(a, b);
            }
        }

        return n % 2 == 1 ? columns[middle] : (columns[middle - 1] + columns[middle]) / 2.0;
    }
}
