// Slow waves under the signal, as breathing makes them: the same waves on all leads, stronger on some.
using System.Buffers;
using Einthoven.Torch;

namespace Einthoven.Training.Augmentation;

/// <summary>One slow wave.</summary>
/// <param name="Amplitude">In the window's unit.</param>
/// <param name="FrequencyHz">Cycles a second.</param>
/// <param name="Phase">Radians.</param>
public readonly record struct SlowWave(double Amplitude, double FrequencyHz, double Phase);

/// <summary>Adds slow waves.</summary>
public sealed record BaselineWander : WindowAugmentation
{
    /// <summary>Largest amplitude of a wave.</summary>
    public double MaxAmplitude { get; init; } = 0.1;

    /// <summary>Smallest amplitude.</summary>
    public double MinAmplitude { get; init; }

    /// <summary>Highest frequency in Hz.</summary>
    public double MaxFrequencyHz { get; init; } = 0.2;

    /// <summary>Lowest frequency in Hz.</summary>
    public double MinFrequencyHz { get; init; } = 0.01;

    /// <summary>Number of waves.</summary>
    public int Waves { get; init; } = 3;

    /// <summary>How the limb leads hang together.</summary>
    public LimbLeads LimbLeads { get; init; }

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(MinAmplitude <= MaxAmplitude, "minAmplitude is above maxAmplitude");
        Require(MinFrequencyHz <= MaxFrequencyHz, "minFrequencyHz is above maxFrequencyHz");
        Require(Waves > 0, "waves is not positive");
    }

    /// <summary>Adds the waves that were drawn.</summary>
    /// <param name="window">[leads, samples], changed in place.</param>
    /// <param name="format">Leads and rate of the window.</param>
    /// <param name="leadFactors">[leads]: how strong the waves are on each.</param>
    /// <param name="waves">The waves.</param>
    public void Apply(Span<float> window, WindowFormat format, ReadOnlySpan<double> leadFactors, ReadOnlySpan<SlowWave> waves)
    {
        int samples = window.Length / format.Leads.Count;
        float[] pattern = ArrayPool<float>.Shared.Rent(samples);
        Span<float> sum = pattern.AsSpan(0, samples);
        sum.Clear();
        foreach (SlowWave wave in waves) Cosine.Add(sum, wave.Amplitude, wave.FrequencyHz / format.SamplingRateHz, wave.Phase);
        Span<double> factors = stackalloc double[format.Leads.Count];
        leadFactors.CopyTo(factors);
        format.AddPattern(window, sum, factors, LimbLeads);
        ArrayPool<float>.Shared.Return(pattern);
    }

    /// <inheritdoc/>
    protected override void Vary(Span<float> window, WindowFormat format, IRandomSource random)
    {
        Span<float> normals = stackalloc float[format.Leads.Count];
        Span<double> factors = stackalloc double[normals.Length];
        random.Normal(normals);
        for (int lead = 0; lead < factors.Length; lead++) factors[lead] = 1 + (0.5 * normals[lead]);
        Span<double> amplitudes = stackalloc double[Waves];
        foreach (ref double amplitude in amplitudes) amplitude = Uniform(random, MinAmplitude, MaxAmplitude);
        var waves = new SlowWave[Waves];
        for (int k = 0; k < waves.Length; k++)
            waves[k] = new SlowWave(amplitudes[k], Uniform(random, MinFrequencyHz, MaxFrequencyHz), Uniform(random, 0, 2 * Math.PI));
        Apply(window, format, factors, waves);
    }
}
