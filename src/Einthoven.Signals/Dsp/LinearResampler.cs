// Linear resampling as ECG-FM's inference pipeline does it (fairseq-signals preprocessing): the end points coincide.
namespace Einthoven.Signals.Dsp;

/// <summary>Resamples by linear interpolation with coinciding end points, in float64.</summary>
/// <remarks>
/// N samples become N' = trunc(N · to/from); old sample i lies at i·(N'-1)/(N-1), and values are taken at 0 … N'-1.
/// The time base is thereby stretched by up to one sample, and nothing is filtered: use it where a model was trained so,
/// and <see cref="PolyphaseResampler"/> everywhere else.
/// </remarks>
public static class LinearResampler
{
    /// <summary>Number of samples after resampling: trunc(<paramref name="samples"/> · (to/from)).</summary>
    public static int OutputLength(int samples, double fromHz, double toHz)
    {
        Rates.Check(fromHz, toHz);
        return checked((int)Math.Truncate(samples * (toHz / fromHz)));
    }

    /// <summary>Resamples one lead; equal rates give a copy. A NaN spreads to the values beside it.</summary>
    public static double[] Resample(ReadOnlySpan<double> samples, double fromHz, double toHz)
    {
        Rates.Check(fromHz, toHz);
        if (fromHz == toHz) return samples.ToArray();
        double[] result = new double[OutputLength(samples.Length, fromHz, toHz)];
        if (samples.Length == 0 || result.Length == 0) return result;
        if (samples.Length == 1)
        {
            Array.Fill(result, samples[0]);
            return result;
        }
        int last = samples.Length - 1;
        double end = result.Length - 1;
        double step = end / last;
        int k = 0;
        for (int q = 0; q < result.Length; q++)
        {
            while (k < last && Position(k + 1, last, step, end) <= q) k++;
            if (k == last)
            {
                result[q] = samples[last];
                continue;
            }
            double left = Position(k, last, step, end), right = Position(k + 1, last, step, end);
            double slope = (samples[k + 1] - samples[k]) / (right - left);
            result[q] = samples[k] + slope * (q - left);
        }
        return result;
    }

    static double Position(int index, int last, double step, double end) => index == last ? end : index * step;
}
