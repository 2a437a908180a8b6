// Masks of several blocks: a few target blocks, and a large context block less all targets.
// Sources: Assran et al., CVPR 2023, §3; in the form of Al-Masud and Strodthoff, arXiv 2605.12241, mask/jepa_multiblock_mask.py.
using Einthoven.Torch;

namespace Einthoven.Training.Objectives.Study;

/// <summary>The masks of a batch.</summary>
/// <param name="Length">Positions of a row.</param>
/// <param name="Targets">[row][block][position]: what is predicted; blocks of a row may overlap.</param>
/// <param name="Contexts">[row][block][position]: what is seen.</param>
public sealed record MultiBlockMask(int Length, IReadOnlyList<bool[][]> Targets, IReadOnlyList<bool[][]> Contexts)
{
    /// <summary>Positions outside every context block: the mask vector takes their place.</summary>
    public IEnumerable<(int Row, int Position)> Hidden =>
        from row in Enumerable.Range(0, Contexts.Count)
        from position in Enumerable.Range(0, Length)
        where !Contexts[row].Any(block => block[position])
        select (row, position);

    /// <summary>1 where a position is hidden, float32 [rows, positions].</summary>
    public Tensor HiddenOn(Device device)
    {
        var hidden = new float[Contexts.Count * Length];
        foreach ((int row, int position) in Hidden) hidden[(row * Length) + position] = 1;
        return Tensor.From(hidden, Contexts.Count, Length).To(device);
    }

    /// <summary>How many target blocks each position lies in, float32 [rows, positions].</summary>
    public Tensor TargetCounts(Device device) =>
        Tensor.From([.. Targets.SelectMany(blocks => Enumerable.Range(0, Length).Select(p => (float)blocks.Count(b => b[p])))], Targets.Count, Length).To(device);
}

/// <summary>How such masks are drawn; the defaults are the published ones.</summary>
public sealed record MultiBlockMasking
{
    /// <summary>Smallest length of a context block as a share of the positions.</summary>
    public double ContextLow { get; init; } = 0.85;

    /// <summary>Its largest length.</summary>
    public double ContextHigh { get; init; } = 1;

    /// <summary>Smallest length of a target block.</summary>
    public double TargetLow { get; init; } = 0.15;

    /// <summary>Its largest length.</summary>
    public double TargetHigh { get; init; } = 0.2;

    /// <summary>Context blocks of a row.</summary>
    public int ContextBlocks { get; init; } = 1;

    /// <summary>Target blocks of a row.</summary>
    public int TargetBlocks { get; init; } = 4;

    /// <summary>
    /// Positions that every block has at least. The published 64 makes every target block of 300 positions 64 long, for a fifth of them is 60.
    /// </summary>
    public int MinimumKept { get; init; } = 64;

    /// <summary>Whether the context keeps what lies in target blocks.</summary>
    public bool AllowOverlap { get; init; }

    /// <summary>Lengths of target and context blocks, the same for a whole batch.</summary>
    /// <param name="targetDraw">Uniform in [0, 1).</param>
    /// <param name="contextDraw">Uniform in [0, 1).</param>
    /// <param name="length">Positions of a row.</param>
    public (int Target, int Context) BlockLengths(double targetDraw, double contextDraw, int length)
    {
        return (Of(TargetLow, TargetHigh, targetDraw), Of(ContextLow, ContextHigh, contextDraw));

        int Of(double low, double high, double draw) => Math.Min(Math.Max(MinimumKept, (int)(length * (low + ((high - low) * draw)))), length - 1);
    }

    /// <summary>Masks for every row. Block lengths are one pair for the batch; the last position is never in a block.</summary>
    public MultiBlockMask Draw(int rows, int length, IRandomSource random)
    {
        float targetDraw = random.Uniform(), contextDraw = random.Uniform();
        (int Target, int Context) lengths = BlockLengths(targetDraw, contextDraw, length);
        int[][] targets = Starts(TargetBlocks, lengths.Target), contexts = Starts(ContextBlocks, lengths.Context);
        return Make(length, lengths, targets, contexts, (_, _) => random.Permutation(length)[..Math.Min(MinimumKept, length)]);

        int[][] Starts(int blocks, int block) =>
            [.. Enumerable.Range(0, rows).Select(_ => Enumerable.Range(0, blocks).Select(_ => (int)random.Integer(length - block)).ToArray())];
    }

    /// <summary>Masks from drawn starts.</summary>
    /// <param name="length">Positions of a row.</param>
    /// <param name="lengths">Of target and context blocks.</param>
    /// <param name="targetStarts">[row][block].</param>
    /// <param name="contextStarts">[row][block].</param>
    /// <param name="instead">
    /// Positions of the whole row that take the place of a context block of which too little is left, by row and block; as published they may
    /// lie inside targets.
    /// </param>
    public MultiBlockMask Make(int length, (int Target, int Context) lengths, int[][] targetStarts, int[][] contextStarts, Func<int, int, int[]> instead)
    {
        bool[][][] targets = [.. targetStarts.Select(starts => starts.Select(s => Range(s, lengths.Target)).ToArray())];
        bool[][][] contexts = [.. contextStarts.Select((starts, row) => starts.Select((s, block) => Context(row, block, s)).ToArray())];
        return new(length, targets, contexts);

        bool[] Context(int row, int block, int start)
        {
            bool[] seen = Range(start, lengths.Context);
            if (!AllowOverlap)
            {
                foreach (bool[] target in targets[row])
                    for (int p = 0; p < length; p++) seen[p] &= !target[p];
            }

            if (seen.Count(s => s) >= MinimumKept) return seen;
            seen = new bool[length];
            foreach (int position in instead(row, block)) seen[position] = true;
            return seen;
        }

        bool[] Range(int start, int count)
        {
            var row = new bool[length];
            row.AsSpan(start, count).Fill(true);
            return row;
        }
    }
}

/// <summary>Masks of spans around drawn midpoints (mask/base.py of the same study).</summary>
public sealed record MidpointSpans
{
    /// <summary>Positions of a span.</summary>
    public int Span { get; init; } = 10;

    /// <summary>Expected share of masked positions before spans overlap: each position is a midpoint with this share over the span.</summary>
    public double Share { get; init; } = 0.065;

    /// <summary>Midpoints and the spans around them.</summary>
    public bool[] Draw(int length, IRandomSource random)
    {
        var draws = new float[length];
        random.Uniform(draws);
        return Around([.. draws.Select(d => d < Share / Span)]);
    }

    /// <summary>
    /// An even span reaches one position further forward than back. As published spans end before the last position, which is masked only
    /// where it is a midpoint itself.
    /// </summary>
    public bool[] Around(bool[] midpoints)
    {
        bool[] masked = [.. midpoints];
        int back = Span % 2 == 0 ? (Span / 2) - 1 : (Span - 1) / 2, forward = Span / 2;
        for (int middle = 0; middle < midpoints.Length; middle++)
        {
            if (!midpoints[middle]) continue;
            for (int p = Math.Max(0, middle - back); p <= Math.Min(midpoints.Length - 2, middle + forward); p++) masked[p] = true;
        }

        return masked;
    }
}
