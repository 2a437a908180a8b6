// The one door for every random draw: initial weights, dropout, masks, negatives, augmentation, order of records.
namespace Einthoven.Torch;

/// <summary>
/// A source of random draws. Everything random comes through one of these, so that a run can be recorded, replayed and resumed exactly.
/// </summary>
public interface IRandomSource
{
    /// <summary>Fills with numbers uniform in [0, 1).</summary>
    void Uniform(Span<float> destination);

    /// <summary>Fills with standard normal numbers.</summary>
    void Normal(Span<float> destination);

    /// <summary>Fills with integers uniform in [0, bound).</summary>
    void Integers(Span<long> destination, long bound);
}

/// <summary>Single draws and tensors from a random source.</summary>
public static class RandomSourceExtensions
{
    /// <summary>One number uniform in [0, 1).</summary>
    public static float Uniform(this IRandomSource random)
    {
        Span<float> one = stackalloc float[1];
        random.Uniform(one);
        return one[0];
    }

    /// <summary>One standard normal number.</summary>
    public static float Normal(this IRandomSource random)
    {
        Span<float> one = stackalloc float[1];
        random.Normal(one);
        return one[0];
    }

    /// <summary>One integer uniform in [0, bound).</summary>
    public static long Integer(this IRandomSource random, long bound)
    {
        Span<long> one = stackalloc long[1];
        random.Integers(one, bound);
        return one[0];
    }

    /// <summary>The numbers 0 to n − 1 in random order (Fisher–Yates).</summary>
    public static int[] Permutation(this IRandomSource random, int n)
    {
        var order = new int[n];
        for (int k = 0; k < n; k++) order[k] = k;
        for (int k = n - 1; k > 0; k--)
        {
            int j = (int)random.Integer(k + 1);
            (order[k], order[j]) = (order[j], order[k]);
        }
        return order;
    }

    /// <summary>A CPU tensor of numbers uniform in [low, high).</summary>
    public static Tensor UniformTensor(this IRandomSource random, ReadOnlySpan<long> shape, double low = 0, double high = 1)
    {
        Tensor tensor = Tensor.Empty(shape);
        Span<float> elements = tensor.AsSpan<float>();
        random.Uniform(elements);
        float scale = (float)(high - low), offset = (float)low;
        if (scale != 1 || offset != 0)
            for (int k = 0; k < elements.Length; k++) elements[k] = (elements[k] * scale) + offset;
        return tensor;
    }

    /// <summary>A CPU tensor of normal numbers with mean 0.</summary>
    public static Tensor NormalTensor(this IRandomSource random, ReadOnlySpan<long> shape, double deviation = 1)
    {
        Tensor tensor = Tensor.Empty(shape);
        Span<float> elements = tensor.AsSpan<float>();
        random.Normal(elements);
        float scale = (float)deviation;
        for (int k = 0; k < elements.Length; k++) elements[k] *= scale;
        return tensor;
    }
}
