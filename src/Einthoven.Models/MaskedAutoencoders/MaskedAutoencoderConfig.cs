// The sizes of a masked autoencoder: of its encoder, which is what is used later, and of the decoder that only pretraining has.
// Source: bakqui/ST-MEM, models/ and configs/ (facts; the defaults are its base networks).
using Einthoven.Models.PtbXlBenchmark;

namespace Einthoven.Models.MaskedAutoencoders;

/// <summary>Sizes of a <see cref="MaskedEncoder"/>. The defaults are ViT-B for nine seconds at 250 Hz.</summary>
public sealed record MaskedAutoencoderConfig
{
    /// <summary>Leads of the input.</summary>
    public int Leads { get; init; } = 12;

    /// <summary>Labels of the output; pretraining has none.</summary>
    public int Labels { get; init; } = 71;

    /// <summary>Samples of a window; positions are stored for so many, shorter windows work where patches are made of time.</summary>
    public int Samples { get; init; } = 2250;

    /// <summary>Samples of a patch; leads of a patch where patches are whole leads.</summary>
    public int Patch { get; init; } = 75;

    /// <summary>Width of a token.</summary>
    public int Width { get; init; } = 768;

    /// <summary>Transformer blocks.</summary>
    public int Depth { get; init; } = 12;

    /// <summary>Attention heads.</summary>
    public int Heads { get; init; } = 12;

    /// <summary>Width of a head, whatever the width of a token: 64 in every published network.</summary>
    public int HeadWidth { get; init; } = 64;

    /// <summary>Width inside the blocks' second half.</summary>
    public int FeedForward { get; init; } = 3072;

    /// <summary>Whether queries, keys and values have a bias.</summary>
    public bool AttentionBias { get; init; } = true;

    /// <summary>Checks the sizes.</summary>
    /// <param name="scheme">What a patch is.</param>
    /// <exception cref="ArgumentException">A size is out of range; the message names it.</exception>
    public void Validate(PatchScheme scheme)
    {
        Sizes.RequireCommon(Leads, Labels, [], 0);
        Sizes.Require(Patch > 0 && Samples > 0, "patch or samples is not positive");
        int whole = scheme == PatchScheme.WholeLeads ? Leads : Samples;
        Sizes.Require(whole % Patch == 0, $"{whole} {(scheme == PatchScheme.WholeLeads ? "leads" : "samples")} are no whole number of patches of {Patch}");
        Sizes.Require(Width > 0 && Width % 2 == 0, "width is not even and positive");
        Sizes.Require(Depth > 0 && Heads > 0 && HeadWidth > 0 && FeedForward > 0, "depth, heads, headWidth or feedForward is not positive");
    }
}

/// <summary>Sizes of the decoder. The defaults are the published ones.</summary>
public sealed record MaskedDecoderConfig
{
    /// <summary>Width of a token.</summary>
    public int Width { get; init; } = 256;

    /// <summary>Transformer blocks.</summary>
    public int Depth { get; init; } = 4;

    /// <summary>Attention heads.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Width of a head.</summary>
    public int HeadWidth { get; init; } = 64;

    /// <summary>Width inside the blocks' second half.</summary>
    public int FeedForward { get; init; } = 1024;

    /// <summary>Whether queries, keys and values have a bias.</summary>
    public bool AttentionBias { get; init; } = true;

    /// <summary>What the last norm adds to the variance; every other norm adds 1e-5.</summary>
    public double NormEpsilon { get; init; } = 1e-6;

    /// <summary>Checks the sizes.</summary>
    /// <exception cref="ArgumentException">A size is out of range; the message names it.</exception>
    public void Validate()
    {
        Sizes.Require(Width > 0 && Width % 2 == 0, "the decoder's width is not even and positive");
        Sizes.Require(Depth > 0 && Heads > 0 && HeadWidth > 0 && FeedForward > 0, "the decoder's depth, heads, headWidth or feedForward is not positive");
        Sizes.Require(NormEpsilon > 0, "the decoder's normEpsilon is not positive");
    }
}
