// Convolution with kernels as long as the signal, by Fourier transform: one kernel a channel, causal or looking both ways.
namespace Einthoven.Torch;

/// <summary>Long convolutions of [batch, samples, channels] signals. Channels lie innermost, as in the layers around it, so that nothing is transposed.</summary>
public static class LongConvolution
{
    private static readonly Operator s_native = new("einthoven::long_convolution");

    /// <summary>
    /// One circular kernel of a power of two, long enough that nothing wraps around: the causal part from the start, the anticausal part
    /// backwards from the end.
    /// </summary>
    /// <param name="kernels">
    /// [1, channels, samples]: y[t] = Σ K₀[j] u[t−j]; or [2, channels, samples], which adds Σ K₁[j] u[t+1+j].
    /// </param>
    /// <returns>[size, channels].</returns>
    public static Tensor Circular(Tensor kernels)
    {
        using var scope = new Scope();
        long samples = kernels.Size(2), size = Size(samples);
        Tensor causal = kernels.Select(0, 0);                                                     // [channels, samples]
        Tensor whole = kernels.Size(0) == 1
            ? causal.Pad([0, size - samples])
            : Tensor.Cat([causal.Pad([0, size - (2 * samples) + 1]), kernels.Select(0, 1).Narrow(1, 0, samples - 1).Flip(1)], 1);
        return scope.Keep(whole.Transpose(0, 1).Contiguous());
    }

    /// <summary>Samples of the transform for signals of a length.</summary>
    public static long Size(long samples) => (long)System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)Math.Max(4, (2 * samples) - 1));

    /// <summary>[batch, samples, channels] and a circular kernel [size, channels] → [batch, samples, channels].</summary>
    public static Tensor Apply(Tensor signal, Tensor circular) =>
        signal.Device.Type == DeviceType.Cpu && signal.DType == ScalarType.Float32 && s_native.Exists
            ? s_native.Call(signal, circular)
            : Composed(signal, circular);

    /// <summary>The same from libtorch's own transforms, for every type and device.</summary>
    internal static Tensor Composed(Tensor signal, Tensor circular)
    {
        using var scope = new Scope();
        long samples = signal.Size(1), size = circular.Size(0);
        Tensor spectrum = signal.Transpose(1, 2).Rfft(size) * circular.Transpose(0, 1).Rfft(size);   // [batch, channels, size/2 + 1]
        return scope.Keep(spectrum.Irfft(size).Narrow(2, 0, samples).Transpose(1, 2));
    }
}
