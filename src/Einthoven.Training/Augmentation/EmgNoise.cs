// Muscle noise: white noise of a strength of its own on each lead.
using System.Buffers;
using Einthoven.Torch;

namespace Einthoven.Training.Augmentation;

/// <summary>Adds white noise.</summary>
public sealed record EmgNoise : WindowAugmentation
{
    /// <summary>Largest deviation of the noise on a lead.</summary>
    public double MaxAmplitude { get; init; } = 0.1;

    /// <summary>Smallest deviation.</summary>
    public double MinAmplitude { get; init; }

    /// <summary>How the limb leads hang together.</summary>
    public LimbLeads LimbLeads { get; init; }

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(MinAmplitude <= MaxAmplitude, "minAmplitude is above maxAmplitude");
    }

    /// <summary>Adds the noise that was drawn.</summary>
    /// <param name="window">[leads, samples], changed in place.</param>
    /// <param name="format">Leads of the window.</param>
    /// <param name="amplitudes">[leads].</param>
    /// <param name="noise">[leads, samples], standard normal; overwritten.</param>
    public void Apply(Span<float> window, WindowFormat format, ReadOnlySpan<double> amplitudes, Span<float> noise)
    {
        int samples = window.Length / amplitudes.Length;
        for (int lead = 0; lead < amplitudes.Length; lead++)
        {
            float amplitude = (float)amplitudes[lead];
            foreach (ref float value in noise.Slice(lead * samples, samples)) value *= amplitude;
        }
        format.AddNoise(window, noise, LimbLeads);
    }

    /// <inheritdoc/>
    protected override void Vary(Span<float> window, WindowFormat format, IRandomSource random)
    {
        Span<double> amplitudes = stackalloc double[format.Leads.Count];
        foreach (ref double amplitude in amplitudes) amplitude = Uniform(random, MinAmplitude, MaxAmplitude);
        float[] buffer = ArrayPool<float>.Shared.Rent(window.Length);
        Span<float> noise = buffer.AsSpan(0, window.Length);
        random.Normal(noise);
        Apply(window, format, amplitudes, noise);
        ArrayPool<float>.Shared.Return(buffer);
    }
}
