// Dropout that draws from the network's one source.
namespace Einthoven.Torch;

/// <summary>In training, sets elements to zero with probability p and scales the rest by 1 / (1 − p); otherwise nothing.</summary>
public sealed class Dropout : Module
{
    private readonly double _probability;

    /// <summary>Makes a dropout of probability 0 (none) to below 1.</summary>
    public Dropout(double probability)
    {
        if (probability is < 0 or >= 1) throw new ArgumentOutOfRangeException(nameof(probability), probability, "A dropout probability lies in [0, 1).");
        _probability = probability;
    }

    /// <summary>Any shape → the same shape.</summary>
    public Tensor Forward(Tensor x) => Training && _probability > 0 ? x * Mask(x.Shape).To(x.Device).To(x.DType) : x;

    /// <summary>0 or 1 / (1 − p), one draw an element in row-major order.</summary>
    private Tensor Mask(long[] shape)
    {
        IRandomSource random = Random ?? throw new InvalidOperationException("Dropout in training needs a random source: call Train(random).");
        Tensor mask = random.UniformTensor(shape);
        Span<float> elements = mask.AsSpan<float>();
        float p = (float)_probability, scale = 1 / (1 - p);
        for (int k = 0; k < elements.Length; k++) elements[k] = elements[k] >= p ? scale : 0;
        return mask;
    }
}
