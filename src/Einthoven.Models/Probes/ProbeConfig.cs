// What a probe is: which layer of which network it reads, and how it gathers what it reads.
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Einthoven.Torch;

namespace Einthoven.Models.Probes;

/// <summary>How the vectors of a recording's positions become one.</summary>
public enum FeaturePooling
{
    /// <summary>Their mean.</summary>
    [JsonStringEnumMemberName("mean")]
    Mean,

    /// <summary>Their largest values, channel by channel.</summary>
    [JsonStringEnumMemberName("max")]
    Max,

    /// <summary>Mean and largest side by side: twice the width.</summary>
    [JsonStringEnumMemberName("mean-max")]
    MeanMax,

    /// <summary>A learned query attends to them.</summary>
    [JsonStringEnumMemberName("attention")]
    Attention,
}

/// <summary>Poolings without weights.</summary>
public static class FeaturePoolings
{
    /// <summary>[windows, positions, width] → [windows, width], or [windows, 2 · width] for mean and largest.</summary>
    /// <exception cref="ArgumentException">The pooling has weights of its own.</exception>
    public static Tensor Pool(this FeaturePooling pooling, Tensor features) => pooling switch
    {
        FeaturePooling.Mean => features.Mean([1]),
        FeaturePooling.Max => features.Amax([1]),
        FeaturePooling.MeanMax => Tensor.Cat([features.Mean([1]), features.Amax([1])], 1),
        _ => throw new ArgumentException("Attention pooling learns weights: it belongs to a probe's head."),
    };

    /// <summary>Values that a pooling gives for features of a width.</summary>
    public static int Width(this FeaturePooling pooling, int width) => pooling == FeaturePooling.MeanMax ? 2 * width : width;
}

/// <summary>Configuration of the family <c>probe</c>.</summary>
public sealed record ProbeConfig
{
    /// <summary>Family of the network that is read.</summary>
    public required string Family { get; init; }

    /// <summary>Its configuration.</summary>
    public required JsonElement Network { get; init; }

    /// <summary>The layer that is read, by its stage.</summary>
    public required string Layer { get; init; }

    /// <summary>Values of one position of that layer.</summary>
    public required int Width { get; init; }

    /// <summary>How positions are gathered.</summary>
    public FeaturePooling Pooling { get; init; }

    /// <summary>Heads of attention pooling.</summary>
    public int Heads { get; init; } = 16;

    /// <summary>Reads a configuration.</summary>
    /// <exception cref="JsonException">A key is unknown or missing, or a value has the wrong type.</exception>
    public static ProbeConfig Read(JsonElement configuration)
    {
        // Generated deserialisers give an absent init-only property the type's default, not the property's.
        JsonObject whole = JsonNode.Parse(configuration.GetRawText())!.AsObject();
        whole["pooling"] ??= "mean";
        whole["heads"] ??= 16;
        return whole.Deserialize(ProbeJson.Default.ProbeConfig)!;
    }

    /// <summary>Writes a configuration in full.</summary>
    public JsonElement Write() => JsonSerializer.SerializeToElement(this, ProbeJson.Default.ProbeConfig);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ProbeConfig))]
internal sealed partial class ProbeJson : JsonSerializerContext;
