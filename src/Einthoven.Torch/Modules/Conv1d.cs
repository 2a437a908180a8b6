// Convolution over time, plain and weight-normed.
namespace Einthoven.Torch;

/// <summary>
/// Convolution over the last dimension of [batch, channels, samples].
/// Names: weight [outputs, inputs / groups, kernel], bias [outputs].
/// </summary>
public sealed class Conv1d : Module
{
    private static readonly Operator s_convolution = new("aten::convolution");

    /// <summary>Makes a convolution with zero weights.</summary>
    public Conv1d(long inputs, long outputs, long kernel, long stride = 1, long padding = 0, long groups = 1, bool bias = true, long dilation = 1)
    {
        (Stride, Padding, Groups, Dilation) = (stride, padding, groups, dilation);
        Weight = Parameter("weight", outputs, inputs / groups, kernel);
        if (bias) Bias = Parameter("bias", outputs);
    }

    /// <summary>[outputs, inputs / groups, kernel].</summary>
    public Tensor Weight { get; }

    /// <summary>[outputs], or null.</summary>
    public Tensor? Bias { get; }

    internal long Stride { get; }

    internal long Padding { get; }

    internal long Groups { get; }

    internal long Dilation { get; }

    /// <summary>[batch, inputs, samples] → [batch, outputs, ⌊(samples + 2·padding − dilation·(kernel − 1) − 1) / stride⌋ + 1].</summary>
    public Tensor Forward(Tensor x) => Apply(x, Weight, Bias, Stride, Padding, Groups, Dilation);

    /// <summary>The same with weights from elsewhere (weight norm, parametrisations).</summary>
    /// <remarks>
    /// The weight is cast to the input's type inside the graph, so that master weights and gradients stay in single precision.
    /// An input in channels-last order takes the two-dimensional kernels, several times faster on a CPU, and stays in that order.
    /// </remarks>
    public static Tensor Apply(Tensor x, Tensor weight, Tensor? bias, long stride = 1, long padding = 0, long groups = 1, long dilation = 1)
    {
        ScalarType type = x.DType;
        weight = weight.To(type);
        bias = bias?.To(type);
        if (!ChannelsLast.Holds(x))
            return s_convolution.Call(x, weight, bias, new[] { stride }, new[] { padding }, new[] { dilation }, false, new[] { 0L }, groups);
        return s_convolution.Call(
            x.Unsqueeze(2), weight.Unsqueeze(2), bias, new[] { 1, stride }, new[] { 0, padding }, new[] { 1, dilation }, false, new[] { 0L, 0L }, groups)
            .Squeeze(2);
    }

    /// <inheritdoc/>
    protected override void PrepareOwn()
    {
        using var scope = new Scope();
        using var noGrad = GradMode.Off();
        Weight.SetData(ChannelsLast.Order(Weight.Detach()));
    }

    /// <summary>Normal with deviation √(2 / (inputs · kernel)); bias 0.</summary>
    protected override void InitializeOwn(IRandomSource random) =>
        Weight.CopyFrom(random.NormalTensor(Weight.Shape, Math.Sqrt(2.0 / (Weight.Size(1) * Weight.Size(2)))));
}
