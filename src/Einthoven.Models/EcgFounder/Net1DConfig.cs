// The sizes and switches of Net1D.
// Source: PKUDigitalHealth/ECGFounder, net1d.py, as built by finetune_model.py.
using Einthoven.Models.PtbXlBenchmark;
using System.Text.Json;
using System.Text.Json.Serialization;
using Einthoven.Models.Packages;

namespace Einthoven.Models.EcgFounder;

/// <summary>
/// Configuration of <see cref="Net1D"/>. The defaults are the published twelve-lead network; the published one-lead network differs in
/// <see cref="Leads"/> only. Both are used with batch norm and dropout switched off.
/// </summary>
public sealed record Net1DConfig
{
    /// <summary>Leads of the input.</summary>
    public int Leads { get; init; } = 12;

    /// <summary>Width after the stem, whose stride is 2 in any case.</summary>
    public int StemWidth { get; init; } = 64;

    /// <summary>Width inside a block as a share of its output width.</summary>
    public double Ratio { get; init; } = 1;

    /// <summary>Output widths of the stages.</summary>
    public IReadOnlyList<int> Widths { get; init; } = [64, 160, 160, 400, 400, 1024, 1024];

    /// <summary>Blocks of the stages.</summary>
    public IReadOnlyList<int> Blocks { get; init; } = [2, 2, 2, 3, 3, 4, 4];

    /// <summary>Kernel of the stem and of every block's middle convolution.</summary>
    public int Kernel { get; init; } = 16;

    /// <summary>Stride of every stage's first block.</summary>
    public int Stride { get; init; } = 2;

    /// <summary>A stage's middle convolutions have output width ÷ this many groups.</summary>
    public int GroupWidth { get; init; } = 16;

    /// <summary>Labels of the output.</summary>
    public int Labels { get; init; } = 150;

    /// <summary>Whether the batch norms take part. They are in every checkpoint, and unused in the published networks.</summary>
    public bool BatchNorm { get; init; }

    /// <summary>Probability of the dropouts inside the blocks; the authors' switch means 0.5, the published networks have none.</summary>
    public double Dropout { get; init; }

    /// <summary>Width inside the blocks of a stage.</summary>
    public int Middle(int width) => (int)(width * Ratio);

    /// <summary>Reads a configuration; what is not given has its default.</summary>
    /// <exception cref="JsonException">A key is unknown or a value has the wrong type.</exception>
    public static Net1DConfig Read(JsonElement configuration) => ConfigurationJson.Read(configuration, new Net1DConfig(), EcgFounderJson.Default.Net1DConfig);

    /// <summary>The configuration as model.json holds it, in full.</summary>
    public JsonElement Write() => JsonSerializer.SerializeToElement(this, EcgFounderJson.Default.Net1DConfig);

    /// <summary>Checks the sizes.</summary>
    /// <exception cref="ArgumentException">A size is out of range; the message names it.</exception>
    public void Validate()
    {
        Sizes.Require(Leads > 0, "leads is not positive");
        Sizes.Require(Labels > 0, "labels is not positive");
        Sizes.Require(StemWidth > 0, "stemWidth is not positive");
        Sizes.Require(Widths.Count > 0 && Widths.All(w => w > 1), "widths is empty, or has one below 2");
        Sizes.Require(Blocks.Count == Widths.Count && Blocks.All(b => b > 0), "blocks does not have a positive number for each of the widths");
        Sizes.Require(Kernel > 0 && Stride > 0, "kernel or stride is not positive");
        Sizes.Require(Dropout is >= 0 and < 1, "dropout is not in [0, 1)");
        Sizes.Require(GroupWidth > 0 && Widths.All(w => w >= GroupWidth), "groupWidth is not between 1 and the narrowest stage");
        Sizes.Require(Ratio > 0 && Widths.All(w => Middle(w) > 0 && Middle(w) % (w / GroupWidth) == 0), "ratio and groupWidth do not divide a stage into groups");
        int width = StemWidth;
        foreach (int next in Widths)
        {
            Sizes.Require(next >= width, "widths falls: a shortcut cannot lose channels");
            width = next;
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(Net1DConfig))]
[JsonSerializable(typeof(EcgFounderLabels))]
internal sealed partial class EcgFounderJson : JsonSerializerContext;
