// Standardisation to zero mean and unit population standard deviation: lead by lead over a whole recording, or of several leads together.
namespace Einthoven.Signals.Dsp;

/// <summary>Standardises in float64. A NaN among the samples makes every result NaN: check for missing samples first.</summary>
public static class Standardization
{
    /// <summary>Mean and population standard deviation (divisor N), in two passes.</summary>
    public static (double Mean, double Std) Moments(ReadOnlySpan<double> samples)
    {
        double sum = 0;
        foreach (double value in samples) sum += value;
        double mean = sum / samples.Length, squares = 0;
        foreach (double value in samples) squares += (value - mean) * (value - mean);
        return (mean, Math.Sqrt(squares / samples.Length));
    }

    /// <summary>True when no sample differs from the first; a lead without samples is constant.</summary>
    public static bool IsConstant(ReadOnlySpan<double> samples) => samples.IsEmpty || !samples[1..].ContainsAnyExcept(samples[0]);

    /// <summary>(x - mean)/(std + <paramref name="epsilon"/>) in place; a constant lead becomes zero.</summary>
    /// <param name="samples">One lead.</param>
    /// <param name="epsilon">Added to the standard deviation: 1e-8 in ECG-FM's inference, 0 in its training pipeline.</param>
    public static void Apply(Span<double> samples, double epsilon)
    {
        if (IsConstant(samples))
        {
            samples.Clear();
            return;
        }
        (double mean, double std) = Moments(samples);
        double divisor = std + epsilon;
        for (int i = 0; i < samples.Length; i++) samples[i] = (samples[i] - mean) / divisor;
    }

    /// <summary>Mean and population standard deviation of a stretch of several leads taken together.</summary>
    /// <param name="leads">[leads][samples].</param>
    /// <param name="start">First sample of the stretch.</param>
    /// <param name="count">Samples of the stretch, at least 1.</param>
    public static (double Mean, double Std) JointMoments(IReadOnlyList<double[]> leads, int start, int count)
    {
        double sum = 0;
        foreach (double[] lead in leads)
            foreach (double value in lead.AsSpan(start, count)) sum += value;
        double mean = sum / ((double)leads.Count * count), squares = 0;
        foreach (double[] lead in leads)
            foreach (double value in lead.AsSpan(start, count)) squares += (value - mean) * (value - mean);
        return (mean, Math.Sqrt(squares / ((double)leads.Count * count)));
    }
}
