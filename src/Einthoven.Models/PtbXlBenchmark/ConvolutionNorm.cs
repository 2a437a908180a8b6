// Convolution without bias and batch norm, under the names that each network of the PTB-XL benchmark gives them.
using Einthoven.Torch;

namespace Einthoven.Models.PtbXlBenchmark;

/// <summary>Convolution, then norm; ReLU where asked. By default the two are called 0 and 1.</summary>
internal sealed class ConvolutionNorm : Module
{
    private readonly Conv1d _convolution;
    private readonly BatchNorm1d _norm;

    internal ConvolutionNorm(int inputs, int outputs, int kernel, int stride = 1, int? padding = null, string convolution = "0", string norm = "1")
    {
        _convolution = Child(convolution, new Conv1d(inputs, outputs, kernel, stride, padding ?? (kernel - 1) / 2, bias: false));
        _norm = Child(norm, new BatchNorm1d(outputs));
    }

    internal Tensor Forward(Tensor x) => _norm.Forward(_convolution.Forward(x));
}
