// The family's row: its name, and how a network is made from model.json.
using System.Text.Json;
using System.Text.Json.Serialization;
using Einthoven.Models.Packages;

namespace Einthoven.Models.SeResNet;

/// <summary>The residual networks with squeeze-and-excitation that this project trains itself.</summary>
public static class SeResNetFamily
{
    /// <summary>The row of <see cref="ModelFamilies"/>.</summary>
    public static ModelFamily Row { get; } = new(
        "se-resnet",
        "Residual network with squeeze-and-excitation, trained by this project (He et al. 2016; Hu et al. 2018)",
        (configuration, labels) => new SeResNetwork(Read(configuration) with { Labels = labels }));

    /// <summary>Reads a configuration; what is not given has its default.</summary>
    /// <exception cref="JsonException">A key is unknown or a value has the wrong type.</exception>
    public static SeResNetConfig Read(JsonElement configuration) => ConfigurationJson.Read(configuration, new SeResNetConfig(), SeResNetJson.Default.SeResNetConfig);

    /// <summary>Writes a configuration in full.</summary>
    public static JsonElement Write(SeResNetConfig config) => JsonSerializer.SerializeToElement(config, SeResNetJson.Default.SeResNetConfig);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(SeResNetConfig))]
internal sealed partial class SeResNetJson : JsonSerializerContext;
