// The sizes of ECG-JEPA's networks, and the published presets.
// Source: Weimann and Conrad, Computers in Biology and Medicine 196, 2025 (arXiv 2410.13867); kweimann/ECG-JEPA, configs/.
using System.Text.Json.Serialization;
using Einthoven.Models.PtbXlBenchmark;

namespace Einthoven.Models.Jepa;

/// <summary>How a classifier sums up the tokens of a window.</summary>
public enum JepaHead
{
    /// <summary>A learned query attends to all of them.</summary>
    [JsonStringEnumMemberName("attention")]
    Attention,

    /// <summary>The first register alone.</summary>
    [JsonStringEnumMemberName("first-register")]
    FirstRegister,

    /// <summary>Their mean.</summary>
    [JsonStringEnumMemberName("mean")]
    Mean,
}

/// <summary>Configuration of <see cref="JepaEncoder"/> and the classifier on it. The defaults are the published ViT-XS.</summary>
public sealed record JepaConfig
{
    /// <summary>Leads of the input.</summary>
    public int Leads { get; init; } = 12;

    /// <summary>Samples of the windows of the pretraining; shorter windows take the first positions, longer ones are refused.</summary>
    public int Samples { get; init; } = 5000;

    /// <summary>Samples of a patch; one token covers them in every lead.</summary>
    public int Patch { get; init; } = 25;

    /// <summary>Width of a token, even.</summary>
    public int Width { get; init; } = 192;

    /// <summary>Transformer blocks.</summary>
    public int Depth { get; init; } = 8;

    /// <summary>Attention heads; they divide the width.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Hidden width of a block's feed-forward part as a multiple of its width, cut to a whole number.</summary>
    public double MlpRatio { get; init; } = 4;

    /// <summary>Learned tokens in front of the patches.</summary>
    public int Registers { get; init; } = 1;

    /// <summary>Whether linear layers and convolutions have biases; queries, keys and values follow <see cref="QkvBias"/>.</summary>
    public bool Bias { get; init; }

    /// <summary>Whether queries, keys and values have biases.</summary>
    public bool QkvBias { get; init; }

    /// <summary>Whether norms have offsets. Files from before 14 October 2025 have them whatever their other biases.</summary>
    public bool NormBias { get; init; }

    /// <summary>ε of every norm.</summary>
    public double NormEpsilon { get; init; } = 1e-6;

    /// <summary>Initial factor of each channel of a residual branch; 0: there are no such factors.</summary>
    public double LayerScale { get; init; }

    /// <summary>Probability of dropout behind attention, GELU and the feed-forward part.</summary>
    public double Dropout { get; init; }

    /// <summary>Probability of dropout on attention weights.</summary>
    public double AttentionDropout { get; init; }

    /// <summary>Labels of the classifier.</summary>
    public int Labels { get; init; } = 71;

    /// <summary>How the classifier sums up tokens.</summary>
    public JepaHead Head { get; init; } = JepaHead.Attention;

    /// <summary>Whether the classifier's head sees the registers.</summary>
    public bool KeepRegisters { get; init; } = true;

    /// <summary>Whether the linear map behind a mean or a register has a bias.</summary>
    public bool HeadBias { get; init; }

    /// <summary>Checks the sizes.</summary>
    /// <exception cref="ArgumentException">A size is out of range; the message names it.</exception>
    public void Validate()
    {
        Sizes.RequireCommon(Leads, Labels, [], Dropout);
        Sizes.Require(Patch > 0 && Samples >= Patch, "patch is not positive, or samples below it");
        RequireBlocks(Width, Depth, Heads, "");
        Sizes.Require(MlpRatio > 0 && (int)(Width * MlpRatio) > 0, "mlpRatio is not positive");
        Sizes.Require(Registers >= 0, "registers is negative");
        Sizes.Require(NormEpsilon > 0, "normEpsilon is not positive");
        Sizes.Require(LayerScale >= 0, "layerScale is negative");
        Sizes.Require(AttentionDropout is >= 0 and < 1, "attentionDropout is not in [0, 1)");
        Sizes.Require(Head != JepaHead.FirstRegister || (Registers > 0 && KeepRegisters), "head is first-register, but there are no registers or they are not kept");
    }

    /// <summary>Checks the sizes of a stack of blocks.</summary>
    internal static void RequireBlocks(int width, int depth, int heads, string whose)
    {
        Sizes.Require(width > 0 && width % 2 == 0, $"{whose}width is not even and positive");
        Sizes.Require(depth > 0, $"{whose}depth is not positive");
        Sizes.Require(heads > 0 && width % heads == 0, $"{whose}heads does not divide {whose}width");
    }
}

/// <summary>Sizes of the predictor, which only pretraining has. The defaults are those beside ViT-XS.</summary>
public sealed record JepaPredictorConfig
{
    /// <summary>Width of its tokens, even.</summary>
    public int Width { get; init; } = 96;

    /// <summary>Its blocks.</summary>
    public int Depth { get; init; } = 8;

    /// <summary>Its attention heads.</summary>
    public int Heads { get; init; } = 4;
}

/// <summary>A published pair of encoder and predictor.</summary>
/// <param name="Name">As published, in small letters.</param>
/// <param name="Encoder">The encoder.</param>
/// <param name="Predictor">The predictor.</param>
public sealed record JepaPreset(string Name, JepaConfig Encoder, JepaPredictorConfig Predictor)
{
    /// <summary>ViT-XS, ViT-S and ViT-B.</summary>
    public static IReadOnlyList<JepaPreset> All { get; } =
    [
        new("vit-xs", new(), new()),
        new("vit-s", new() { Width = 384, Heads = 6 }, new() { Width = 192, Heads = 6 }),
        new("vit-b", new() { Width = 768, Depth = 12, Heads = 12 }, new() { Width = 384, Depth = 12, Heads = 12 }),
    ];
}
