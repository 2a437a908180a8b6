// Piecewise linear interpolation on any grid, flat beyond the ends (numpy.interp).
namespace Einthoven.Signals.Dsp;

/// <summary>Interpolates between points; the recipes of models differ in the grid they ask for.</summary>
public static class LinearInterpolation
{
    /// <summary>Values at the queries, given points with ascending x.</summary>
    public static double[] At(ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> queries)
    {
        if (x.Length == 0 || x.Length != y.Length) throw new ArgumentException($"{x.Length} positions for {y.Length} values", nameof(x));
        double[] result = new double[queries.Length];
        for (int i = 0; i < result.Length; i++)
        {
            double q = queries[i];
            if (q <= x[0]) result[i] = y[0];
            else if (q >= x[^1]) result[i] = y[^1];
            else
            {
                int found = x.BinarySearch(q), k = found >= 0 ? found : ~found - 1;
                result[i] = y[k] + (y[k + 1] - y[k]) / (x[k + 1] - x[k]) * (q - x[k]);
            }
        }
        return result;
    }

    /// <summary>The signal at times k/to while they lie inside it.</summary>
    public static double[] OnTimeGrid(ReadOnlySpan<double> samples, double fromHz, double toHz)
    {
        Rates.Check(fromHz, toHz);
        if (samples.Length == 0) return [];
        // The last time may miss the last sample by a rounding error only.
        int count = (int)Math.Floor((samples.Length - 1) * toHz / fromHz + 1e-9) + 1;
        double[] result = new double[count];
        for (int k = 0; k < count; k++) result[k] = Between(samples, k * fromHz / toHz);
        return result;
    }

    /// <summary>The signal at times k/to for round(n · to/from) samples; beyond its last sample it stays at that value.</summary>
    public static double[] OnRate(ReadOnlySpan<double> samples, double fromHz, double toHz)
    {
        Rates.Check(fromHz, toHz);
        if (samples.Length == 0) return [];
        double[] result = new double[checked((int)Math.Round(samples.Length * toHz / fromHz))];
        for (int k = 0; k < result.Length; k++) result[k] = Between(samples, k * fromHz / toHz);
        return result;
    }

    /// <summary>The signal at evenly spaced positions from its first to its last sample: stretched by up to one sample.</summary>
    public static double[] OnLinspace(ReadOnlySpan<double> samples, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        double[] result = new double[count];
        for (int k = 0; k < count; k++) result[k] = Between(samples, count == 1 ? 0 : (double)k * (samples.Length - 1) / (count - 1));
        return result;
    }

    static double Between(ReadOnlySpan<double> samples, double position)
    {
        int k = Math.Clamp((int)position, 0, samples.Length - 1);
        return k == samples.Length - 1 ? samples[k] : samples[k] + (samples[k + 1] - samples[k]) * (position - k);
    }
}
