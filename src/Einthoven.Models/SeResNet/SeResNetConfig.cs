// The sizes of a squeeze-and-excitation residual network.
using Einthoven.Models.PtbXlBenchmark;

namespace Einthoven.Models.SeResNet;

/// <summary>Configuration of <see cref="SeResNetwork"/>. The defaults are the 4.6 M-parameter network for ten seconds at 100 Hz.</summary>
public sealed record SeResNetConfig
{
    /// <summary>Leads of the input.</summary>
    public int Leads { get; init; } = 12;

    /// <summary>Labels of the output.</summary>
    public int Labels { get; init; } = 71;

    /// <summary>Widths of the stem's convolutions; the first has stride 2, a pooling of stride 2 follows the last.</summary>
    public IReadOnlyList<int> Stem { get; init; } = [32, 32, 64];

    /// <summary>Widths of the stages; each but the first halves the length.</summary>
    public IReadOnlyList<int> Stages { get; init; } = [64, 128, 256, 384];

    /// <summary>Residual blocks of a stage.</summary>
    public int BlocksPerStage { get; init; } = 2;

    /// <summary>Kernel of every convolution that is not a shortcut; odd.</summary>
    public int Kernel { get; init; } = 5;

    /// <summary>By how much squeeze-and-excitation narrows.</summary>
    public int Reduction { get; init; } = 8;

    /// <summary>Probability with which the last block's branch is skipped in training; it rises linearly from 0 at the first block.</summary>
    public double StochasticDepth { get; init; } = 0.2;

    /// <summary>Dropout before the head.</summary>
    public double Dropout { get; init; } = 0.3;

    /// <summary>What the head's bias starts at: the logit of a usual prevalence.</summary>
    public double InitialBias { get; init; } = -3.5;

    /// <summary>Checks the sizes.</summary>
    /// <exception cref="ArgumentException">A size is out of range; the message names it.</exception>
    public void Validate()
    {
        Sizes.Require(Leads > 0, "leads is not positive");
        Sizes.Require(Labels > 0, "labels is not positive");
        Sizes.Require(Stem.Count > 0 && Stem.All(w => w > 0), "stem has no widths, or one that is not positive");
        Sizes.Require(Stages.Count > 0 && Stages.All(w => w > 0), "stages has no widths, or one that is not positive");
        Sizes.Require(BlocksPerStage > 0, "blocksPerStage is not positive");
        Sizes.Require(Kernel > 0 && Kernel % 2 == 1, "kernel is not odd");
        Sizes.Require(Reduction > 0 && Stages.All(w => w >= Reduction), "reduction is not between 1 and the narrowest stage");
        Sizes.Require(StochasticDepth is >= 0 and < 1, "stochasticDepth is not in [0, 1)");
        Sizes.Require(Dropout is >= 0 and < 1, "dropout is not in [0, 1)");
    }
}
