// The sizes of the small diffusion network that can be trained on one CPU core.
using Einthoven.Models.PtbXlBenchmark;

namespace Einthoven.Models.S4UNet;

/// <summary>Configuration of <see cref="S4UNetNetwork"/>. The defaults are those of einthoven-dream.</summary>
public sealed record S4UNetConfig
{
    /// <summary>Leads that are made.</summary>
    public int Leads { get; init; } = 8;

    /// <summary>Labels that it can be told.</summary>
    public int Labels { get; init; } = 71;

    /// <summary>Samples of a recording: a multiple of <see cref="Patch"/> · 2^(levels − 1).</summary>
    public int Samples { get; init; } = 1000;

    /// <summary>Samples of all leads that become one position.</summary>
    public int Patch { get; init; } = 4;

    /// <summary>Channels of each level; from level to level positions are halved. The last level has state spaces and attention.</summary>
    public IReadOnlyList<int> Widths { get; init; } = [96, 160];

    /// <summary>Convolution blocks of each level but the last, on the way down and again on the way up.</summary>
    public int Blocks { get; init; } = 1;

    /// <summary>Blocks of the last level: convolutions, an S4 layer, attention.</summary>
    public int MiddleBlocks { get; init; } = 3;

    /// <summary>Positions that a convolution sees, odd.</summary>
    public int Kernel { get; init; } = 3;

    /// <summary>States of a channel of an S4 layer, even.</summary>
    public int States { get; init; } = 16;

    /// <summary>Heads of the attention; they divide the last width.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Sines and cosines of the step, even.</summary>
    public int StepWaves { get; init; } = 128;

    /// <summary>Width of the condition (step and labels together) as the blocks see it.</summary>
    public int ConditionWidth { get; init; } = 192;

    /// <summary>Steps of the diffusion.</summary>
    public int Steps { get; init; } = 200;

    /// <summary>Variance that the first step adds.</summary>
    public double FirstBeta { get; init; } = 0.0005;

    /// <summary>Variance that the last step adds. With the defaults 0.6 % of the amplitude is left at the end, so that sampling may begin with pure noise.</summary>
    public double LastBeta { get; init; } = 0.1;

    internal int Positions => Samples / Patch;

    /// <summary>Positions of the last level.</summary>
    internal int MiddlePositions => Positions >> (Widths.Count - 1);

    /// <summary>Checks the sizes.</summary>
    /// <exception cref="ArgumentException">A size is out of range; the message names it.</exception>
    public void Validate()
    {
        Sizes.RequireCommon(Leads, Labels, [], 0);
        Sizes.Require(Widths.Count is > 0 and < 16 && Widths.All(w => w > 0), "widths is empty, too long, or has a width that is not positive");
        Sizes.Require(Patch > 0 && Samples > 0 && Samples % (Patch << (Widths.Count - 1)) == 0, "samples is no positive multiple of patch · 2^(levels − 1)");
        Sizes.Require(Blocks > 0 && MiddleBlocks > 0, "blocks or middleBlocks is not positive");
        Sizes.Require(Kernel > 0 && Kernel % 2 == 1, "kernel is not odd and positive");
        Sizes.Require(States > 0 && States % 2 == 0, "states is not even and positive");
        Sizes.Require(Heads > 0 && Widths[^1] % Heads == 0, "heads does not divide the last width");
        Sizes.Require(StepWaves >= 4 && StepWaves % 2 == 0, "stepWaves is not even and at least 4");
        Sizes.Require(ConditionWidth > 0, "conditionWidth is not positive");
        Sizes.Require(Steps > 0 && FirstBeta is > 0 and < 1 && LastBeta is > 0 and < 1, "steps is not positive, or a beta is not between 0 and 1");
    }
}
