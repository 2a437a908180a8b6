// Heart-rate variability by the definitions of the Task Force (Eur Heart J 17:354, 1996).
using Einthoven.Signals.Dsp;

namespace Einthoven.Signals.Beats;

/// <summary>Variability of normal-to-normal intervals in time. Milliseconds unless said; null where there are too few intervals.</summary>
public sealed record HeartRateVariability
{
    /// <summary>Number of intervals.</summary>
    public required int Count { get; init; }

    /// <summary>Mean interval.</summary>
    public required double MeanMs { get; init; }

    /// <summary>Median interval.</summary>
    public required double MedianMs { get; init; }

    /// <summary>Mean of the beat-to-beat rates, per minute; not the rate of the mean interval.</summary>
    public required double MeanRateBpm { get; init; }

    /// <summary>Standard deviation with divisor n − 1; from two intervals on.</summary>
    public required double? SdnnMs { get; init; }

    /// <summary>Standard deviation with divisor n.</summary>
    public required double SdnnPopulationMs { get; init; }

    /// <summary>Root mean square of successive differences; from two intervals on.</summary>
    public required double? RmssdMs { get; init; }

    /// <summary>Standard deviation (n − 1) of successive differences; from three intervals on.</summary>
    public required double? SdsdMs { get; init; }

    /// <summary>Successive differences above 50 ms.</summary>
    public required int Nn50 { get; init; }

    /// <summary>Successive differences above 20 ms.</summary>
    public required int Nn20 { get; init; }

    /// <summary>Nn50 as a percentage of the differences.</summary>
    public double? Pnn50 => Count < 2 ? null : 100.0 * Nn50 / (Count - 1);

    /// <summary>Nn20 as a percentage of the differences.</summary>
    public double? Pnn20 => Count < 2 ? null : 100.0 * Nn20 / (Count - 1);

    /// <summary>1.4826 times the median distance from the median.</summary>
    public required double MadMs { get; init; }

    /// <summary>Short axis of the Poincaré plot; from three intervals on.</summary>
    public double? Sd1Ms => SdsdMs / Math.Sqrt(2);

    /// <summary>Long axis of the Poincaré plot; from three intervals on.</summary>
    public double? Sd2Ms => SdsdMs is { } d && SdnnMs is { } s ? RootOfDifference(2 * s * s, d * d / 2) : null;

    /// <summary>Computes the figures; null where there is no interval.</summary>
    /// <param name="intervalsMs">Intervals between normal beats in their order.</param>
    public static HeartRateVariability? Of(ReadOnlySpan<double> intervalsMs)
    {
        int n = intervalsMs.Length;
        if (n == 0) return null;
        double[] rr = intervalsMs.ToArray(), differences = new double[n - 1];
        for (int i = 1; i < n; i++) differences[i - 1] = rr[i] - rr[i - 1];
        double median = Statistics.Median(rr);
        (double mean, double sd) = Standardization.Moments(rr);
        return new()
        {
            Count = n,
            MeanMs = mean,
            MedianMs = median,
            MeanRateBpm = rr.Average(v => 60000 / v),
            SdnnMs = n < 2 ? null : sd * Math.Sqrt(n / (n - 1.0)),
            SdnnPopulationMs = sd,
            RmssdMs = n < 2 ? null : Math.Sqrt(differences.Average(d => d * d)),
            SdsdMs = n < 3 ? null : Standardization.Moments(differences).Std * Math.Sqrt((n - 1) / (n - 2.0)),
            Nn50 = differences.Count(d => Math.Abs(d) > 50),
            Nn20 = differences.Count(d => Math.Abs(d) > 20),
            MadMs = 1.4826 * Statistics.Median([.. rr.Select(v => Math.Abs(v - median))]),
        };
    }

    // What two equal variances differ by in their last digits is nothing.
    static double RootOfDifference(double a, double b) => a - b > 1e-12 * a ? Math.Sqrt(a - b) : 0;
}

/// <summary>Variability of normal-to-normal intervals by frequency, in ms². Needs two minutes and more to mean anything.</summary>
/// <param name="VeryLow">0.0033–0.04 Hz.</param>
/// <param name="Low">0.04–0.15 Hz.</param>
/// <param name="High">0.15–0.40 Hz.</param>
public sealed record RateSpectrum(double VeryLow, double Low, double High)
{
    const double GridHz = 4;
    const int Segment = 1024;

    /// <summary>Low over high.</summary>
    public double Ratio => Low / High;

    /// <summary>Low as a percentage of low plus high.</summary>
    public double LowNormalized => 100 * Low / (Low + High);

    /// <summary>Interpolates the intervals to 4 Hz and takes Welch's spectrum.</summary>
    public static RateSpectrum Of(ReadOnlySpan<double> intervalsMs)
    {
        double[] at = new double[intervalsMs.Length];
        for (int i = 1; i < at.Length; i++) at[i] = at[i - 1] + intervalsMs[i] / 1000;
        double[] grid = [.. Enumerable.Range(0, (int)Math.Floor(at[^1] * GridHz) + 1).Select(k => k / GridHz)];
        PowerSpectrum spectrum = PowerSpectrum.Welch(LinearInterpolation.At(at, intervalsMs, grid), GridHz, Segment);
        double Band(double from, double to) =>
            spectrum.Power.Where((_, k) => spectrum.FrequenciesHz[k] >= from && spectrum.FrequenciesHz[k] < to).Sum() * spectrum.FrequenciesHz[1];
        return new(Band(0.0033, 0.04), Band(0.04, 0.15), Band(0.15, 0.40));
    }
}
