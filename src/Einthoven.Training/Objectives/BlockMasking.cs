// Masks of long stretches: what an encoder keeps of a window's patches, and what is to be predicted.
// Source: Weimann and Conrad, arXiv 2410.13867; kweimann/ECG-JEPA, data/masks.py.
using Einthoven.Torch;

namespace Einthoven.Training.Objectives;

/// <summary>The draws of a mask, so that recorded ones can be replayed.</summary>
public interface IBlockDraws
{
    /// <summary>Which interval, with a probability in proportion to its length.</summary>
    int Interval(IReadOnlyList<int> lengths);

    /// <summary>An integer from low up to but without a bound.</summary>
    int Integer(int low, int bound);

    /// <summary>One of the values, each as likely.</summary>
    int OneOf(IReadOnlyList<int> values);
}

/// <summary>New draws.</summary>
public sealed class RandomBlockDraws(IRandomSource random) : IBlockDraws
{
    /// <inheritdoc/>
    public int Interval(IReadOnlyList<int> lengths)
    {
        int at = (int)random.Integer(lengths.Sum()), chosen = 0;
        while (at >= lengths[chosen]) at -= lengths[chosen++];
        return chosen;
    }

    /// <inheritdoc/>
    public int Integer(int low, int bound) => low + (int)random.Integer(bound - low);

    /// <inheritdoc/>
    public int OneOf(IReadOnlyList<int> values) => values[(int)random.Integer(values.Count)];
}

/// <summary>Which patches of each window are kept and which are masked; all rows keep as many.</summary>
/// <param name="Kept">Of each row, ascending.</param>
/// <param name="Masked">Of each row, ascending: all others.</param>
public sealed record PatchSplit(IReadOnlyList<int[]> Kept, IReadOnlyList<int[]> Masked)
{
    /// <summary>The kept positions, Int64 [batch, kept].</summary>
    public Tensor KeptOn(Device device) => On(Kept, device);

    /// <summary>The masked positions, Int64 [batch, masked].</summary>
    public Tensor MaskedOn(Device device) => On(Masked, device);

    private static Tensor On(IReadOnlyList<int[]> rows, Device device) =>
        Tensor.From([.. rows.SelectMany(row => row.Select(p => (long)p))], rows.Count, rows[0].Length).To(device);
}

/// <summary>How masks of stretches are drawn; the defaults are the published ones.</summary>
public sealed record BlockMasking
{
    /// <summary>Smallest share of the patches that is kept.</summary>
    public double KeepLow { get; init; } = 0.15;

    /// <summary>Largest share; each batch draws one between the two.</summary>
    public double KeepHigh { get; init; } = 0.25;

    /// <summary>Patches of the shortest masked stretch.</summary>
    public int MinimumBlock { get; init; } = 10;

    /// <summary>Patches that are kept at a share.</summary>
    public static int KeptAt(double share, int patches) => (int)Math.Ceiling(share * patches);

    /// <summary>A share and a mask for every row of a batch.</summary>
    /// <exception cref="ArgumentException">The settings leave nothing to keep or less than a stretch to mask.</exception>
    public PatchSplit Draw(int batch, int patches, IRandomSource random)
    {
        int keep = KeptAt(KeepLow + ((KeepHigh - KeepLow) * random.Uniform()), patches);
        var draws = new RandomBlockDraws(random);
        int[][] kept = [.. Enumerable.Range(0, batch).Select(_ => Kept(patches, keep, draws))];
        return new(kept, [.. kept.Select(k => Others(k, patches))]);
    }

    /// <summary>One row's mask: stretches are taken out of what is left until only so many patches remain.</summary>
    /// <returns>What is kept, ascending.</returns>
    /// <exception cref="ArgumentException">There is nothing to keep or less than a stretch to mask.</exception>
    public int[] Kept(int patches, int keep, IBlockDraws draws)
    {
        int hidden = patches - keep;
        if (keep < 1 || hidden < MinimumBlock)
            throw new ArgumentException($"Of {patches} patches {keep} would be kept and {hidden} masked; at least one must be kept and {MinimumBlock} masked. Change the shares or the shortest stretch.");
        List<(int Start, int End)> open = [(0, patches)];
        for (int done = 0; done < hidden;)
        {
            int chosen = draws.Interval([.. open.Select(i => i.End - i.Start)]);
            (int start, int end) = open[chosen];
            open.RemoveAt(chosen);
            int left = hidden - done, block = left >= MinimumBlock ? draws.Integer(MinimumBlock, left + 1) : left;
            if (end - start <= block)
            {
                done += end - start;
                continue;
            }

            // What is too short to stand alone is attached to a stretch beside it.
            int first = left >= MinimumBlock ? draws.Integer(start, end - block + 1)
                : draws.OneOf([.. Sides(start, end, block, patches)]);
            open.Add((start, first));
            open.Add((first + block, end));
            done += block;
        }

        return [.. open.SelectMany(i => Enumerable.Range(i.Start, i.End - i.Start)).Order()];
    }

    /// <summary>The patches that are not among those given, ascending.</summary>
    public static int[] Others(IReadOnlyCollection<int> kept, int patches)
    {
        var seen = new bool[patches];
        foreach (int patch in kept) seen[patch] = true;
        return [.. Enumerable.Range(0, patches).Where(p => !seen[p])];
    }

    private static IEnumerable<int> Sides(int start, int end, int block, int patches)
    {
        if (start > 0) yield return start;
        if (end < patches) yield return end - block;
    }
}
