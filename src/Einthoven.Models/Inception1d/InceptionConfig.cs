// The sizes of InceptionTime.
using Einthoven.Models.PtbXlBenchmark;

namespace Einthoven.Models.Inception1d;

/// <summary>Configuration of <see cref="InceptionNetwork"/>. The defaults are the benchmark's inception1d.</summary>
public sealed record InceptionConfig
{
    /// <summary>Leads of the input.</summary>
    public int Leads { get; init; } = 12;

    /// <summary>Labels of the output.</summary>
    public int Labels { get; init; } = 71;

    /// <summary>Kernels of a block's parallel convolutions; odd.</summary>
    public IReadOnlyList<int> Kernels { get; init; } = [39, 19, 9];

    /// <summary>Blocks.</summary>
    public int Depth { get; init; } = 6;

    /// <summary>Width to which a block's input is narrowed first.</summary>
    public int Bottleneck { get; init; } = 32;

    /// <summary>Filters of each branch.</summary>
    public int Filters { get; init; } = 32;

    /// <summary>Whether every third block has a shortcut from three blocks before.</summary>
    public bool Residual { get; init; } = true;

    /// <summary>Widths of the head's hidden layers.</summary>
    public IReadOnlyList<int> HeadHidden { get; init; } = [128];

    /// <summary>Dropout before the last layer; half of it before the hidden ones.</summary>
    public double Dropout { get; init; } = 0.5;

    /// <summary>Checks the sizes.</summary>
    /// <exception cref="ArgumentException">A size is out of range; the message names it.</exception>
    public void Validate()
    {
        Sizes.RequireCommon(Leads, Labels, HeadHidden, Dropout);
        Sizes.Require(Kernels.Count > 0 && Kernels.All(k => k > 0 && k % 2 == 1), "kernels has none, or one that is not odd");
        Sizes.Require(Depth > 0 && Bottleneck > 0 && Filters > 0, "depth, bottleneck or filters is not positive");
    }
}
