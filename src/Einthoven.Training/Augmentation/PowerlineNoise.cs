// Mains hum: one cosine of 50 or 60 Hz on all leads.
using System.Buffers;
using Einthoven.Torch;

namespace Einthoven.Training.Augmentation;

/// <summary>What is drawn for a hum.</summary>
/// <param name="Amplitude">In the window's unit.</param>
/// <param name="FrequencyHz">50 or 60.</param>
/// <param name="Phase">Radians.</param>
public readonly record struct PowerlineDraw(double Amplitude, double FrequencyHz, double Phase);

/// <summary>Adds mains hum.</summary>
public sealed record PowerlineNoise : WindowAugmentation
{
    /// <summary>Largest amplitude.</summary>
    public double MaxAmplitude { get; init; } = 0.1;

    /// <summary>Smallest amplitude.</summary>
    public double MinAmplitude { get; init; }

    /// <summary>How the limb leads hang together.</summary>
    public LimbLeads LimbLeads { get; init; }

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(MinAmplitude <= MaxAmplitude, "minAmplitude is above maxAmplitude");
    }

    /// <summary>Adds the hum that was drawn: amplitude · cos(2π · frequency · t / rate + phase).</summary>
    public void Apply(Span<float> window, WindowFormat format, PowerlineDraw draw)
    {
        int samples = window.Length / format.Leads.Count;
        float[] pattern = ArrayPool<float>.Shared.Rent(samples);
        Span<float> wave = pattern.AsSpan(0, samples);
        wave.Clear();
        Cosine.Add(wave, draw.Amplitude, draw.FrequencyHz / format.SamplingRateHz, draw.Phase);
        Span<double> factors = stackalloc double[format.Leads.Count];
        factors.Fill(1);
        format.AddPattern(window, wave, factors, LimbLeads);
        ArrayPool<float>.Shared.Return(pattern);
    }

    /// <inheritdoc/>
    protected override void Vary(Span<float> window, WindowFormat format, IRandomSource random)
    {
        double amplitude = Uniform(random, MinAmplitude, MaxAmplitude);
        double frequency = random.Uniform() > 0.5 ? 50 : 60;
        Apply(window, format, new PowerlineDraw(amplitude, frequency, Uniform(random, 0, 2 * Math.PI)));
    }
}
