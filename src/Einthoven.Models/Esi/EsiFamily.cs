// The family's row: ESI's ECG encoder, and the form in which it takes ECGs.
using System.Text.Json;
using System.Text.Json.Serialization;
using Einthoven.Models.Contracts;
using Einthoven.Models.Packages;

namespace Einthoven.Models.Esi;

/// <summary>ESI.</summary>
public static class EsiFamily
{
    /// <summary>
    /// Ten seconds of twelve leads at 500 Hz in the order of MIMIC-IV-ECG, where aVF stands <b>before</b> aVL; one mean and deviation over
    /// all leads. (Published with the unbiased deviation: for 60,000 values a factor of 1 − 8·10⁻⁶.)
    /// </summary>
    public static InputContract Input { get; } = new()
    {
        Leads = ["I", "II", "III", "aVR", "aVF", "aVL", "V1", "V2", "V3", "V4", "V5", "V6"],
        SamplingRateHz = 500,
        WindowSamples = 5000,
        StrideSamples = 5000,
        Resampling = ResamplingMethod.AntiAliased,
        Normalization = new StandardizeTogether { Epsilon = 1e-6 },
        MissingLeads = MissingLeadPolicy.Error,
        InterpolatedGapSeconds = 0.2,
        LongGaps = LongGapPolicy.Zero,
        ShortRecords = ShortRecordPolicy.PadZero,
    };

    /// <summary>
    /// The row of <see cref="ModelFamilies"/>. A published checkpoint holds no labels: fine-tuning begins with it
    /// (<see cref="EsiCheckpoint"/>), but it makes no package.
    /// </summary>
    public static ModelFamily Row { get; } = new(
        "esi",
        "ConvNeXt V2 in one dimension, pretrained on ECGs and texts together (Yu et al., TMLR 2024)",
        (configuration, labels) => new EsiClassifier(Read(configuration) with { Labels = labels }));

    /// <summary>Reads a configuration; what is not given has its default, the published base size.</summary>
    /// <exception cref="JsonException">A key is unknown or a value has the wrong type.</exception>
    public static ConvNeXtConfig Read(JsonElement configuration) =>
        ConfigurationJson.Read(configuration, new ConvNeXtConfig(), EsiJson.Default.ConvNeXtConfig);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(ConvNeXtConfig))]
internal sealed partial class EsiJson : JsonSerializerContext;
