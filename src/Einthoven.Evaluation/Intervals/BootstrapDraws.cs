// Which items a bootstrap draws: a counter-based generator, so that draw b of a seed is the same whoever asks, in any order.
namespace Einthoven.Evaluation.Intervals;

/// <summary>
/// Draws of n from n items with replacement. Item i of resample b is ⌊u·n⌋ with u = (z ≫ 11)·2⁻⁵³, z the finaliser of SplitMix64 (Steele,
/// Lea and Flood, OOPSLA 2014) of seed + (b·n + i + 1)·0x9E3779B97F4A7C15.
/// </summary>
/// <param name="seed">Same seed, same draws.</param>
/// <param name="items">Number of items, at least 0.</param>
public sealed class BootstrapDraws(ulong seed, int items)
{
    /// <summary>The item at a place of a resample.</summary>
    public int this[int resample, int place] =>
        (int)((Mix(seed + ((((ulong)resample * (ulong)items) + (ulong)place + 1) * 0x9E3779B97F4A7C15)) >> 11) * (1.0 / (1L << 53)) * items);

    /// <summary>How often a resample holds each item.</summary>
    /// <param name="resample">Which, from 0.</param>
    /// <param name="times">[items], overwritten.</param>
    public void Count(int resample, Span<int> times)
    {
        times.Clear();
        for (int place = 0; place < items; place++) times[this[resample, place]]++;
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
