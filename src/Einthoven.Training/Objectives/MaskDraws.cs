// The random draws that span masking needs, as an interface: a recorded run replays through the same code that a new run draws through.
using Einthoven.Torch;

namespace Einthoven.Training.Objectives;

/// <summary>Draws in the shape of the original's calls, one member a sort of call.</summary>
public interface IMaskDraws
{
    /// <summary>Uniform in [0, 1).</summary>
    double Uniform();

    /// <summary>Integers uniform in [low, high).</summary>
    long[] Integers(long low, long high, int count);

    /// <summary>Normal numbers.</summary>
    double[] Normal(double mean, double deviation, int count);

    /// <summary>Poisson numbers.</summary>
    long[] Poisson(double mean, int count);

    /// <summary>Some of the given numbers, each at most once, in random order.</summary>
    int[] Choose(ReadOnlySpan<int> from, int count);

    /// <summary>An index, each with its probability.</summary>
    int Weighted(ReadOnlySpan<double> probabilities);
}

/// <summary>Mask draws of a new run.</summary>
public sealed class RandomMaskDraws(IRandomSource random) : IMaskDraws
{
    /// <inheritdoc/>
    public double Uniform() => random.Uniform();

    /// <inheritdoc/>
    public long[] Integers(long low, long high, int count)
    {
        long[] drawn = new long[count];
        random.Integers(drawn, high - low);
        for (int k = 0; k < count; k++) drawn[k] += low;
        return drawn;
    }

    /// <inheritdoc/>
    public double[] Normal(double mean, double deviation, int count)
    {
        float[] drawn = new float[count];
        random.Normal(drawn);
        return [.. drawn.Select(z => mean + (deviation * z))];
    }

    /// <inheritdoc/>
    public long[] Poisson(double mean, int count) => [.. Enumerable.Range(0, count).Select(_ => Poisson(mean))];

    /// <inheritdoc/>
    public int[] Choose(ReadOnlySpan<int> from, int count)
    {
        // The first steps of a Fisher–Yates shuffle.
        int[] pool = from.ToArray();
        for (int k = 0; k < count; k++)
        {
            int other = k + (int)random.Integer(pool.Length - k);
            (pool[k], pool[other]) = (pool[other], pool[k]);
        }

        return pool[..count];
    }

    /// <inheritdoc/>
    public int Weighted(ReadOnlySpan<double> probabilities)
    {
        double left = random.Uniform();
        for (int k = 0; k < probabilities.Length; k++)
        {
            left -= probabilities[k];
            if (left < 0) return k;
        }

        // Rounding left a rest: the last index that can be drawn at all.
        int last = probabilities.Length - 1;
        while (probabilities[last] == 0) last--;
        return last;
    }

    // Events of a unit rate until the mean is spent (Knuth, The Art of Computer Programming 2, §3.4.1), in logarithms so that no mean is too large.
    private long Poisson(double mean)
    {
        long events = -1;
        for (double spent = 0; spent <= mean; events++) spent -= Math.Log(1 - random.Uniform());
        return events;
    }
}
