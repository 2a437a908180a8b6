// What is measured of one lead before it is judged: jumps and wander of the baseline, mains hum, fast noise; and the limits for them.
using Einthoven.Signals.Dsp;

namespace Einthoven.Signals.Quality;

/// <summary>Above these a lead should not be read, in millivolts.</summary>
/// <param name="Jump">Change of the level within a beat that stays.</param>
/// <param name="Wander">Standard deviation of what is slower than 0.67 Hz.</param>
/// <param name="Mains">Amplitude of the hum.</param>
/// <param name="Noise">Root mean square above 38 Hz, outside QRS.</param>
sealed record LeadThresholds(double Jump, double Wander, double Mains, double Noise)
{
    /// <summary>Chosen on the Challenge 2011 set, see docs/signals.md.</summary>
    public static LeadThresholds Default { get; } = new(1.5, 0.6, 0.2, 0.05);
}

/// <summary>Figures of one lead in millivolts; zero where the sampling rate is too low to tell.</summary>
readonly record struct LeadFigures(double Jump, double Wander, double Mains, double Noise)
{
    public static LeadFigures Of(double[] x, double rate)
    {
        double[] slow = Butterworth.Design(FilterBand.LowPass, 2, rate, Math.Min(0.67, rate / 8)).ZeroPhaseAnyLength(x);
        (_, double wander) = Standardization.Moments(slow);
        (double mains, double noise) = rate / 2 > 45 ? Fast(x, rate) : (0, 0);
        return new(JumpOf(x, rate), wander, mains, noise);
    }

    // The medians before and after a moment, over longer than a beat: QRS and T, however large, are in the minority of it and come back;
    // a loose electrode's step stays.
    static double JumpOf(double[] x, double rate)
    {
        const double PointsPerSecond = 25, SideSeconds = 1;
        double step = Math.Max(1, rate / PointsPerSecond);
        int points = (int)(x.Length / step), side = (int)(SideSeconds * rate / step);
        if (points < 2 * side || side < 3) return 0;
        double[] thin = new double[points];
        for (int i = 0; i < points; i++)
        {
            int from = (int)(i * step), to = Math.Min(x.Length, (int)((i + 1) * step));
            for (int k = from; k < to; k++) thin[i] += x[k] / (to - from);
        }
        double[] levels = [.. Enumerable.Range(0, points - side + 1).Select(i => Statistics.Median(thin.AsSpan(i, side)))];
        double jump = 0;
        for (int i = side; i < levels.Length; i++) jump = Math.Max(jump, Math.Abs(levels[i] - levels[i - side]));
        return jump;
    }

    static (double Mains, double Noise) Fast(double[] x, double rate)
    {
        // Hum first: it is one line, and must not pass for muscle noise.
        double[] fast = Butterworth.Design(FilterBand.HighPass, 2, rate, 38).ZeroPhaseAnyLength(x);
        double mains = 0;
        foreach (double line in new[] { 50.0, 60.0 })
        {
            if (line + 2 >= rate / 2) continue;
            double[] without = NotchFilter.Design(line, 20, rate).ZeroPhaseAnyLength(fast);
            double before = Middle(fast, rate), after = Middle(without, rate);
            mains = Math.Max(mains, Math.Sqrt(2 * Math.Max(0, before * before - after * after)));
            if (after < before / 2) fast = without;
        }
        return (mains, Middle(fast, rate));
    }

    // The median over pieces of 200 ms of their root mean squares: QRS complexes fill the fewer pieces.
    static double Middle(double[] x, double rate)
    {
        int piece = Math.Max(1, (int)(0.2 * rate));
        var levels = new List<double>();
        for (int start = 0; start + piece <= x.Length; start += piece)
        {
            double squares = 0;
            for (int i = start; i < start + piece; i++) squares += x[i] * x[i];
            levels.Add(Math.Sqrt(squares / piece));
        }
        return levels.Count == 0 ? 0 : Statistics.Median([.. levels]);
    }
}
