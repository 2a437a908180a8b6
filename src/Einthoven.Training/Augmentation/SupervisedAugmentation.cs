// Crop, gain and the share of mixup: what the small classifiers see instead of the recordings themselves.
// Source of mixup: Zhang et al., "mixup: beyond empirical risk minimization", ICLR 2018.
using Einthoven.Models.Contracts;
using Einthoven.Torch;

namespace Einthoven.Training.Augmentation;

/// <summary>How a batch for supervised training is varied. Every draw comes from the batch's own random stream.</summary>
public sealed record SupervisedAugmentation
{
    /// <summary>Samples of a random crop; 0: the whole window.</summary>
    public int CropSamples { get; init; }

    /// <summary>Samples that are drawn of a window.</summary>
    internal int SamplesOf(InputContract input) => CropSamples > 0 ? CropSamples : input.WindowSamples;

    /// <summary>Deviation of the logarithm of a gain drawn for the record, and again for each lead.</summary>
    public double GainDeviation { get; init; }

    /// <summary>Both parameters of the Beta distribution that mixup draws from; 0: no mixup.</summary>
    public double MixupAlpha { get; init; }

    /// <summary>How often another limb lead takes the place of lead I, for networks of that lead alone (<see cref="LimbLeadChoice"/>); 0: never.</summary>
    public double OtherLimbLeads { get; init; }

    /// <summary>How often a window loses leads: as many as is drawn evenly from one to all but one become zeros, so that records of few leads are met too; 0: never.</summary>
    public double MaskedLeads { get; init; }

    /// <summary>Copies one window into a batch, cropped, scaled, and perhaps without some of its leads.</summary>
    /// <param name="source">[leads, samples].</param>
    /// <param name="target">[leads, <paramref name="targetSamples"/>].</param>
    /// <param name="leads">Leads of both.</param>
    /// <param name="targetSamples">Samples of the target, at most those of the source.</param>
    /// <param name="random">The batch's stream.</param>
    public void CopyVaried(ReadOnlySpan<float> source, Span<float> target, int leads, int targetSamples, IRandomSource random)
    {
        int samples = source.Length / leads;
        int start = samples > targetSamples ? (int)random.Integer(samples - targetSamples + 1) : 0;
        Span<float> gains = stackalloc float[leads + 1];
        gains.Clear();
        if (GainDeviation > 0) random.Normal(gains);
        for (int lead = 0; lead < leads; lead++)
        {
            float gain = (float)Math.Exp(GainDeviation * (gains[lead] + gains[leads]));
            ReadOnlySpan<float> from = source.Slice((lead * samples) + start, targetSamples);
            Span<float> to = target.Slice(lead * targetSamples, targetSamples);
            for (int k = 0; k < to.Length; k++) to[k] = gain * from[k];
        }
        if (MaskedLeads > 0 && leads > 1 && random.Uniform() < MaskedLeads)
        {
            int lost = 1 + (int)random.Integer(leads - 1);
            foreach (int lead in random.Permutation(leads).AsSpan(0, lost)) target.Slice(lead * targetSamples, targetSamples).Clear();
        }
    }

    /// <summary>Draws mixup's share λ of an example itself: the larger of λ and 1 − λ of Beta(α, α), at least ½.</summary>
    /// <param name="random">The batch's stream.</param>
    public double DrawShare(IRandomSource random)
    {
        double share = Beta(MixupAlpha, random);
        return Math.Max(share, 1 - share);
    }

    /// <summary>Beta(α, α) by Jöhnk's method (Metrika 8, 1964): accept u^(1/α) / (u^(1/α) + v^(1/α)) where the sum is at most 1.</summary>
    private static double Beta(double alpha, IRandomSource random)
    {
        while (true)
        {
            double x = Math.Pow(random.Uniform(), 1 / alpha), y = Math.Pow(random.Uniform(), 1 / alpha);
            if (x + y is > 0 and <= 1) return x / (x + y);
        }
    }
}
