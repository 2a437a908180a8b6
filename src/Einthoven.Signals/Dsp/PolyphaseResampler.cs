// Resampling by a rational factor with a windowed-sinc low-pass filter (Kaiser, beta 5): the definition of SciPy's resample_poly.
namespace Einthoven.Signals.Dsp;

/// <summary>What the signal is taken to be before its first and after its last sample.</summary>
public enum ResamplePadding
{
    /// <summary>Zero: an offset then makes a step at both ends.</summary>
    Zero,

    /// <summary>The straight line through the first and the last sample.</summary>
    Line,

    /// <summary>The mean of the samples.</summary>
    Mean,

    /// <summary>The median of the samples.</summary>
    Median,

    /// <summary>The largest sample.</summary>
    Maximum,

    /// <summary>The smallest sample.</summary>
    Minimum,
}

/// <summary>Resamples without aliasing and without delay, in float64.</summary>
public static class PolyphaseResampler
{
    const double KaiserBeta = 5;
    const int LobesPerSide = 10;

    /// <summary>Number of samples after resampling: ceil(samples · up/down).</summary>
    public static int OutputLength(int samples, int up, int down) => checked((int)(((long)samples * up + down - 1) / down));

    /// <summary>Resamples one lead from one rate to another; the straight line through its ends goes on beyond them, so that an offset makes no step.</summary>
    /// <returns>ceil(N · to/from) samples; sample k lies at k/to seconds. A NaN spreads over the length of the filter.</returns>
    public static double[] Resample(ReadOnlySpan<double> samples, double fromHz, double toHz)
    {
        (int up, int down) = Rates.Ratio(fromHz, toHz);
        return Resample(samples, up, down, ResamplePadding.Line);
    }

    /// <summary>Resamples by up/down.</summary>
    public static double[] Resample(ReadOnlySpan<double> samples, int up, int down, ResamplePadding padding)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(up);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(down);
        int divisor = (int)System.Numerics.BigInteger.GreatestCommonDivisor(up, down);
        (up, down) = (up / divisor, down / divisor);
        if (up == down || samples.Length == 0) return samples.ToArray();

        (double offset, double slope) = Background(samples, padding);
        double[] centred = new double[samples.Length];
        for (int i = 0; i < centred.Length; i++) centred[i] = samples[i] - (offset + slope * i);
        double[] taps = Taps(up, down);
        double[] result = new double[OutputLength(samples.Length, up, down)];
        Filter(centred, taps, up, down, result);
        for (int k = 0; k < result.Length; k++) result[k] += offset + slope * ((double)k * down / up);
        return result;
    }

    /// <summary>The filter for up/down in lowest terms, already times up: 20·max(up, down) + 1 taps, symmetric.</summary>
    public static double[] Taps(int up, int down)
    {
        int m = Math.Max(up, down), half = LobesPerSide * m;
        double[] taps = new double[2 * half + 1];
        double sum = 0, scale = Bessel0(KaiserBeta);
        for (int i = -half; i <= half; i++)
        {
            double t = (double)i / m, edge = (double)i / half;
            double sinc = i == 0 ? 1 : Math.Sin(Math.PI * t) / (Math.PI * t);
            double window = Bessel0(KaiserBeta * Math.Sqrt(Math.Max(0, 1 - edge * edge))) / scale;
            sum += taps[i + half] = sinc / m * window;
        }
        for (int i = 0; i < taps.Length; i++) taps[i] = taps[i] / sum * up;
        return taps;
    }

    // y[k] = sum over j of x[j] · h[k·down - j·up + half]: only every up-th tap meets a sample that is not an inserted zero.
    static void Filter(ReadOnlySpan<double> samples, ReadOnlySpan<double> taps, int up, int down, Span<double> result)
    {
        int half = taps.Length / 2;
        for (int k = 0; k < result.Length; k++)
        {
            long at = (long)k * down;
            int first = at <= half ? 0 : (int)((at - half + up - 1) / up);
            int last = (int)Math.Min(samples.Length - 1, (at + half) / up);
            double sum = 0;
            int tap = (int)(at - (long)first * up) + half;
            for (int j = first; j <= last; j++, tap -= up) sum += samples[j] * taps[tap];
            result[k] = sum;
        }
    }

    static (double Offset, double Slope) Background(ReadOnlySpan<double> samples, ResamplePadding padding) => padding switch
    {
        ResamplePadding.Zero => (0, 0),
        ResamplePadding.Line => (samples[0], samples.Length > 1 ? (samples[^1] - samples[0]) / (samples.Length - 1) : 0),
        ResamplePadding.Mean => (Standardization.Moments(samples).Mean, 0),
        ResamplePadding.Median => (Median(samples), 0),
        ResamplePadding.Maximum => (Extreme(samples, Math.Max), 0),
        ResamplePadding.Minimum => (Extreme(samples, Math.Min), 0),
        _ => throw new ArgumentOutOfRangeException(nameof(padding), padding, null),
    };

    static double Median(ReadOnlySpan<double> samples)
    {
        double[] sorted = samples.ToArray();
        Array.Sort(sorted);
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    static double Extreme(ReadOnlySpan<double> samples, Func<double, double, double> choose)
    {
        double extreme = samples[0];
        foreach (double value in samples) extreme = choose(extreme, value);
        return extreme;
    }

    // Modified Bessel function of the first kind, order 0, by its power series: sum of ((x/2)^k / k!)^2.
    static double Bessel0(double x)
    {
        double term = 1, sum = 1;
        for (int k = 1; term > 1e-17 * sum; k++)
        {
            double factor = x / (2 * k);
            term *= factor * factor;
            sum += term;
        }
        return sum;
    }
}
