// The sizes of this project's own network of ECG and text.
using System.Text.Json;
using Einthoven.Models.Esi;
using Einthoven.Models.PtbXlBenchmark;

namespace Einthoven.Models.Words;

/// <summary>Configuration of <see cref="EcgTextNetwork"/>. The defaults are the small network that is trained on a CPU.</summary>
public sealed record EcgTextConfig
{
    private static readonly JsonElement s_empty = JsonSerializer.SerializeToElement(new Dictionary<string, int>(), EcgTextJson.Default.DictionaryStringInt32);

    /// <summary>Family of the ECG encoder, a row of <see cref="ModelFamilies"/>.</summary>
    public string EcgFamily { get; init; } = "se-resnet";

    /// <summary>That family's configuration; what is not given has its default.</summary>
    public JsonElement Ecg { get; init; } = s_empty;

    /// <summary>Width of what the ECG encoder's last layer gives at every position.</summary>
    public int EcgWidth { get; init; } = 384;

    /// <summary>The text encoder.</summary>
    public BertConfig Text { get; init; } = new() { Vocabulary = 2000, Width = 192, Layers = 2, Heads = 4, Intermediate = 384, Positions = 128, Types = 1 };

    /// <summary>Width of the common space.</summary>
    public int Width { get; init; } = 192;

    /// <summary>Layers of the writer; 0: the network does not write.</summary>
    public int WriterLayers { get; init; } = 2;

    /// <summary>Query heads of the writer.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Width of a head of the writer; even.</summary>
    public int HeadWidth { get; init; } = 48;

    /// <summary>By how much the writer's feed-forward parts are wider.</summary>
    public int Expansion { get; init; } = 2;

    /// <summary>Tokens of a written text at most, both ends included.</summary>
    public int LongestWritten { get; init; } = 64;

    /// <summary>Checks the sizes.</summary>
    /// <exception cref="ArgumentException">A size is out of range; the message names it.</exception>
    public void Validate()
    {
        Text.Validate();
        Sizes.Require(Width > 0, "width is not positive");
        Sizes.Require(EcgWidth > 0, "ecgWidth is not positive");
        Sizes.Require(WriterLayers >= 0, "writerLayers is negative");
        Sizes.Require(Heads > 0, "heads is not positive");
        Sizes.Require(HeadWidth > 0 && HeadWidth % 2 == 0, "headWidth is not even");
        Sizes.Require(Expansion > 0, "expansion is not positive");
        Sizes.Require(LongestWritten >= 3, "longestWritten is below 3: two ends and a word");
    }
}
