// Quality indices of one lead from the literature (Li, Mark and Clifford 2008; Clifford et al. 2012), each by its definition.
using Einthoven.Signals.Dsp;

namespace Einthoven.Signals.Quality;

/// <summary>Numbers that tell a clean lead from a bad one; null where undefined (a constant lead has no shape and no spectrum).</summary>
public sealed record SignalIndices
{
    /// <summary>Fourth moment over the squared variance; a clean ECG is above 5, noise near 3.</summary>
    public required double? Kurtosis { get; init; }

    /// <summary>Third standardised moment.</summary>
    public required double? Skewness { get; init; }

    /// <summary>Power in 5–15 Hz over power in 5–40 Hz.</summary>
    public required double? QrsPowerShare { get; init; }

    /// <summary>1 − power in 0–1 Hz over power in 0–40 Hz.</summary>
    public required double? BaselinePowerIndex { get; init; }

    /// <summary>Power in 5–20 Hz over all power.</summary>
    public required double? BandShare { get; init; }

    /// <summary>Power in 49–51 Hz over all power above 0.5 Hz.</summary>
    public required double? Mains50Share { get; init; }

    /// <summary>Share of steps below 1 µV.</summary>
    public required double FlatShare1uV { get; init; }

    /// <summary>Share of steps below 10 µV.</summary>
    public required double FlatShare10uV { get; init; }

    /// <summary>Longest run of samples with steps below 1 µV.</summary>
    public required int LongestFlatRun { get; init; }

    /// <summary>Largest minus smallest value, mV.</summary>
    public required double PeakToPeak { get; init; }

    /// <summary>Largest absolute value, mV.</summary>
    public required double MaxAbs { get; init; }

    /// <summary>Share of samples equal to the largest or the smallest value.</summary>
    public required double ClippedShare { get; init; }

    /// <summary>Largest step between neighbours, mV.</summary>
    public required double MaxStep { get; init; }

    /// <summary>Computes the indices of a lead without missing samples.</summary>
    /// <param name="samples">Millivolts.</param>
    /// <param name="samplingRateHz">Samples per second.</param>
    /// <param name="segment">Samples of a segment of Welch's spectrum.</param>
    public static SignalIndices Of(ReadOnlySpan<double> samples, double samplingRateHz, int segment = 1024)
    {
        int n = samples.Length;
        double mean = 0, m2 = 0, m3 = 0, m4 = 0, min = double.PositiveInfinity, max = double.NegativeInfinity;
        foreach (double x in samples)
        {
            mean += x;
            (min, max) = (Math.Min(min, x), Math.Max(max, x));
        }
        mean /= n;
        int clipped = 0;
        foreach (double x in samples)
        {
            double d = x - mean, square = d * d;
            m2 += square;
            m3 += square * d;
            m4 += square * square;
            if (x == min || x == max) clipped++;
        }
        int below1 = 0, below10 = 0, run = 0, longest = 0;
        double maxStep = 0;
        for (int i = 1; i < n; i++)
        {
            double step = Math.Abs(samples[i] - samples[i - 1]);
            maxStep = Math.Max(maxStep, step);
            if (step < 0.01) below10++;
            run = step < 0.001 ? run + 1 : 0;
            if (run > 0) below1++;
            longest = Math.Max(longest, run);
        }
        bool isConstant = max <= min;
        m2 /= n;
        PowerSpectrum? spectrum = isConstant ? null : PowerSpectrum.Welch(samples, samplingRateHz, segment);
        double? Share(double from, double to, double fromAll, double toAll) => spectrum?.BandPower(from, to) / spectrum?.BandPower(fromAll, toAll);
        return new()
        {
            Kurtosis = isConstant ? null : m4 / n / (m2 * m2),
            Skewness = isConstant ? null : m3 / n / Math.Pow(m2, 1.5),
            QrsPowerShare = Share(5, 15, 5, 40),
            BaselinePowerIndex = 1 - Share(0, 1, 0, 40),
            BandShare = Share(5, 20, 0, samplingRateHz / 2),
            Mains50Share = Share(49, 51, 0.5, samplingRateHz / 2),
            FlatShare1uV = n > 1 ? (double)below1 / (n - 1) : 0,
            FlatShare10uV = n > 1 ? (double)below10 / (n - 1) : 0,
            LongestFlatRun = longest + 1,
            PeakToPeak = max - min,
            MaxAbs = Math.Max(Math.Abs(min), Math.Abs(max)),
            ClippedShare = (double)clipped / n,
            MaxStep = maxStep,
        };
    }

    /// <summary>Agreement of two detectors: matched beats over all different beats (bSQI).</summary>
    public static double DetectorAgreement(int matched, int first, int second) => first + second == matched ? 1 : (double)matched / (first + second - matched);
}
