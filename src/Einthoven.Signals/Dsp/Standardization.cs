// Per-lead standardisation over a whole recording: zero mean, unit population standard deviation.
namespace Einthoven.Signals.Dsp;

/// <summary>Standardises one lead in float64. A NaN among the samples makes every result NaN: check for missing samples first.</summary>
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
}
