// The sizes of SSSD-ECG, and which of its two ways to tell the network the labels.
using Einthoven.Models.PtbXlBenchmark;

namespace Einthoven.Models.SssdEcg;

/// <summary>Configuration of <see cref="SssdEcgNetwork"/>. The defaults are the published network.</summary>
public sealed record SssdEcgConfig
{
    /// <summary>Leads that are made.</summary>
    public int Leads { get; init; } = 8;

    /// <summary>Labels that it can be told.</summary>
    public int Labels { get; init; } = 71;

    /// <summary>Channels between blocks.</summary>
    public int Width { get; init; } = 256;

    /// <summary>Channels that blocks hand to the output.</summary>
    public int SkipWidth { get; init; } = 256;

    /// <summary>Residual blocks, each with two S4 layers.</summary>
    public int Blocks { get; init; } = 36;

    /// <summary>Sines and cosines of the step, even.</summary>
    public int StepWaves { get; init; } = 128;

    /// <summary>Width of the first map of the step.</summary>
    public int StepHidden { get; init; } = 512;

    /// <summary>Width of the step as the blocks see it.</summary>
    public int StepWidth { get; init; } = 512;

    /// <summary>Samples for which the kernels are stored: a property of the weights.</summary>
    public int InternalLength { get; init; } = 1000;

    /// <summary>States of a channel of an S4 layer, even.</summary>
    public int States { get; init; } = 64;

    /// <summary>Whether S4 layers look both ways.</summary>
    public bool Bidirectional { get; init; } = true;

    /// <summary>Whether a norm over the channels follows each S4 layer.</summary>
    public bool LayerNorm { get; init; } = true;

    /// <summary>Probability with which a channel of an S4 layer's output is dropped.</summary>
    public double Dropout { get; init; }

    /// <summary>Width of the labels as the blocks see them.</summary>
    public int LabelWidth { get; init; } = 128;

    /// <summary>Two vectors a label, for absence and presence (SSSD-ECG-nle), instead of one that counts where it is present.</summary>
    public bool PairedLabels { get; init; }

    /// <summary>
    /// Whether the vectors of presence learn. The published program keeps them at zero, by a padding index that names them; true is the clean
    /// form and never what imported weights were trained with.
    /// </summary>
    public bool PresenceLearns { get; init; }

    /// <summary>Classes of sex that it is told; 0: none.</summary>
    public int SexClasses { get; init; }

    /// <summary>Width of a class of sex.</summary>
    public int SexWidth { get; init; }

    /// <summary>Steps of the diffusion.</summary>
    public int Steps { get; init; } = 200;

    /// <summary>Variance that the first step adds.</summary>
    public double FirstBeta { get; init; } = 0.0001;

    /// <summary>Variance that the last step adds.</summary>
    public double LastBeta { get; init; } = 0.02;

    /// <summary>Checks the sizes.</summary>
    /// <exception cref="ArgumentException">A size is out of range; the message names it.</exception>
    public void Validate()
    {
        Sizes.RequireCommon(Leads, Labels, [], Dropout);
        Sizes.Require(Width > 0 && SkipWidth > 0 && Blocks > 0, "width, skipWidth or blocks is not positive");
        Sizes.Require(StepWaves >= 4 && StepWaves % 2 == 0, "stepWaves is not even and at least 4");
        Sizes.Require(StepHidden > 0 && StepWidth > 0 && LabelWidth > 0, "stepHidden, stepWidth or labelWidth is not positive");
        Sizes.Require(InternalLength > 0, "internalLength is not positive");
        Sizes.Require(States > 0 && States % 2 == 0, "states is not even and positive");
        Sizes.Require(SexClasses >= 0 && (SexClasses == 0 || SexWidth > 0), "sexClasses is negative, or sexWidth is not positive");
        Sizes.Require(Steps > 0 && FirstBeta is > 0 and < 1 && LastBeta is > 0 and < 1, "steps is not positive, or a beta is not between 0 and 1");
    }
}
