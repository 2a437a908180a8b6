// For networks of one lead: now and then another limb lead takes the place of lead I, as if the electrodes sat elsewhere.
// Source: Li et al., NEJM AI 2(7), AIoa2401033, 2025 (lead augmentation of the one-lead ECGFounder).
using Einthoven.Models.Contracts;
using Einthoven.Torch;

namespace Einthoven.Training.Augmentation;

/// <summary>
/// Lead I looks along 0 degrees of the frontal plane. The six limb leads, some of them turned round, give six more directions, 30 degrees
/// apart.
/// </summary>
public static class LimbLeadChoice
{
    /// <summary>The lead that is trained on, and the five from which the other directions come: the order in which a store keeps them.</summary>
    public static IReadOnlyList<string> Leads { get; } = ["I", "II", "III", "aVR", "aVL", "aVF"];

    /// <summary>The other directions: degrees of the frontal plane, the lead, and whether it is turned round.</summary>
    public static IReadOnlyList<(int Degrees, string Lead, bool IsTurned)> Directions { get; } =
        [(-90, "aVF", true), (-60, "III", true), (-30, "aVL", false), (30, "aVR", true), (60, "II", false), (90, "aVF", false)];

    /// <summary>How a store prepares recordings from which leads are chosen: every limb lead as the contract prepares the one.</summary>
    /// <param name="input">A contract of lead I alone.</param>
    /// <exception cref="ArgumentException">It takes other leads.</exception>
    public static InputContract Packed(InputContract input)
    {
        if (input.Leads is not [var only] || only != Leads[0])
            throw new ArgumentException($"Other limb leads can stand in for lead I only; the input takes {string.Join(", ", input.Leads)}.");
        return input with
        {
            Leads = Leads,
            Normalization = input.Normalization switch
            {
                // Together with no other lead is each by itself.
                StandardizeTogether together => new Standardize { Epsilon = together.Epsilon },
                FixedScale scale => scale with { Millivolts = [.. Leads.Select(_ => scale.Millivolts[0])] },
                var other => other,
            },
        };
    }

    /// <summary>Takes one lead out of six.</summary>
    /// <param name="source">[6, samples] in the order of <see cref="Leads"/>.</param>
    /// <param name="target">[samples].</param>
    /// <param name="probability">How often another direction is taken; which one is uniform.</param>
    /// <param name="random">The window's own stream: two draws, or one where lead I stays.</param>
    public static void Pick(ReadOnlySpan<float> source, Span<float> target, double probability, IRandomSource random)
    {
        int samples = source.Length / Leads.Count;
        if (random.Uniform() >= probability)
        {
            source[..samples].CopyTo(target);
            return;
        }

        (_, string lead, bool isTurned) = Directions[(int)random.Integer(Directions.Count)];
        int row = 0;
        while (Leads[row] != lead) row++;
        ReadOnlySpan<float> chosen = source.Slice(row * samples, samples);
        for (int k = 0; k < samples; k++) target[k] = isTurned ? -chosen[k] : chosen[k];
    }
}
