// A convolution with what follows it, its kernel laid out once for this processor: for inference of single windows.
// libtorch sends the convolution of one window to BLAS, which packs the kernel at every call and, where it does not know the processor, uses half its vectors;
// with a single window packing is as much work as a good part of the products.
namespace Einthoven.Torch;

/// <summary>Convolution, batch norm by its running statistics, and perhaps ReLU, as one operation of oneDNN. Its weights do not follow those it was made of.</summary>
public sealed class PackedConvolution : IDisposable
{
    private static readonly Operator s_pack = new("mkldnn_prepacked::conv2d_prepack");
    private static readonly Operator s_run = new("mkldnn_prepacked::conv2d_run");
    private readonly OpaqueValue _weights;

    private PackedConvolution(OpaqueValue weights) => _weights = weights;

    /// <summary>Whether this libtorch can pack, and would use what is packed: one window in single precision on the CPU, and nothing recorded for gradients.</summary>
    /// <param name="x">[1, channels, samples].</param>
    public static bool Suits(Tensor x) =>
        x.Size(0) == 1 && !GradMode.IsOn && x.DType == ScalarType.Float32 && x.Device.Type == DeviceType.Cpu && s_pack.Exists && s_run.Exists;

    /// <summary>Packs.</summary>
    /// <param name="convolution">The convolution, without bias.</param>
    /// <param name="norm">The norm behind it, in evaluation mode.</param>
    /// <param name="relu">Whether ReLU comes last.</param>
    /// <param name="shape">[1, inputs, samples]: what the layout is best for; other lengths work too.</param>
    public static PackedConvolution Fold(Conv1d convolution, BatchNorm1d norm, bool relu, long[] shape)
    {
        using var scope = new Scope();
        using var noGrad = GradMode.Off();
        (Tensor gain, Tensor offset) = norm.AsLine();
        Tensor weight = ChannelsLast.Order(convolution.Weight.Detach() * gain.Unsqueeze(1).Unsqueeze(2));   // [outputs, inputs / groups, kernel]
        return new(s_pack.CallOpaque(
            weight.Unsqueeze(2), offset, new[] { 1, convolution.Stride }, new[] { 0, convolution.Padding }, new[] { 1, convolution.Dilation },
            convolution.Groups, new[] { shape[0], shape[1], 1, shape[2] }, relu ? "relu" : "none"));
    }

    /// <summary>[1, inputs, samples] → [1, outputs, samples as the convolution has it], in channels-last order.</summary>
    public Tensor Forward(Tensor x) => s_run.Call(x.Unsqueeze(2), _weights).Squeeze(2);

    /// <inheritdoc/>
    public void Dispose() => _weights.Dispose();
}
