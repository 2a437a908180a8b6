// Sample-wise medians of pieces of a signal laid on each other: what averages beats. Four columns at a time, by exchanges that need no branch.
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
        int from = Math.Max(0, -earliest), to = Math.Min(medians.Length, signal.Length - latest);
        int vectors = Vector256.IsHardwareAccelerated && to > from ? (to - from) / width : 0;
        Span<Vector256<double>> columns = vectors > 0 ? stackalloc Vector256<double>[starts.Length] : [];
        ref double first = ref MemoryMarshal.GetReference(signal);
        for (int v = 0; v < vectors; v++)
        {
            int at = from + (v * width);
            for (int k = 0; k < starts.Length; k++) columns[k] = Vector256.LoadUnsafe(ref first, (nuint)(starts[k] + at)) - Vector256.Create(levels[k]);
            Middle(columns).CopyTo(medians[at..]);
        }

        Span<double> column = stackalloc double[starts.Length];
        for (int i = 0; i < medians.Length; i++)
        {
            if (i == from) i += vectors * width;
            if (i >= medians.Length) break;
            for (int k = 0; k < starts.Length; k++) column[k] = signal[Math.Clamp(starts[k] + i, 0, signal.Length - 1)] - levels[k];
            medians[i] = Statistics.Median(column);
        }
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
