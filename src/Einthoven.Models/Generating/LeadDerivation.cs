// From the leads that a generator makes to the twelve: what two limb leads say about the other four.
// Source: Einthoven's and Goldberger's relations, solved for I and aVF.
using Einthoven.Signals;

namespace Einthoven.Models.Generating;

/// <summary>Orders leads and derives limb leads from I and aVF.</summary>
public static class LeadDerivation
{
    // II = ½ I + aVF, III = −½ I + aVF, aVR = −¾ I − ½ aVF, aVL = ¾ I − ½ aVF.
    private static readonly Dictionary<string, (float OfOne, float OfAvf)> s_limb = new()
    {
        ["II"] = (0.5f, 1),
        ["III"] = (-0.5f, 1),
        ["aVR"] = (-0.75f, -0.5f),
        ["aVL"] = (0.75f, -0.5f),
    };

    /// <summary>The leads that can be had from others, in the customary order where they are the twelve.</summary>
    /// <param name="made">Canonical names of the leads there are.</param>
    public static IReadOnlyList<string> Complete(IReadOnlyList<string> made)
    {
        bool derives = made.Contains("I") && made.Contains("aVF");
        string[] all = [.. LeadNames.Standard12.Where(lead => made.Contains(lead) || (derives && s_limb.ContainsKey(lead)))];
        return [.. all, .. made.Where(lead => !all.Contains(lead))];
    }

    /// <summary>Copies or derives leads.</summary>
    /// <param name="signals">[from, samples] of one recording, in millivolts.</param>
    /// <param name="from">Canonical names of the leads in it.</param>
    /// <param name="to">Canonical names of the leads wanted.</param>
    /// <returns>[to, samples].</returns>
    /// <exception cref="ArgumentException">A lead is neither there nor follows from I and aVF.</exception>
    public static float[] Derive(ReadOnlySpan<float> signals, IReadOnlyList<string> from, IReadOnlyList<string> to)
    {
        int samples = signals.Length / from.Count;
        var result = new float[to.Count * samples];
        for (int k = 0; k < to.Count; k++)
        {
            Span<float> target = result.AsSpan(k * samples, samples);
            int at = Place(from, to[k]);
            if (at >= 0)
            {
                signals.Slice(at * samples, samples).CopyTo(target);
                continue;
            }

            (int one, int foot) = (Place(from, "I"), Place(from, "aVF"));
            if (one < 0 || foot < 0 || !s_limb.TryGetValue(to[k], out (float OfOne, float OfAvf) share))
                throw new ArgumentException($"Lead {to[k]} is not made and does not follow from {string.Join(", ", from)}.");
            for (int t = 0; t < samples; t++)
                target[t] = (share.OfOne * signals[(one * samples) + t]) + (share.OfAvf * signals[(foot * samples) + t]);
        }

        return result;
    }

    private static int Place(IReadOnlyList<string> leads, string name)
    {
        for (int k = 0; k < leads.Count; k++)
            if (leads[k] == name) return k;
        return -1;
    }
}
