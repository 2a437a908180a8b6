// The family's row.
using System.Text.Json.Serialization;
using Einthoven.Models.Packages;

namespace Einthoven.Models.Measured;

/// <summary>Networks that read what is measured in a recording instead of the recording.</summary>
public static class MeasuredFamily
{
    /// <summary>The row of <see cref="ModelFamilies"/>.</summary>
    public static ModelFamily Row { get; } = ConfigurationJson.Row(
        "measured",
        "Dense network on measured intervals, axes, amplitudes and rhythm, trained by this project",
        new MeasuredConfig(),
        MeasuredJson.Default.MeasuredConfig,
        (config, labels) => new MeasuredNetwork(config with { Labels = labels }));
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(MeasuredConfig))]
internal sealed partial class MeasuredJson : JsonSerializerContext;
