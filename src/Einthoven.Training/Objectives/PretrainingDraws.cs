// The random draws of a pretraining step beside dropout: masks, Gumbel noise, negatives; drawn anew or replayed from a record.
using Einthoven.Torch;

namespace Einthoven.Training.Objectives;

/// <summary>What a mask goes over.</summary>
public enum MaskAxis
{
    /// <summary>Frames, which are predicted.</summary>
    Frames,

    /// <summary>Channels of the projected features.</summary>
    Channels,
}

/// <summary>Where negatives come from.</summary>
public enum NegativeSource
{
    /// <summary>Other masked frames of the same row.</summary>
    SameRow,

    /// <summary>Masked frames of the whole batch.</summary>
    AnyRow,

    /// <summary>Any codeword.</summary>
    Codebook,
}

/// <summary>The draws of one step, asked for in this order: frames, channels, noise, negatives.</summary>
public interface IPretrainingDraws
{
    /// <summary>Masked positions of each row, as <see cref="SpanMasking.Draw"/>.</summary>
    int[][] Mask(MaskAxis axis, SpanMasking masking, int rows, int size, IReadOnlyList<int>? valid);

    /// <summary>Standard Gumbel noise, float32 [rows, entries].</summary>
    Tensor Gumbel(long rows, long entries);

    /// <summary>Integers uniform in [0, bound).</summary>
    long[] Negatives(NegativeSource source, int count, long bound);
}

/// <summary>Draws of a new run.</summary>
public sealed class RandomPretrainingDraws(IRandomSource random) : IPretrainingDraws
{
    // The generator's smallest step. Both ends are kept off 0 and 1, where a logarithm would be infinite: one draw in 16 million is at an
    // end, and a step makes millions of draws. (Half a step would not do: the largest number plus half a step rounds to 1.)
    private const double Step = 1.0 / (1 << 24);

    /// <inheritdoc/>
    public int[][] Mask(MaskAxis axis, SpanMasking masking, int rows, int size, IReadOnlyList<int>? valid) =>
        masking.Draw(new RandomMaskDraws(random), rows, size, valid);

    /// <inheritdoc/>
    public Tensor Gumbel(long rows, long entries)
    {
        using Scope scope = new();
        // −log of an exponential number, which is −log of a uniform one.
        return scope.Keep(-(-random.UniformTensor([rows, entries]).Clamp(Step / 2, 1 - Step).Log()).Log());
    }

    /// <inheritdoc/>
    public long[] Negatives(NegativeSource source, int count, long bound)
    {
        long[] drawn = new long[count];
        random.Integers(drawn, bound);
        return drawn;
    }
}
