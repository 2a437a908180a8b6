// Masks of spans: which frames, or channels, the encoder does not see.
// Source: Baevski et al., "wav2vec 2.0", NeurIPS 2020, §3.1; fairseq-signals, data/data_utils.py, compute_mask_indices.
namespace Einthoven.Training.Objectives;

/// <summary>How long spans are.</summary>
public enum SpanLengths
{
    /// <summary>All of the same length.</summary>
    Static,

    /// <summary>Uniform from <see cref="SpanMasking.Other"/> to twice the length, both included.</summary>
    Uniform,

    /// <summary>Normal around the length with deviation <see cref="SpanMasking.Other"/>, rounded, at least 1.</summary>
    Normal,

    /// <summary>Poisson with the length as its mean.</summary>
    Poisson,
}

/// <summary>How rows come to have equally many masked positions.</summary>
public enum MaskEqualization
{
    /// <summary>As published: every row keeps as many as the row with the fewest, so that large batches mask less (35 % instead of 49 %).</summary>
    Smallest,

    /// <summary>Every row has the rounded mean: some lose positions, some gain single ones, and the share does not depend on the batch.</summary>
    Mean,
}

/// <summary>A rule of span masking. Defaults: the published recipe for frames.</summary>
public sealed record SpanMasking
{
    /// <summary>Spans × length as a share of the positions, before spans overlap; 0: nothing is masked.</summary>
    public double Probability { get; init; } = 0.65;

    /// <summary>Length of a span, or what its distribution is built on.</summary>
    public int Length { get; init; } = 10;

    /// <summary>How lengths are drawn.</summary>
    public SpanLengths Selection { get; init; }

    /// <summary>Second number of the lengths' distribution.</summary>
    public double Other { get; init; }

    /// <summary>Spans that every row has at least.</summary>
    public int MinimumSpans { get; init; } = 2;

    /// <summary>Whether spans keep apart.</summary>
    public bool NoOverlap { get; init; }

    /// <summary>Positions between spans that keep apart.</summary>
    public int MinimumSpace { get; init; } = 1;

    /// <summary>How rows come to have equally many masked positions.</summary>
    public MaskEqualization Equalization { get; init; }

    /// <summary>Draws the masked positions of each row, in ascending order, equally many in every row.</summary>
    /// <param name="draws">Where draws come from.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="size">Positions of a row.</param>
    /// <param name="valid">Positions of each row that may be masked, from the first; null: all.</param>
    /// <exception cref="ArgumentException">A row is too short for its spans.</exception>
    public int[][] Draw(IMaskDraws draws, int rows, int size, IReadOnlyList<int>? valid = null)
    {
        // Drawn also where every row draws its own, as the original does.
        int common = Spans(size, draws.Uniform());
        int[][] masked = new int[rows][];
        for (int row = 0; row < rows; row++)
        {
            int positions = valid?[row] ?? size;
            int spans = valid == null ? common : Spans(positions, draws.Uniform());
            masked[row] = Row(draws, positions, spans);
        }

        Equalize(draws, masked, size, valid);
        return masked;
    }

    private int Spans(int positions, double draw) => Math.Max(MinimumSpans, (int)((Probability * positions / Length) + draw));

    private int[] Row(IMaskDraws draws, int positions, int spans)
    {
        // The original fails here, where a channel mask happens to have no span.
        if (spans == 0) return [];
        long[] lengths = Lengths(draws, spans);
        if (lengths.Sum() == 0) lengths[0] = Math.Min(Length, positions - 1);
        SortedSet<int> masked = [];
        if (NoOverlap) PlaceApart(draws, positions, lengths, masked);
        else Place(draws, positions, lengths, masked);
        return [.. masked];
    }

    private long[] Lengths(IMaskDraws draws, int spans) => Selection switch
    {
        SpanLengths.Uniform => draws.Integers((long)Other, (2L * Length) + 1, spans),
        SpanLengths.Normal => [.. draws.Normal(Length, Other, spans).Select(x => Math.Max(1, (long)Math.Round(x)))],
        SpanLengths.Poisson => draws.Poisson(Length, spans),
        _ => [.. Enumerable.Repeat((long)Length, spans)],
    };

    private static void Place(IMaskDraws draws, int positions, long[] lengths, SortedSet<int> masked)
    {
        long shortest = lengths.Min();
        if (positions - shortest <= lengths.Length) shortest = positions - lengths.Length - 1;
        if (shortest < 0) throw new ArgumentException($"{positions} positions are too few for {lengths.Length} masked spans: give longer windows, or fewer spans.");
        int[] starts = draws.Choose(Range(0, positions - (int)shortest), lengths.Length);
        for (int span = 0; span < starts.Length; span++) Mask(masked, starts[span], lengths[span], positions);
    }

    private void PlaceApart(IMaskDraws draws, int positions, long[] lengths, SortedSet<int> masked)
    {
        long shortest = lengths.Min();
        List<(long Start, long End)> parts = [(0, positions)];
        foreach (long length in lengths.OrderDescending())
        {
            long[] room = [.. parts.Select(p => p.End - p.Start >= length + MinimumSpace ? p.End - p.Start : 0)];
            long total = room.Sum();
            if (total == 0) break;
            int chosen = draws.Weighted([.. room.Select(r => r / (double)total)]);
            (long first, long end) = parts[chosen];
            parts.RemoveAt(chosen);
            long start = draws.Integers(first, end - length, 1)[0];
            Mask(masked, start, length, positions);
            if (start - first - MinimumSpace >= shortest) parts.Add((first, start - MinimumSpace + 1));
            if (end - start - shortest - MinimumSpace > shortest) parts.Add((start + length + MinimumSpace, end));
        }
    }

    private void Equalize(IMaskDraws draws, int[][] masked, int size, IReadOnlyList<int>? valid)
    {
        int count = Equalization == MaskEqualization.Smallest
            ? masked.Min(m => m.Length)
            : Math.Min((int)Math.Round(masked.Average(m => m.Length)), valid?.Min() ?? size);
        for (int row = 0; row < masked.Length; row++)
        {
            int[] own = masked[row];
            if (own.Length == count) continue;
            int[] kept = own.Length > count
                ? draws.Choose(own, count)
                : [.. own, .. draws.Choose([.. Range(0, valid?[row] ?? size).Except(own)], count - own.Length)];
            masked[row] = [.. kept.Order()];
        }
    }

    private static void Mask(SortedSet<int> masked, long start, long length, int positions)
    {
        for (long position = start; position < Math.Min(start + length, positions); position++) masked.Add((int)position);
    }

    private static int[] Range(int from, int to) => [.. Enumerable.Range(from, to - from)];
}
