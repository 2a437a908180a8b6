// The sizes of the fully convolutional network after Wang et al.
using Einthoven.Models.PtbXlBenchmark;

namespace Einthoven.Models.FcnWang;

/// <summary>Configuration of <see cref="FcnWangNetwork"/>. The defaults are the benchmark's fcn_wang.</summary>
public sealed record FcnWangConfig
{
    /// <summary>Leads of the input.</summary>
    public int Leads { get; init; } = 12;

    /// <summary>Labels of the output.</summary>
    public int Labels { get; init; } = 71;

    /// <summary>Widths of the convolutions.</summary>
    public IReadOnlyList<int> Filters { get; init; } = [128, 256, 128];

    /// <summary>Their kernels. An even one shortens the signal by a sample, as published.</summary>
    public IReadOnlyList<int> Kernels { get; init; } = [8, 5, 3];

    /// <summary>Widths of the head's hidden layers.</summary>
    public IReadOnlyList<int> HeadHidden { get; init; } = [128];

    /// <summary>Dropout before the last layer; half of it before the hidden ones.</summary>
    public double Dropout { get; init; } = 0.5;

    /// <summary>Checks the sizes.</summary>
    /// <exception cref="ArgumentException">A size is out of range; the message names it.</exception>
    public void Validate()
    {
        Sizes.RequireCommon(Leads, Labels, HeadHidden, Dropout);
        Sizes.Require(Filters.Count > 0 && Filters.All(w => w > 0), "filters has none, or one that is not positive");
        Sizes.Require(Kernels.Count == Filters.Count && Kernels.All(k => k > 0), "kernels are not one positive number a convolution");
    }
}
