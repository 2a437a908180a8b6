// The family's row and its configuration as JSON.
using System.Text.Json;
using System.Text.Json.Serialization;
using Einthoven.Models.Generating;
using Einthoven.Models.Packages;

namespace Einthoven.Models.S4UNet;

/// <summary>Small diffusion networks for CPUs; Einthoven's own.</summary>
public static class S4UNetFamily
{
    internal const string Name = "s4-unet";

    /// <summary>The row of <see cref="GeneratorFamilies"/>.</summary>
    public static GeneratorFamily Row { get; } = new(
        Name,
        "U-Net of convolutions over patches of all leads, with S4 layers and attention at its middle: diffusion at the price of one core",
        (configuration, labels) => new S4UNetNetwork(Read(configuration) with { Labels = labels }));

    /// <summary>Reads a configuration; what is not given has its default.</summary>
    /// <exception cref="JsonException">A key is unknown or a value has the wrong type.</exception>
    public static S4UNetConfig Read(JsonElement configuration) => ConfigurationJson.Read(configuration, new S4UNetConfig(), S4UNetJson.Default.S4UNetConfig);

    /// <summary>A configuration as model.json holds it.</summary>
    public static JsonElement Write(S4UNetConfig config) => JsonSerializer.SerializeToElement(config, S4UNetJson.Default.S4UNetConfig);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(S4UNetConfig))]
internal sealed partial class S4UNetJson : JsonSerializerContext;
