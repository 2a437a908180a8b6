// The S4 layer: long convolution, skip, GELU, a map between channels, optionally gated.
// Source: Gu, Goel, Ré, "Efficiently modeling long sequences with structured state spaces", ICLR 2022, §3.4; the 2022 standalone S4 file.
namespace Einthoven.Torch;

/// <summary>Told of a stage inside a layer, [batch, samples, channels]; the kernel as [kernels, channels, samples].</summary>
public delegate void LayerObserver(string stage, Tensor value);

/// <summary>
/// [batch, samples, width] → the same shape. Names: D [1, width], kernel.kernel.* (an <see cref="S4Kernel"/>), and output_linear.0.weight
/// [2·width, width], output_linear.0.bias [2·width, 1] where gated, else output_linear.weight [width, width], output_linear.bias [width, 1].
/// </summary>
public sealed class S4Layer : Module
{
    private static readonly Operator s_gate = new("aten::glu");
    private readonly S4Kernel _kernel;
    private readonly Tensor _skip;
    private readonly ChannelMap _map;
    private readonly ChannelDropout _dropout;
    private readonly KeptTensor _circular = new();
    private readonly bool _gated;

    /// <summary>Makes a layer with zero parameters.</summary>
    /// <param name="width">Channels.</param>
    /// <param name="states">States of each, even.</param>
    /// <param name="internalLength">The length for which the kernel's C is stored.</param>
    /// <param name="bidirectional">Whether it looks both ways.</param>
    /// <param name="gated">Whether the map has a gate for each output.</param>
    /// <param name="dropout">Probability with which a channel is dropped from a window, between GELU and map.</param>
    public S4Layer(long width, int states, int internalLength, bool bidirectional, bool gated = true, double dropout = 0)
    {
        _gated = gated;
        _skip = Parameter("D", 1, width);
        _kernel = Child("kernel.kernel", new S4Kernel(width, states, internalLength, bidirectional));
        _map = Child(gated ? "output_linear.0" : "output_linear", new ChannelMap(width, gated ? 2 * width : width));
        _dropout = Child("dropout", new ChannelDropout(dropout));
    }

    /// <summary>[batch, samples, width] → the same shape and type.</summary>
    /// <param name="x">Float32.</param>
    /// <param name="compute">Type of the product between channels; convolution and GELU stay in the input's.</param>
    /// <param name="observe">Told of the stages: kernel, conv, conv_plus_D, gelu, linear, glu.</param>
    public Tensor Forward(Tensor x, ScalarType compute = ScalarType.Float32, LayerObserver? observe = null)
    {
        using var scope = new Scope();
        int length = (int)x.Size(1);
        if (observe is not null)
        {
            Tensor kernel = _kernel.Forward(length);
            observe("kernel", kernel);
            observe("conv", LongConvolution.Apply(x, LongConvolution.Circular(kernel)));
        }

        Tensor y = LongConvolution.Apply(x, Circular(length));
        observe?.Invoke("conv_plus_D", y);
        y = y.Gelu();
        observe?.Invoke("gelu", y);
        y = _map.Forward(_dropout.Forward(y).To(compute));
        observe?.Invoke("linear", y);
        if (_gated) y = s_gate.Call(y, -1);
        observe?.Invoke("glu", y);
        return scope.Keep(y.To(x.DType));
    }

    // Kernel and skip as one: D acts like a kernel of one sample. Made once for weights and length where nothing learns.
    private Tensor Circular(int length) => GradMode.IsOn
        ? MakeCircular(length)
        : _circular.Get([_skip, .. _kernel.Inputs], length, () => MakeCircular(length));

    private Tensor MakeCircular(int length)
    {
        using var scope = new Scope();
        Tensor circular = LongConvolution.Circular(_kernel.Forward(length));
        return scope.Keep(Tensor.Cat([circular.Narrow(0, 0, 1) + _skip, circular.Narrow(0, 1, circular.Size(0) - 1)]));
    }

    /// <summary>D standard normal.</summary>
    protected override void InitializeOwn(IRandomSource random) => _skip.CopyFrom(random.NormalTensor(_skip.Shape));

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) _circular.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>A linear map over the last dimension whose bias is a column, as maps over a middle dimension have it.</summary>
internal sealed class ChannelMap : Module
{
    private readonly Tensor _weight;
    private readonly Tensor _bias;

    internal ChannelMap(long inputs, long outputs)
    {
        _weight = Parameter("weight", outputs, inputs);
        _bias = Parameter("bias", outputs, 1);
    }

    /// <summary>[.., inputs] → [.., outputs]; weights are cast inside the graph.</summary>
    internal Tensor Forward(Tensor x) => Linear.Apply(x, _weight.To(x.DType), _bias.To(x.DType).Flatten());

    /// <summary>Uniform in ±1/√inputs.</summary>
    protected override void InitializeOwn(IRandomSource random)
    {
        double bound = 1 / Math.Sqrt(_weight.Size(1));
        _weight.CopyFrom(random.UniformTensor(_weight.Shape, -bound, bound));
        _bias.CopyFrom(random.UniformTensor(_bias.Shape, -bound, bound));
    }
}
