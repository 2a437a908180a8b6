// The draws of the augmentations of self-supervised learning: taken anew, or replayed from a record.
using Einthoven.Torch;

namespace Einthoven.Training.Augmentation;

/// <summary>Where an operation's draws come from, asked for in the published order.</summary>
public interface ISignalDraws
{
    /// <summary>A number uniform in [low, high).</summary>
    double Uniform(double low, double high);

    /// <summary>An integer uniform in [0, bound).</summary>
    int Integer(int bound);

    /// <summary>−1 or 1.</summary>
    int Sign();

    /// <summary>So many different integers of [0, bound), in any order.</summary>
    int[] Choose(int count, int bound);

    /// <summary>Fills with standard normal numbers.</summary>
    void Normal(Span<float> destination);
}

/// <summary>Draws of a new run.</summary>
internal sealed class RandomSignalDraws(IRandomSource random) : ISignalDraws
{
    public double Uniform(double low, double high) => low + ((high - low) * random.Uniform());

    public int Integer(int bound) => (int)random.Integer(Math.Max(1, bound));

    public int Sign() => random.Integer(2) == 0 ? -1 : 1;

    public int[] Choose(int count, int bound) => random.Permutation(bound)[..count];

    public void Normal(Span<float> destination) => random.Normal(destination);
}
