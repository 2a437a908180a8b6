// The family's row.
using System.Text.Json;
using System.Text.Json.Serialization;
using Einthoven.Models.Contracts;
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
        (config, labels) => new MeasuredNetwork(config with { Labels = labels })) with
    { RequireInput = RequireInput };

    // It measures in millivolts and milliseconds: a scale or rate that is not the input's would give wrong values without a word.
    private static void RequireInput(JsonElement configuration, InputContract input)
    {
        MeasuredConfig config = ConfigurationJson.Read(configuration, new MeasuredConfig(), MeasuredJson.Default.MeasuredConfig);
        if (!config.Leads.SequenceEqual(input.Leads)) throw new ArgumentException($"The network's leads ({string.Join(", ", config.Leads)}) are not the input's ({string.Join(", ", input.Leads)}).");
        if (config.SamplingRateHz != input.SamplingRateHz) throw new ArgumentException($"The network's samplingRateHz ({config.SamplingRateHz}) is not the input's ({input.SamplingRateHz}).");
        if (input.Normalization is not FixedScale { OffsetMillivolts: 0 } scale || !scale.Millivolts.SequenceEqual(config.Millivolts))
            throw new ArgumentException("The network's millivolts are not what the input's normalization divides by: it must be a fixed-scale with the same millivolts and no offset.");
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(MeasuredConfig))]
internal sealed partial class MeasuredJson : JsonSerializerContext;
