// A part of the window stretched over all of it, unevenly; and a part set to zero: the best pair of views for ECG-SimCLR.
// Source: Mehari and Strodthoff, Comput. Biol. Med. 141:105114, 2022; hhi-aml/ecg-selfsupervised (facts).
using Einthoven.Torch;

namespace Einthoven.Training.Augmentation;

/// <summary>Places the samples of a crop at sorted random positions of the window and bridges the gaps by straight lines.</summary>
public sealed record RandomResizedCrop : WindowAugmentation
{
    /// <summary>Shortest crop as a share of the window.</summary>
    public double MinRatio { get; init; } = 0.5;

    /// <summary>Longest crop as a share of the window.</summary>
    public double MaxRatio { get; init; } = 1;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(MinRatio > 0 && MinRatio <= MaxRatio && MaxRatio <= 1, "minRatio and maxRatio are not shares in order");
    }

    /// <summary>Stretches a crop.</summary>
    /// <param name="window">[leads, samples], changed in place.</param>
    /// <param name="samples">Samples of a lead.</param>
    /// <param name="start">First sample of the crop.</param>
    /// <param name="positions">Where each of its samples goes, rising from 0 to the last sample.</param>
    public static void Place(Span<float> window, int samples, int start, ReadOnlySpan<int> positions)
    {
        var crop = new float[positions.Length];
        for (int at = 0; at < window.Length; at += samples)
        {
            Span<float> lead = window.Slice(at, samples);
            lead.Slice(start, crop.Length).CopyTo(crop);
            for (int k = 0; k + 1 < crop.Length; k++)
            {
                (int from, int to) = (positions[k], positions[k + 1]);
                for (int sample = from; sample < to; sample++)
                    lead[sample] = crop[k] + ((crop[k + 1] - crop[k]) * (sample - from) / (to - from));
            }

            lead[positions[^1]] = crop[^1];
        }
    }

    /// <inheritdoc/>
    protected override void Vary(Span<float> window, WindowFormat format, IRandomSource random)
    {
        int samples = window.Length / format.Leads.Count;
        var draws = new RandomSignalDraws(random);
        var length = (int)(draws.Uniform(MinRatio, MaxRatio) * samples);
        if (length < 2 || length >= samples) return;
        int start = draws.Integer(samples - length + 1);
        int[] inner = draws.Choose(length - 2, samples - 2);
        Array.Sort(inner);
        Place(window, samples, start, [0, .. inner.Select(position => position + 1), samples - 1]);
    }
}

/// <summary>Sets a stretch of all leads to zero.</summary>
public sealed record TimeOut : WindowAugmentation
{
    /// <summary>Shortest stretch as a share of the window.</summary>
    public double MinRatio { get; init; }

    /// <summary>Longest stretch as a share of the window.</summary>
    public double MaxRatio { get; init; } = 0.5;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(MinRatio >= 0 && MinRatio <= MaxRatio && MaxRatio < 1, "minRatio and maxRatio are not shares below 1 in order");
    }

    /// <summary>Clears a stretch.</summary>
    /// <param name="window">[leads, samples], changed in place.</param>
    /// <param name="samples">Samples of a lead.</param>
    /// <param name="start">First sample to clear.</param>
    /// <param name="length">How many.</param>
    public static void Clear(Span<float> window, int samples, int start, int length)
    {
        for (int at = 0; at < window.Length; at += samples) window.Slice(at + start, length).Clear();
    }

    /// <inheritdoc/>
    protected override void Vary(Span<float> window, WindowFormat format, IRandomSource random)
    {
        int samples = window.Length / format.Leads.Count;
        var draws = new RandomSignalDraws(random);
        var length = (int)(draws.Uniform(MinRatio, MaxRatio) * samples);
        Clear(window, samples, draws.Integer(samples - length), length);
    }
}
