// For networks of one lead that may be any: every training window is one live lead, drawn at random.
using Einthoven.Models.Contracts;
using Einthoven.Signals;
using Einthoven.Torch;

namespace Einthoven.Training.Augmentation;

/// <summary>Lead augmentation over all twelve leads.</summary>
public static class AnyLeadDraw
{
    /// <summary>How a store prepares recordings from which leads are drawn: each of the twelve as the contract prepares the one; absent ones are zero.</summary>
    /// <param name="input">A contract of any one lead.</param>
    public static InputContract Packed(InputContract input) => input with
    {
        AnyLead = false,
        Leads = LeadNames.Standard12,
        MissingLeads = MissingLeadPolicy.Zero,
        Normalization = input.Normalization switch
        {
            // Together with no other lead is each by itself.
            StandardizeTogether together => new Standardize { Epsilon = together.Epsilon },
            FixedScale scale => scale with { Millivolts = [.. LeadNames.Standard12.Select(_ => scale.Millivolts[0])] },
            ClippedScale scale => scale with
            {
                Means = [.. LeadNames.Standard12.Select(_ => scale.Means[0])],
                Deviations = [.. LeadNames.Standard12.Select(_ => scale.Deviations[0])],
            },
            var other => other,
        },
    };

    /// <summary>The leads of a stored window that are not zero throughout: constant and absent ones are.</summary>
    /// <param name="window">[leads, samples].</param>
    /// <param name="samples">Samples of a lead.</param>
    /// <param name="live">Gets their places; room for all leads.</param>
    /// <returns>How many there are.</returns>
    public static int Live(ReadOnlySpan<float> window, int samples, Span<int> live)
    {
        int count = 0;
        for (int lead = 0; lead * samples < window.Length; lead++)
            if (window.Slice(lead * samples, samples).ContainsAnyExcept(0f)) live[count++] = lead;
        return count;
    }

    /// <summary>Takes one live lead; the first where none is.</summary>
    /// <param name="source">[leads, samples].</param>
    /// <param name="target">[samples].</param>
    /// <param name="random">The window's own stream: one draw.</param>
    public static void Pick(ReadOnlySpan<float> source, Span<float> target, IRandomSource random)
    {
        Span<int> live = stackalloc int[source.Length / target.Length];
        int count = Live(source, target.Length, live);
        long draw = random.Integer(Math.Max(1, count));
        int lead = count == 0 ? 0 : live[(int)draw];
        source.Slice(lead * target.Length, target.Length).CopyTo(target);
    }
}
