// The sizes of a one-dimensional XResNet.
using Einthoven.Models.PtbXlBenchmark;

namespace Einthoven.Models.XResNet;

/// <summary>Configuration of <see cref="XResNetwork"/>. The defaults are the benchmark's xresnet1d101.</summary>
public sealed record XResNetConfig
{
    /// <summary>Leads of the input.</summary>
    public int Leads { get; init; } = 12;

    /// <summary>Labels of the output.</summary>
    public int Labels { get; init; } = 71;

    /// <summary>Widths of the stem's convolutions; the first has stride 2, a pooling of stride 2 follows the last.</summary>
    public IReadOnlyList<int> Stem { get; init; } = [32, 32, 64];

    /// <summary>Blocks of each stage; each stage but the first halves the length. [3, 4, 23, 3] with expansion 4 is the 101.</summary>
    public IReadOnlyList<int> Layers { get; init; } = [3, 4, 23, 3];

    /// <summary>4: bottleneck blocks whose output is four times as wide; 1: blocks of two convolutions.</summary>
    public int Expansion { get; init; } = 4;

    /// <summary>Width inside the blocks, the same in every stage.</summary>
    public int BlockWidth { get; init; } = 64;

    /// <summary>Kernel of the stem and of the blocks' middle convolutions; odd.</summary>
    public int Kernel { get; init; } = 5;

    /// <summary>Widths of the head's hidden layers.</summary>
    public IReadOnlyList<int> HeadHidden { get; init; } = [128];

    /// <summary>Dropout before the last layer; half of it before the hidden ones.</summary>
    public double Dropout { get; init; } = 0.5;

    /// <summary>Checks the sizes.</summary>
    /// <exception cref="ArgumentException">A size is out of range; the message names it.</exception>
    public void Validate()
    {
        Sizes.RequireCommon(Leads, Labels, HeadHidden, Dropout);
        Sizes.Require(Stem.Count > 0 && Stem.All(w => w > 0), "stem has no widths, or one that is not positive");
        Sizes.Require(Layers.Count > 0 && Layers.All(n => n > 0), "layers has no stages, or one without blocks");
        Sizes.Require(Expansion > 0, "expansion is not positive");
        Sizes.Require(BlockWidth > 0, "blockWidth is not positive");
        Sizes.Require(Kernel > 0 && Kernel % 2 == 1, "kernel is not odd");
    }
}
