// Running medians, and the baseline of an ECG as two of them in a row (de Chazal et al., IEEE TBME 51:1196, 2004).
namespace Einthoven.Signals.Dsp;

/// <summary>What a running median takes where its window leaves the signal.</summary>
public enum MedianEdge
{
    /// <summary>Only the samples that exist; of an even number the mean of the two in the middle.</summary>
    Shrink,

    /// <summary>The end value.</summary>
    Nearest,

    /// <summary>The signal mirrored, end value included.</summary>
    Symmetric,

    /// <summary>Zero: pulls an offset signal down at its ends.</summary>
    Zero,
}

/// <summary>Exact running medians in float64.</summary>
public static class MedianFilter
{
    /// <summary>Length in samples of a window of so many milliseconds: rounded, then made odd.</summary>
    public static int Window(double milliseconds, double samplingRateHz)
    {
        int samples = (int)Math.Round(milliseconds * samplingRateHz / 1000);
        return samples % 2 == 0 ? samples + 1 : samples;
    }

    /// <summary>The median of the window around every sample.</summary>
    /// <param name="samples">The signal.</param>
    /// <param name="window">Length of the window in samples, odd.</param>
    /// <param name="edge">What is taken beyond the ends.</param>
    public static double[] Run(ReadOnlySpan<double> samples, int window, MedianEdge edge = MedianEdge.Shrink)
    {
        if (window < 1 || window % 2 == 0) throw new ArgumentOutOfRangeException(nameof(window), window, "the window has an odd number of samples");
        int half = window / 2, n = samples.Length;
        double[] result = new double[n];
        var sorted = new SortedWindow(window);
        if (n == 0) return result;
        for (int i = -half; i < half; i++) Enter(samples, i, edge, sorted);
        for (int i = 0; i < n; i++)
        {
            Enter(samples, i + half, edge, sorted);
            result[i] = sorted.Median;
            if (At(samples, i - half, edge) is { } leaving) sorted.Remove(leaving);
        }
        return result;
    }

    /// <summary>The baseline: a median over 200 ms takes off P and QRS, one over 600 ms of the rest the T wave.</summary>
    /// <param name="samples">One lead without missing samples.</param>
    /// <param name="samplingRateHz">Samples per second.</param>
    public static double[] Baseline(ReadOnlySpan<double> samples, double samplingRateHz) =>
        Run(Run(samples, Window(200, samplingRateHz)), Window(600, samplingRateHz));

    static void Enter(ReadOnlySpan<double> samples, int index, MedianEdge edge, SortedWindow sorted)
    {
        if (At(samples, index, edge) is { } value) sorted.Add(value);
    }

    static double? At(ReadOnlySpan<double> samples, int index, MedianEdge edge)
    {
        int n = samples.Length;
        if (index >= 0 && index < n) return samples[index];
        switch (edge)
        {
            case MedianEdge.Shrink: return null;
            case MedianEdge.Zero: return 0;
            case MedianEdge.Nearest: return samples[index < 0 ? 0 : n - 1];
            default:
                int period = ((index % (2 * n)) + 2 * n) % (2 * n);
                return samples[period < n ? period : 2 * n - 1 - period];
        }
    }

    // The values of the window in ascending order; a binary search and a move of memory for each change.
    sealed class SortedWindow(int capacity)
    {
        readonly double[] _values = new double[capacity];
        int _count;

        public double Median => _count % 2 == 1 ? _values[_count / 2] : (_values[_count / 2 - 1] + _values[_count / 2]) / 2;

        public void Add(double value)
        {
            int at = Array.BinarySearch(_values, 0, _count, value);
            if (at < 0) at = ~at;
            Array.Copy(_values, at, _values, at + 1, _count - at);
            _values[at] = value;
            _count++;
        }

        public void Remove(double value)
        {
            int at = Array.BinarySearch(_values, 0, _count, value);
            _count--;
            Array.Copy(_values, at + 1, _values, at, _count - at);
        }
    }
}
