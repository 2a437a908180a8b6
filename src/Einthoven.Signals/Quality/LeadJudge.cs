// Judges a single lead by rules that a technician would give; thresholds in millivolts, seconds and shares.
using Einthoven.Signals.Dsp;

namespace Einthoven.Signals.Quality;

static class LeadJudge
{
    const double MissingShare = 0.1;
    const double FlatStep = 0.001, FlatSeconds = 1.0, FlatSd = 0.012;
    const double SaturatedLevel = 8, ClippedShare = 0.01;

    /// <summary>Judges one lead in millivolts.</summary>
    public static LeadQuality Judge(EcgLead lead, LeadThresholds? thresholds = null)
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
        if (bad.Count == 0) Noise(present, rate, thresholds ?? LeadThresholds.Default, bad, doubtful);
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

    static void Noise(double[] x, double rate, LeadThresholds limits, List<string> bad, List<string> doubtful)
    {
        LeadFigures figures = LeadFigures.Of(x, rate);
        void Grade(string reason, double value, double most, double doubtfulFrom)
        {
            if (value > most) bad.Add(reason);
            else if (value > doubtfulFrom) doubtful.Add(reason);
        }
        Grade(QualityReasons.Jumps, figures.Jump, limits.Jump, limits.Jump / 2);
        if (!bad.Contains(QualityReasons.Jumps)) Grade(QualityReasons.Wander, figures.Wander, limits.Wander, limits.Wander / 2);
        Grade(QualityReasons.Mains, figures.Mains, limits.Mains, limits.Mains / 4);
        Grade(QualityReasons.Noisy, figures.Noise, limits.Noise, limits.Noise / 3);
    }
}
