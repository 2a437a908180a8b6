// The sizes of a one-dimensional ConvNeXt V2.
// Source: Woo et al., "ConvNeXt V2", CVPR 2023, table 8, in the one-dimensional form of ESI (arXiv 2405.19366).
using Einthoven.Models.PtbXlBenchmark;

namespace Einthoven.Models.Esi;

/// <summary>Configuration of <see cref="ConvNeXtEncoder"/>. The defaults are ESI's released size, base.</summary>
public sealed record ConvNeXtConfig
{
    /// <summary>Leads of the input.</summary>
    public int Leads { get; init; } = 12;

    /// <summary>Outputs of the head. ESI builds five and uses none.</summary>
    public int Labels { get; init; } = 5;

    /// <summary>Blocks of each of the stages.</summary>
    public IReadOnlyList<int> Depths { get; init; } = [3, 3, 27, 3];

    /// <summary>Width of each stage.</summary>
    public IReadOnlyList<int> Widths { get; init; } = [128, 256, 512, 1024];

    /// <summary>The published sizes by name, smallest first.</summary>
    public static IReadOnlyDictionary<string, ConvNeXtConfig> Published { get; } = new Dictionary<string, ConvNeXtConfig>
    {
        ["atto"] = new() { Depths = [2, 2, 6, 2], Widths = [40, 80, 160, 320] },
        ["femto"] = new() { Depths = [2, 2, 6, 2], Widths = [48, 96, 192, 384] },
        ["pico"] = new() { Depths = [2, 2, 6, 2], Widths = [64, 128, 256, 512] },
        ["nano"] = new() { Depths = [2, 2, 8, 2], Widths = [80, 160, 320, 640] },
        ["tiny"] = new() { Depths = [3, 3, 9, 3], Widths = [96, 192, 384, 768] },
        ["base"] = new(),
        ["large"] = new() { Widths = [192, 384, 768, 1536] },
        ["huge"] = new() { Widths = [352, 704, 1408, 2816] },
    };

    /// <summary>Fewest samples that the network takes: every norm over time needs two positions.</summary>
    public int ShortestWindow => 4 * (1 << Math.Max(1, Widths.Count - 1));

    /// <summary>Checks the sizes.</summary>
    /// <exception cref="ArgumentException">A size is out of range; the message names it.</exception>
    public void Validate()
    {
        Sizes.Require(Leads > 0, "leads is not positive");
        Sizes.Require(Labels > 0, "labels is not positive");
        Sizes.Require(Widths.Count > 0 && Widths.All(w => w > 0), "widths has no stages, or one that is not positive");
        Sizes.Require(Depths.Count == Widths.Count && Depths.All(d => d > 0), "depths has not one positive number a stage of widths");
    }
}
