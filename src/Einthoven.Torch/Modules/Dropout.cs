// Dropout that draws from the network's one source.
namespace Einthoven.Torch;

/// <summary>In training, sets elements to zero with probability p and scales the rest by 1 / (1 − p); otherwise nothing.</summary>
public sealed class Dropout : Module
{
    private static readonly Operator s_philoxDropout = new("einthoven::philox_dropout");
    private readonly double _probability;

    /// <summary>Makes a dropout of probability 0 (none) to below 1.</summary>
    public Dropout(double probability)
    {
        if (probability is < 0 or >= 1) throw new ArgumentOutOfRangeException(nameof(probability), probability, "A dropout probability lies in [0, 1).");
        _probability = probability;
    }

    /// <summary>Whether it drops anything now.</summary>
    internal bool IsActive => Training && _probability > 0;

    /// <summary>Any shape → the same shape; one draw an element in row-major order, however many threads there are.</summary>
    public Tensor Forward(Tensor x)
    {
        if (!IsActive) return x;
        IRandomSource random = Random ?? throw new InvalidOperationException("Dropout in training needs a random source: call Train(random).");
        return random is PhiloxRandom philox && IsFast(x) ? Fast(x, philox) : x * DropoutMask.Draw(x.Shape, _probability, random).To(x.Device).To(x.DType);
    }

    // The bridge's own operator draws the same numbers on all threads, and draws them again for the gradient instead of storing them.
    private Tensor Fast(Tensor x, PhiloxRandom philox)
    {
        (ulong seed, ulong stream) = philox.Key;
        ulong position = philox.Skip(((ulong)x.Elements + 3) / 4);
        return s_philoxDropout.Call(x, (long)seed, (long)stream, (long)position, _probability);
    }

    private static bool IsFast(Tensor x) =>
        x.Device.Type == DeviceType.Cpu && (x.DType is ScalarType.Float32 or ScalarType.BFloat16) && s_philoxDropout.Exists;
}

/// <summary>In training, drops whole channels of [batch, samples, channels], one draw a channel and row, constant over time.</summary>
public sealed class ChannelDropout : Module
{
    private readonly double _probability;

    /// <summary>Makes a dropout of probability 0 (none) to below 1.</summary>
    public ChannelDropout(double probability)
    {
        if (probability is < 0 or >= 1) throw new ArgumentOutOfRangeException(nameof(probability), probability, "A dropout probability lies in [0, 1).");
        _probability = probability;
    }

    /// <summary>[batch, samples, channels] → the same shape.</summary>
    public Tensor Forward(Tensor x)
    {
        if (!Training || _probability == 0) return x;
        IRandomSource random = Random ?? throw new InvalidOperationException("Dropout in training needs a random source: call Train(random).");
        return x * DropoutMask.Draw([x.Size(0), 1, x.Size(2)], _probability, random).To(x.Device).To(x.DType);
    }
}

internal static class DropoutMask
{
    /// <summary>0 or 1 / (1 − p), one draw an element in row-major order.</summary>
    internal static Tensor Draw(long[] shape, double probability, IRandomSource random)
    {
        Tensor mask = random.UniformTensor(shape);
        Span<float> elements = mask.AsSpan<float>();
        float p = (float)probability, scale = 1 / (1 - p);
        for (int k = 0; k < elements.Length; k++) elements[k] = elements[k] >= p ? scale : 0;
        return mask;
    }
}
