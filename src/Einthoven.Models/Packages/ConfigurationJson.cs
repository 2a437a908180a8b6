// A family's row from its configuration, which model.json may hold in part: what is not given has its default.
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Models.Packages;

internal static class ConfigurationJson
{
    /// <summary>The registry's row of a family whose network follows from its configuration alone.</summary>
    /// <param name="name">The family's name.</param>
    /// <param name="summary">One sentence with the source.</param>
    /// <param name="defaults">The configuration's defaults.</param>
    /// <param name="type">How it is read.</param>
    /// <param name="create">Makes the network for a number of labels, weights unset.</param>
    /// <param name="import">Reads a checkpoint of the authors; null where there is none to read.</param>
    internal static ModelFamily Row<T>(
        string name, string summary, T defaults, JsonTypeInfo<T> type, Func<T, int, EcgNetwork> create, Func<TorchCheckpoint, ImportedModel>? import = null) =>
        new(name, summary, (configuration, labels) => create(Read(configuration, defaults, type), labels), import);

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
