// Reads a family's configuration from model.json: what is not given has its default.
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Einthoven.Models.Packages;

internal static class ConfigurationJson
{
    /// <summary>The defaults with what is given laid over them, at every depth.</summary>
    /// <exception cref="JsonException">A key is unknown or a value has the wrong type.</exception>
    internal static T Read<T>(JsonElement given, T defaults, JsonTypeInfo<T> type)
    {
        // Generated deserialisers give init-only properties that are absent the type's default, not the property's: overlay instead.
        JsonObject whole = JsonSerializer.SerializeToNode(defaults, type)!.AsObject();
        Overlay(whole, given);
        return whole.Deserialize(type)!;
    }

    private static void Overlay(JsonObject whole, JsonElement given)
    {
        foreach (JsonProperty property in given.EnumerateObject())
        {
            if (property.Value.ValueKind == JsonValueKind.Object && whole[property.Name] is JsonObject inner) Overlay(inner, property.Value);
            else whole[property.Name] = JsonNode.Parse(property.Value.GetRawText());
        }
    }
}
