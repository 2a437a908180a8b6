// Judges a single lead by rules that a technician would give; thresholds in millivolts, seconds and shares.
using Einthoven.Signals.Dsp;

namespace Einthoven.Signals.Quality;

static class LeadJudge
{
    const double MissingShare = 0.1;
    const double FlatStep = 0.001, FlatSeconds = 1.0, FlatSd = 0.012;
    const double SaturatedLevel = 8, ClippedShare = 0.01;
    const double NoisyRms = 0.09, SomeNoiseRms = 0.03, MainsAmplitude = 0.2, WanderSd = 0.6, JumpSize = 2.5;

    /// <summary>Judges one lead in millivolts.</summary>
    public static LeadQuality Judge(EcgLead lead)
    {
        var bad = new List<string>();
        var doubtful = new List<string>();
        ReadOnlySpan<double> samples = lead.Samples.Span;
        double rate = lead.SamplingRateHz;
        double[] present = [.. samples.ToArray().Where(double.IsFinite)];
        if (samples.Length - present.Length > MissingShare * samples.Length || present.Length < 2) bad.Add(QualityReasons.Missing);
        else if (present.Length < samples.Length) doubtful.Add(QualityReasons.Missing);
        if (present.Length < 2 || !(rate > 0)) return new(lead.Name, bad.Count == 0, [.. bad, .. doubtful]);

        Shape(present, rate, bad);
        if (bad.Count == 0) Noise(present, rate, bad, doubtful);
        return new(lead.Name, bad.Count == 0, [.. bad, .. doubtful]);
    }

    static void Shape(double[] x, double rate, List<string> bad)
    {
        (_, double sd) = Standardization.Moments(x);
        double min = x.Min(), max = x.Max();
        int run = 0, longest = 0, atLimit = 0, equal = 0;
        for (int i = 1; i < x.Length; i++)
        {
            run = Math.Abs(x[i] - x[i - 1]) < FlatStep ? run + 1 : 0;
            longest = Math.Max(longest, run);
            equal = x[i] == x[i - 1] && (x[i] == min || x[i] == max) ? equal + 1 : 0;
            if (equal >= 3) atLimit++;
        }
        if (Math.Max(Math.Abs(min), Math.Abs(max)) > SaturatedLevel && atLimit > 0) bad.Add(QualityReasons.Saturated);
        else if (longest >= FlatSeconds * rate || sd < FlatSd) bad.Add(QualityReasons.Flat);
        else if (atLimit > ClippedShare * x.Length && max - min > 1) bad.Add(QualityReasons.Clipped);
    }

    static void Noise(double[] x, double rate, List<string> bad, List<string> doubtful)
    {
        double slowHz = Math.Min(0.67, rate / 8), nyquist = rate / 2;
        double[] slow = Butterworth.Design(FilterBand.LowPass, 2, rate, slowHz).ZeroPhaseAnyLength(x);
        (_, double wander) = Standardization.Moments(slow);
        double jump = 0;
        int lag = Math.Max(1, (int)(0.4 * rate));
        double[] middle = Butterworth.Design(FilterBand.LowPass, 2, rate, Math.Min(4, rate / 4)).ZeroPhaseAnyLength(x);
        for (int i = lag; i < x.Length; i++) jump = Math.Max(jump, Math.Abs(middle[i] - middle[i - lag]));
        if (jump > JumpSize) bad.Add(QualityReasons.Jumps);
        else if (wander > WanderSd) bad.Add(QualityReasons.Wander);
        else if (wander > WanderSd / 2) doubtful.Add(QualityReasons.Wander);
        if (nyquist <= 45) return;

        // Hum first: it is one line, and must not pass for muscle noise.
        double[] fast = Butterworth.Design(FilterBand.HighPass, 2, rate, 38).ZeroPhaseAnyLength(x);
        foreach (double line in new[] { 50.0, 60.0 })
        {
            if (line + 2 >= nyquist) continue;
            double[] without = NotchFilter.Design(line, 20, rate).ZeroPhaseAnyLength(fast);
            double before = Middle(fast, rate), after = Middle(without, rate);
            double amplitude = Math.Sqrt(2 * Math.Max(0, before * before - after * after));
            if (amplitude > MainsAmplitude) bad.Add(QualityReasons.Mains);
            else if (amplitude > MainsAmplitude / 4) doubtful.Add(QualityReasons.Mains);
            if (after < before / 2) fast = without;
        }
        double noise = Middle(fast, rate);
        if (noise > NoisyRms) bad.Add(QualityReasons.Noisy);
        else if (noise > SomeNoiseRms) doubtful.Add(QualityReasons.Noisy);
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
