// The family's row and its configuration as JSON.
using System.Text.Json;
using System.Text.Json.Serialization;
using Einthoven.Models.Generating;
using Einthoven.Models.Packages;

namespace Einthoven.Models.SssdEcg;

/// <summary>SSSD-ECG and SSSD-ECG-nle.</summary>
public static class SssdEcgFamily
{
    internal const string Name = "sssd-ecg";

    /// <summary>The row of <see cref="GeneratorFamilies"/>.</summary>
    public static GeneratorFamily Row { get; } = new(
        Name,
        "SSSD-ECG: diffusion with structured state spaces (Lopez Alcaraz and Strodthoff, arXiv 2301.08227; nle: arXiv 2407.11108)",
        (configuration, labels) => new SssdEcgNetwork(Read(configuration) with { Labels = labels }),
        SssdEcgCheckpoint.Import);

    /// <summary>Reads a configuration; what is not given has its default.</summary>
    /// <exception cref="JsonException">A key is unknown or a value has the wrong type.</exception>
    public static SssdEcgConfig Read(JsonElement configuration) => ConfigurationJson.Read(configuration, new SssdEcgConfig(), SssdEcgJson.Default.SssdEcgConfig);

    /// <summary>A configuration as model.json holds it.</summary>
    public static JsonElement Write(SssdEcgConfig config) => JsonSerializer.SerializeToElement(config, SssdEcgJson.Default.SssdEcgConfig);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(SssdEcgConfig))]
internal sealed partial class SssdEcgJson : JsonSerializerContext;
