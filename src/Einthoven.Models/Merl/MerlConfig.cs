// The sizes of MERL's networks.
using Einthoven.Models.PtbXlBenchmark;

namespace Einthoven.Models.Merl;

/// <summary>A residual encoder; the defaults are ResNet-18.</summary>
public sealed record MerlResNetConfig
{
    /// <summary>Leads of the input.</summary>
    public int Leads { get; init; } = 12;

    /// <summary>Outputs of the head. MERL's pretraining builds ten and uses none.</summary>
    public int Labels { get; init; } = 10;

    /// <summary>Blocks of each stage: 2, 2, 2, 2 for 18 layers; 3, 4, 6, 3 for 34 and 50; 3, 4, 23, 3 for 101.</summary>
    public IReadOnlyList<int> Blocks { get; init; } = [2, 2, 2, 2];

    /// <summary>Width inside the blocks of each stage; each stage but the first halves the length.</summary>
    public IReadOnlyList<int> Widths { get; init; } = [64, 128, 256, 512];

    /// <summary>Whether blocks narrow, convolve and widen fourfold, as from 50 layers on.</summary>
    public bool Bottleneck { get; init; }

    /// <summary>Kernel of the blocks' convolutions; odd.</summary>
    public int Kernel { get; init; } = 3;

    /// <summary>Kernel of the stem; odd.</summary>
    public int StemKernel { get; init; } = 7;

    /// <summary>Checks the sizes.</summary>
    /// <exception cref="ArgumentException">A size is out of range; the message names it.</exception>
    public void Validate()
    {
        Sizes.Require(Leads > 0, "leads is not positive");
        Sizes.Require(Labels > 0, "labels is not positive");
        Sizes.Require(Widths.Count > 0 && Widths.All(w => w > 0), "widths has no stages, or one that is not positive");
        Sizes.Require(Blocks.Count == Widths.Count && Blocks.All(b => b > 0), "blocks has not one positive number a stage of widths");
        Sizes.Require(Kernel > 0 && Kernel % 2 == 1, "kernel is not odd");
        Sizes.Require(StemKernel > 0 && StemKernel % 2 == 1, "stemKernel is not odd");
    }
}

/// <summary>A vision transformer over patches of time; the defaults are tiny. Small has width 384 and 6 heads, middle 512 and 8, base 768 and 12.</summary>
public sealed record MerlVitConfig
{
    /// <summary>Leads of the input.</summary>
    public int Leads { get; init; } = 12;

    /// <summary>Samples of a patch.</summary>
    public int Patch { get; init; } = 50;

    /// <summary>Patches of a window.</summary>
    public int Patches { get; init; } = 100;

    /// <summary>Width of the tokens.</summary>
    public int Width { get; init; } = 192;

    /// <summary>Layers.</summary>
    public int Layers { get; init; } = 12;

    /// <summary>Attention heads.</summary>
    public int Heads { get; init; } = 3;

    /// <summary>Width of a head.</summary>
    public int HeadWidth { get; init; } = 64;

    /// <summary>Width of the hidden layer of each feed-forward part: four times the width as published.</summary>
    public int Hidden { get; init; } = 768;

    /// <summary>Checks the sizes.</summary>
    /// <exception cref="ArgumentException">A size is out of range; the message names it.</exception>
    public void Validate()
    {
        Sizes.Require(Leads > 0, "leads is not positive");
        Sizes.Require(Patch > 0 && Patches > 0, "patch or patches is not positive");
        Sizes.Require(Width > 0 && Hidden > 0, "width or hidden is not positive");
        Sizes.Require(Layers > 0, "layers is not positive");
        Sizes.Require(Heads > 0 && HeadWidth > 0, "heads or headWidth is not positive");
    }
}

/// <summary>MERL with its projections.</summary>
public sealed record MerlConfig
{
    /// <summary>The residual encoder, where it is one.</summary>
    public MerlResNetConfig ResNet { get; init; } = new();

    /// <summary>The transformer; null: the residual encoder is used.</summary>
    public MerlVitConfig? Vit { get; init; }

    /// <summary>Width of the common space.</summary>
    public int Projection { get; init; } = 256;

    /// <summary>Heads of the attention pooling.</summary>
    public int PoolHeads { get; init; } = 4;

    /// <summary>Positions that the residual encoder gives, and one: 314 for 5,000 samples.</summary>
    public int PoolPositions { get; init; } = 314;

    /// <summary>Width of the text encoder.</summary>
    public int TextWidth { get; init; } = 768;

    /// <summary>Dropout that makes two views of one feature.</summary>
    public double Dropout { get; init; } = 0.1;

    /// <summary>Checks the sizes.</summary>
    /// <exception cref="ArgumentException">A size is out of range; the message names it.</exception>
    public void Validate()
    {
        ResNet.Validate();
        Vit?.Validate();
        Sizes.Require(Projection > 0 && PoolHeads > 0 && Projection % PoolHeads == 0, "poolHeads do not divide projection");
        Sizes.Require(PoolPositions > 1, "poolPositions is not above 1");
        Sizes.Require(TextWidth > 0, "textWidth is not positive");
        Sizes.Require(Dropout is >= 0 and < 1, "dropout is not in [0, 1)");
    }
}
