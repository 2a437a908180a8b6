// The sizes of ESI.
using Einthoven.Models.PtbXlBenchmark;

namespace Einthoven.Models.Esi;

/// <summary>Configuration of <see cref="EsiPretraining"/>. The defaults are the released model.</summary>
public sealed record EsiConfig
{
    /// <summary>The ECG encoder.</summary>
    public ConvNeXtConfig Ecg { get; init; } = new();

    /// <summary>The text encoder; its width is the decoder's too.</summary>
    public BertConfig Text { get; init; } = new();

    /// <summary>Layers of the multimodal decoder.</summary>
    public int DecoderLayers { get; init; } = 6;

    /// <summary>Query heads of the decoder.</summary>
    public int Heads { get; init; } = 8;

    /// <summary>Width of a head of the decoder; even.</summary>
    public int HeadWidth { get; init; } = 64;

    /// <summary>By how much the decoder's feed-forward parts are wider.</summary>
    public int Expansion { get; init; } = 4;

    /// <summary>Checks the sizes.</summary>
    /// <exception cref="ArgumentException">A size is out of range; the message names it.</exception>
    public void Validate()
    {
        Ecg.Validate();
        Text.Validate();
        Sizes.Require(DecoderLayers > 0, "decoderLayers is not positive");
        Sizes.Require(Heads > 0, "heads is not positive");
        Sizes.Require(HeadWidth > 0 && HeadWidth % 2 == 0, "headWidth is not even");
        Sizes.Require(Expansion > 0, "expansion is not positive");
    }
}
