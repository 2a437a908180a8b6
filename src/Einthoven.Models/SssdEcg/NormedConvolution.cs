// A weight-normed convolution over channels-innermost signals, with the start that the published programs really have.
using Einthoven.Torch;

namespace Einthoven.Models.SssdEcg;

/// <summary>[batch, samples, inputs] → [batch, samples, outputs]. Names: those of a <see cref="WeightNormConv1d"/>.</summary>
internal sealed class NormedConvolution : Module
{
    private readonly WeightNormConv1d _convolution;
    private readonly bool _pointwise;

    internal NormedConvolution(int inputs, int outputs, int kernel = 1)
    {
        _pointwise = kernel == 1;
        _convolution = Child("", new WeightNormConv1d(inputs, outputs, kernel, normDimension: 0, padding: kernel / 2));
    }

    /// <summary>Computes in the input's type.</summary>
    internal Tensor Forward(Tensor x)
    {
        if (!_pointwise) return _convolution.Forward(x.Transpose(1, 2)).Transpose(1, 2);
        return Linear.Apply(x, _convolution.Weight().Squeeze(2).To(x.DType), _convolution.Bias.To(x.DType));
    }

    /// <summary>A plain convolution's start, uniform in ±1/√(inputs · kernel), with g = ‖v‖: the He start in the published code acts on a copy.</summary>
    protected override void InitializeOwn(IRandomSource random)
    {
        Tensor direction = _convolution.Direction;
        double bound = 1 / Math.Sqrt(direction.Size(1) * direction.Size(2));
        direction.CopyFrom(random.UniformTensor(direction.Shape, -bound, bound));
        _convolution.Gain.CopyFrom(direction.Norm([1, 2], keepDimensions: true));
        _convolution.Bias.CopyFrom(random.UniformTensor(_convolution.Bias.Shape, -bound, bound));
    }
}
