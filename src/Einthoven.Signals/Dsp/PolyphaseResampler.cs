// Resampling by a rational factor with a windowed-sinc low-pass filter (Kaiser, beta 5): the definition of SciPy's resample_poly.
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

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

    static readonly ConcurrentDictionary<(int Up, int Down), double[]> s_taps = [];

    /// <summary>Number of samples after resampling: ceil(samples · up/down).</summary>
    public static int OutputLength(int samples, int up, int down) => checked((int)(((long)samples * up + down - 1) / down));

    /// <summary>Resamples one lead from one rate to another.</summary>
    /// <remarks>
    /// The straight line through the first and last sample is taken off before the filter and put back after it:
    /// an offset then makes no step at the ends, and no ripple between the phases of the filter.
    /// </remarks>
    /// <returns>ceil(N · to/from) samples; sample k lies at k/to seconds. A NaN spreads over the length of the filter.</returns>
    public static double[] Resample(ReadOnlySpan<double> samples, double fromHz, double toHz)
    {
        (int up, int down) = Rates.Ratio(fromHz, toHz);
        if (up == down || samples.Length == 0) return samples.ToArray();
        (double offset, double slope) = LineThroughEnds(samples);
        double[] rest = new double[samples.Length];
        for (int i = 0; i < rest.Length; i++) rest[i] = samples[i] - (offset + slope * i);
        double[] result = Resample(rest, up, down, ResamplePadding.Zero);
        for (int k = 0; k < result.Length; k++) result[k] += offset + slope * ((double)k * down / up);
        return result;
    }

    /// <summary>Resamples by up/down with the given continuation beyond the ends, as SciPy's resample_poly does with its padtype.</summary>
    public static double[] Resample(ReadOnlySpan<double> samples, int up, int down, ResamplePadding padding)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(up);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(down);
        int divisor = (int)System.Numerics.BigInteger.GreatestCommonDivisor(up, down);
        (up, down) = (up / divisor, down / divisor);
        if (up == down || samples.Length == 0) return samples.ToArray();

        double[] taps = s_taps.GetOrAdd((up, down), ratio => Taps(ratio.Up, ratio.Down));
        double[] result = new double[OutputLength(samples.Length, up, down)];
        if (padding == ResamplePadding.Line)
        {
            Filter(samples, taps, up, down, LineThroughEnds(samples), result);
            return result;
        }
        double level = Level(samples, padding);
        double[] centred = samples.ToArray();
        for (int i = 0; i < centred.Length; i++) centred[i] -= level;
        Filter(centred, taps, up, down, (0, 0), result);
        for (int k = 0; k < result.Length; k++) result[k] += level;
        return result;
    }

    /// <summary>The filter for up/down in lowest terms, already times up: 20·max(up, down) + 1 taps, symmetric.</summary>
    /// <param name="up">Factor of interpolation.</param>
    /// <param name="down">Factor of decimation.</param>
    /// <param name="kaiserBeta">Shape of the Kaiser window: larger is steeper outside and wider inside.</param>
    public static double[] Taps(int up, int down, double kaiserBeta = KaiserBeta)
    {
        int m = Math.Max(up, down), half = LobesPerSide * m;
        double[] taps = new double[2 * half + 1];
        double sum = 0, scale = Bessel0(kaiserBeta);
        for (int i = -half; i <= half; i++)
        {
            double t = (double)i / m, edge = (double)i / half;
            double sinc = i == 0 ? 1 : Math.Sin(Math.PI * t) / (Math.PI * t);
            double window = Bessel0(kaiserBeta * Math.Sqrt(Math.Max(0, 1 - edge * edge))) / scale;
            sum += taps[i + half] = sinc / m * window;
        }
        for (int i = 0; i < taps.Length; i++) taps[i] = taps[i] / sum * up;
        return taps;
    }

    // y[k] = sum over j of x[j] · h[k·down - j·up + half]: only every up-th tap meets a sample that is not an inserted zero.
    // Beyond the ends x[j] is the line offset + slope·j.
    static void Filter(
        ReadOnlySpan<double> samples, ReadOnlySpan<double> taps, int up, int down, (double Offset, double Slope) beyond, Span<double> result)
    {
        int half = taps.Length / 2;
        bool isZero = beyond == (0, 0);
        (int from, int to) = isZero && down == 1 ? Interpolate(samples, taps, up, result) : (0, 0);
        for (int k = 0; k < from; k++) result[k] = At(samples, taps, k);
        for (int k = to; k < result.Length; k++) result[k] = At(samples, taps, k);

        double At(ReadOnlySpan<double> samples, ReadOnlySpan<double> taps, int k)
        {
            long at = (long)k * down;
            // Floor and ceiling for terms of either sign.
            long first = -((half - at) / up), last = (at + half) / up;
            if (at > half && (at - half) % up != 0) first++;
            if (isZero)
            {
                first = Math.Max(first, 0);
                last = Math.Min(last, samples.Length - 1);
            }
            double sum = 0;
            long tap = at - first * up + half;
            for (long j = first; j <= last; j++, tap -= up)
            {
                double x = j >= 0 && j < samples.Length ? samples[(int)j] : beyond.Offset + beyond.Slope * j;
                sum += x * taps[(int)tap];
            }
            return sum;
        }
    }

    // The results whose taps all meet samples, for a whole factor: those of one phase have the same taps, and lie side by side in a vector.
    // The terms are added in the same order as one by one. Returns the range that is done.
    static (int From, int To) Interpolate(ReadOnlySpan<double> samples, ReadOnlySpan<double> taps, int up, Span<double> result)
    {
        int half = taps.Length / 2, reach = half / up, width = Vector256<double>.Count;
        // Sample j lies at result j·up; a result needs the samples within `reach` of its own and the next.
        int first = reach, last = samples.Length - reach - 1 - width;
        if (!Vector256.IsHardwareAccelerated || last <= first) return (0, 0);
        int count = (last - first) / width * width;
        ref double x = ref MemoryMarshal.GetReference(samples);
        for (int phase = 0; phase < up; phase++)
        {
            int low = -((half - phase) / up), high = (phase + half) / up;
            for (int m = first; m < first + count; m += width)
            {
                Vector256<double> sum = Vector256<double>.Zero;
                for (int d = low; d <= high; d++)
                    sum += Vector256.LoadUnsafe(ref x, (nuint)(m + d)) * taps[phase - (d * up) + half];
                for (int k = 0; k < width; k++) result[((m + k) * up) + phase] = sum[k];
            }
        }
        return (first * up, (first + count) * up);
    }

    static (double Offset, double Slope) LineThroughEnds(ReadOnlySpan<double> samples) =>
        (samples[0], samples.Length > 1 ? (samples[^1] - samples[0]) / (samples.Length - 1) : 0);

    static double Level(ReadOnlySpan<double> samples, ResamplePadding padding) => padding switch
    {
        ResamplePadding.Zero => 0,
        ResamplePadding.Mean => Standardization.Moments(samples).Mean,
        ResamplePadding.Median => Statistics.Median(samples),
        ResamplePadding.Maximum => Extreme(samples, Math.Max),
        ResamplePadding.Minimum => Extreme(samples, Math.Min),
        _ => throw new ArgumentOutOfRangeException(nameof(padding), padding, null),
    };

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
