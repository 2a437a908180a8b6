// The sizes of the residual network after Wang et al.
using Einthoven.Models.PtbXlBenchmark;

namespace Einthoven.Models.ResNetWang;

/// <summary>Configuration of <see cref="ResNetWangNetwork"/>. The defaults are the benchmark's resnet1d_wang.</summary>
public sealed record ResNetWangConfig
{
    /// <summary>Leads of the input.</summary>
    public int Leads { get; init; } = 12;

    /// <summary>Labels of the output.</summary>
    public int Labels { get; init; } = 71;

    /// <summary>Width of every layer.</summary>
    public int Width { get; init; } = 128;

    /// <summary>Kernel of the first convolution; odd.</summary>
    public int StemKernel { get; init; } = 7;

    /// <summary>Kernels of a block's two convolutions; odd.</summary>
    public IReadOnlyList<int> Kernels { get; init; } = [5, 3];

    /// <summary>Stride of each block.</summary>
    public IReadOnlyList<int> Strides { get; init; } = [1, 2, 2];

    /// <summary>Widths of the head's hidden layers.</summary>
    public IReadOnlyList<int> HeadHidden { get; init; } = [128];

    /// <summary>Dropout before the last layer; half of it before the hidden ones.</summary>
    public double Dropout { get; init; } = 0.5;

    /// <summary>Checks the sizes.</summary>
    /// <exception cref="ArgumentException">A size is out of range; the message names it.</exception>
    public void Validate()
    {
        Sizes.RequireCommon(Leads, Labels, HeadHidden, Dropout);
        Sizes.Require(Width > 0, "width is not positive");
        Sizes.Require(StemKernel > 0 && StemKernel % 2 == 1, "stemKernel is not odd");
        Sizes.Require(Kernels.Count == 2 && Kernels.All(k => k > 0 && k % 2 == 1), "kernels are not two odd numbers");
        Sizes.Require(Strides.Count > 0 && Strides.All(s => s > 0), "strides has no blocks, or a stride that is not positive");
    }
}
