// Convolution and pooling whose output has ⌈samples / stride⌉ positions, padded with zeros unevenly where the padding is odd.
// Source: PKUDigitalHealth/ECGFounder, net1d.py (MyConv1dPadSame, MyMaxPool1dPadSame).
using Einthoven.Torch;

namespace Einthoven.Models.EcgFounder;

/// <summary>A convolution under the published names conv.weight and conv.bias, with the odd zero of the padding at the end.</summary>
internal sealed class SameConvolution : Module
{
    private readonly Conv1d _convolution;
    private readonly int _kernel;
    private readonly int _stride;
    private readonly int _groups;

    internal SameConvolution(int inputs, int outputs, int kernel, int stride = 1, int groups = 1)
    {
        (_kernel, _stride, _groups) = (kernel, stride, groups);
        _convolution = Child("conv", new Conv1d(inputs, outputs, kernel, stride, groups: groups));
    }

    /// <summary>[windows, inputs, samples] → [windows, outputs, ⌈samples / stride⌉]; channels-last order is kept.</summary>
    internal Tensor Forward(Tensor x)
    {
        if (_kernel * _stride * _groups == 1 && ChannelsLast.Holds(x)) return Pointwise(x);
        long samples = x.Size(2), positions = (samples + _stride - 1) / _stride;
        long padding = Math.Max(0, ((positions - 1) * _stride) + _kernel - samples), left = padding / 2;
        if (padding % 2 == 1) x = SamePadding.Time(x, 0, 1);
        return Conv1d.Apply(x, _convolution.Weight, _convolution.Bias, _stride, left, _groups);
    }

    // In channels-last order a kernel of 1 is one matrix product, without the copies that a convolution makes.
    private Tensor Pointwise(Tensor x)
    {
        ScalarType type = x.DType;
        return Linear.Apply(x.Transpose(1, 2), _convolution.Weight.Squeeze(2).To(type), _convolution.Bias!.To(type)).Transpose(1, 2);
    }

    /// <summary>PyTorch's own start: weights and biases uniform in ±1/√(inputs · kernel / groups).</summary>
    protected override void InitializeOwn(IRandomSource random)
    {
        double bound = 1 / Math.Sqrt(_convolution.Weight.Size(1) * _convolution.Weight.Size(2));
        _convolution.Weight.CopyFrom(random.UniformTensor(_convolution.Weight.Shape, -bound, bound));
        _convolution.Bias!.CopyFrom(random.UniformTensor(_convolution.Bias.Shape, -bound, bound));
    }
}

/// <summary>Maximum pooling with the stride as kernel; the padding counts as zero, not as minus infinity.</summary>
internal static class SamePooling
{
    /// <summary>[windows, channels, samples] → [windows, channels, ⌈samples / stride⌉].</summary>
    internal static Tensor Max(Tensor x, int stride)
    {
        int padding = stride - 1, left = padding / 2;
        // A padding that no whole window reaches changes nothing.
        bool isUnused = left == 0 && x.Size(2) % stride == 0;
        return Pool1d.Max(isUnused ? x : SamePadding.Time(x, left, padding - left), stride, stride);
    }
}

/// <summary>Zeros before and after a dimension of [windows, channels, samples], in the memory order that the input has.</summary>
internal static class SamePadding
{
    internal static Tensor Time(Tensor x, long before, long after) => Pad(x, before, after, 0, 0);

    internal static Tensor Channels(Tensor x, long before, long after) => Pad(x, 0, 0, before, after);

    private static Tensor Pad(Tensor x, long first, long last, long front, long behind) =>
        ChannelsLast.Holds(x)
            ? x.Unsqueeze(2).Pad([first, last, 0, 0, front, behind]).Squeeze(2)
            : x.Pad([first, last, front, behind]);
}
