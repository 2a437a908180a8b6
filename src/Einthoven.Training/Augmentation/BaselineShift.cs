// A step of the baseline that lasts for a part of the window, up on some leads and down on others.
using System.Buffers;
using Einthoven.Torch;

namespace Einthoven.Training.Augmentation;

/// <summary>A stretch of a window, in samples.</summary>
/// <param name="Start">Where it begins; the fraction is cut.</param>
/// <param name="Length">How long it is.</param>
public readonly record struct ShiftedStretch(double Start, double Length);

/// <summary>Shifts the baseline for a while.</summary>
public sealed record BaselineShift : WindowAugmentation
{
    /// <summary>Largest shift.</summary>
    public double MaxAmplitude { get; init; } = 0.1;

    /// <summary>Smallest shift.</summary>
    public double MinAmplitude { get; init; }

    /// <summary>Mean length of a stretch, as a share of the window; a fifth of it is the deviation.</summary>
    public double ShiftRatio { get; init; } = 0.2;

    /// <summary>Number of stretches; where they overlap the shift is not doubled.</summary>
    public int Segments { get; init; } = 1;

    /// <summary>
    /// As published: the shift is sign minus amplitude, near one deviation whatever the amplitude, where sign times amplitude was meant. For runs
    /// that must equal the original's.
    /// </summary>
    public bool PublishedAmplitude { get; init; }

    /// <summary>How the limb leads hang together.</summary>
    public LimbLeads LimbLeads { get; init; }

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(MinAmplitude <= MaxAmplitude, "minAmplitude is above maxAmplitude");
        Require(ShiftRatio is > 0 and < 1, "shiftRatio is not between 0 and 1");
        Require(Segments > 0, "segments is not positive");
    }

    /// <summary>Shifts by what was drawn.</summary>
    /// <param name="window">[leads, samples], changed in place.</param>
    /// <param name="format">Leads of the window.</param>
    /// <param name="signs">[leads]: 1 or -1.</param>
    /// <param name="amplitude">Size of the shift.</param>
    /// <param name="stretches">Where.</param>
    public void Apply(Span<float> window, WindowFormat format, ReadOnlySpan<double> signs, double amplitude, ReadOnlySpan<ShiftedStretch> stretches)
    {
        int samples = window.Length / format.Leads.Count;
        float[] pattern = ArrayPool<float>.Shared.Rent(samples);
        Span<float> shifted = pattern.AsSpan(0, samples);
        shifted.Clear();
        foreach (ShiftedStretch stretch in stretches)
        {
            int start = Math.Clamp((int)stretch.Start, 0, samples), end = Math.Clamp((int)(start + stretch.Length), start, samples);
            shifted[start..end].Fill(1);
        }
        Span<double> factors = stackalloc double[format.Leads.Count];
        for (int lead = 0; lead < factors.Length; lead++) factors[lead] = PublishedAmplitude ? signs[lead] - amplitude : signs[lead] * amplitude;
        format.AddPattern(window, shifted, factors, LimbLeads);
        ArrayPool<float>.Shared.Return(pattern);
    }

    /// <inheritdoc/>
    protected override void Vary(Span<float> window, WindowFormat format, IRandomSource random)
    {
        int samples = window.Length / format.Leads.Count;
        Span<double> signs = stackalloc double[format.Leads.Count];
        foreach (ref double sign in signs) sign = random.Integer(2) == 0 ? 1 : -1;
        double amplitude = Uniform(random, MinAmplitude, MaxAmplitude);
        var stretches = new ShiftedStretch[Segments];
        for (int k = 0; k < stretches.Length; k++)
        {
            double length = Math.Clamp((ShiftRatio * samples) + (0.2 * ShiftRatio * samples * random.Normal()), 0, samples);
            stretches[k] = new ShiftedStretch(Uniform(random, 0, samples - length), length);
        }
        Apply(window, format, signs, amplitude, stretches);
    }
}
