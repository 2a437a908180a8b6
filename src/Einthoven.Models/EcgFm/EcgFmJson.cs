// JSON of the family's configuration and of its embedded tables, by generated code: no reflection at start-up.
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Einthoven.Models.EcgFm;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(EcgFmConfig))]
[JsonSerializable(typeof(EcgFmPretrainingConfig))]
[JsonSerializable(typeof(EcgFmLabelSet[]))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class EcgFmJson : JsonSerializerContext
{
    /// <summary>Reads a configuration; what is not given has its default.</summary>
    /// <exception cref="JsonException">A key is unknown or a value has the wrong type.</exception>
    internal static EcgFmConfig ReadConfig(JsonElement configuration) => Overlay(new EcgFmConfig(), configuration, Default.EcgFmConfig);

    /// <summary>Reads sizes of pretraining heads; what is not given has its default.</summary>
    /// <exception cref="JsonException">A key is unknown or a value has the wrong type.</exception>
    internal static EcgFmPretrainingConfig ReadHeads(JsonElement configuration) =>
        Overlay(new EcgFmPretrainingConfig(), configuration, Default.EcgFmPretrainingConfig);

    // Generated deserialisers give init-only properties that are absent the type's default, not the property's: overlay instead.
    private static T Overlay<T>(T defaults, JsonElement given, JsonTypeInfo<T> type)
    {
        JsonObject whole = JsonSerializer.SerializeToNode(defaults, type)!.AsObject();
        foreach (JsonProperty property in given.EnumerateObject()) whole[property.Name] = JsonNode.Parse(property.Value.GetRawText());
        return whole.Deserialize(type)!;
    }

    /// <summary>Reads a table that is part of this assembly.</summary>
    internal static T Resource<T>(string file, JsonTypeInfo<T> type)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Einthoven.Models.EcgFm.{file}")!;
        return JsonSerializer.Deserialize(stream, type)!;
    }
}
