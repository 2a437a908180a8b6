// The smaller views of ECG-SimCLR: noise, another gain for each lead, a blur.
// Source: Mehari and Strodthoff, Comput. Biol. Med. 141:105114, 2022; hhi-aml/ecg-selfsupervised (facts).
using Einthoven.Torch;

namespace Einthoven.Training.Augmentation;

/// <summary>Adds a normal number to every sample.</summary>
public sealed record GaussianNoise : WindowAugmentation
{
    /// <summary>Its deviation.</summary>
    public double Deviation { get; init; } = 0.01;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(Deviation >= 0, "deviation is negative");
    }

    /// <inheritdoc/>
    protected override void Vary(Span<float> window, WindowFormat format, IRandomSource random)
    {
        var noise = new float[window.Length];
        random.Normal(noise);
        for (int k = 0; k < window.Length; k++) window[k] += (float)Deviation * noise[k];
    }
}

/// <summary>Multiplies each lead by a factor of its own whose logarithm is uniform.</summary>
public sealed record LeadGain : WindowAugmentation
{
    /// <summary>Smallest factor.</summary>
    public double Min { get; init; } = 0.33;

    /// <summary>Largest factor.</summary>
    public double Max { get; init; } = 3;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(Min > 0 && Min <= Max, "min and max are not positive and in order");
    }

    /// <inheritdoc/>
    protected override void Vary(Span<float> window, WindowFormat format, IRandomSource random)
    {
        int samples = window.Length / format.Leads.Count;
        for (int at = 0; at < window.Length; at += samples)
        {
            var factor = (float)Math.Exp(Uniform(random, Math.Log(Min), Math.Log(Max)));
            foreach (ref float value in window.Slice(at, samples)) value *= factor;
        }
    }
}

/// <summary>Smooths each lead by a kernel; beyond the ends there are zeros.</summary>
public sealed record GaussianBlur : WindowAugmentation
{
    /// <summary>The kernel, of odd length.</summary>
    public IReadOnlyList<double> Kernel { get; init; } = [0.1, 0.2, 0.4, 0.2, 0.1];

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(Kernel.Count % 2 == 1, "kernel is not of odd length");
    }

    /// <inheritdoc/>
    protected override void Vary(Span<float> window, WindowFormat format, IRandomSource random)
    {
        int samples = window.Length / format.Leads.Count, half = Kernel.Count / 2;
        var source = new float[samples];
        for (int at = 0; at < window.Length; at += samples)
        {
            Span<float> lead = window.Slice(at, samples);
            lead.CopyTo(source);
            for (int k = 0; k < samples; k++)
            {
                double sum = 0;
                for (int j = Math.Max(0, k - half); j <= Math.Min(samples - 1, k + half); j++) sum += Kernel[j - k + half] * source[j];
                lead[k] = (float)sum;
            }
        }
    }
}
