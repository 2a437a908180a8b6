// The rows of the three methods, their configurations, and their published checkpoints.
using System.Text.Json;
using System.Text.Json.Serialization;
using Einthoven.Models.Contracts;
using Einthoven.Models.Packages;
using Einthoven.Signals;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Models.MaskedAutoencoders;

/// <summary>ST-MEM, MTAE and MLAE.</summary>
public static class MaskedAutoencoderFamily
{
    private const string Paper = "Na et al., ICLR 2024";

    /// <summary>
    /// What the published pipeline feeds the networks: twelve leads brought to 250 Hz by Fourier, filtered, and scaled together; nine-second
    /// windows every half second, so that ten seconds give the three windows of its evaluation. The authors filter each window by itself, here
    /// the recording is filtered before it is cut: the windows' ends differ a little.
    /// </summary>
    public static InputContract Input { get; } = new()
    {
        Leads = LeadNames.Standard12,
        SamplingRateHz = 250,
        WindowSamples = 2250,
        StrideSamples = 125,
        Resampling = ResamplingMethod.Fourier,
        Filters = [new ButterworthStep { Order = 5, LowHz = 0.67 }, new ButterworthStep { Order = 5, HighHz = 40 }],
        Normalization = new StandardizeTogether { Epsilon = 0 },
        MissingLeads = MissingLeadPolicy.Error,
        InterpolatedGapSeconds = 0,
        LongGaps = LongGapPolicy.Error,
        ShortRecords = ShortRecordPolicy.Error,
    };

    /// <summary>The row of ST-MEM.</summary>
    public static ModelFamily StMem { get; } = Row("st-mem", PatchScheme.LeadPatches, $"ST-MEM: a masked autoencoder over patches of each lead ({Paper})");

    /// <summary>The row of MTAE.</summary>
    public static ModelFamily Mtae { get; } = Row("mtae", PatchScheme.TimePatches, $"MTAE: a masked autoencoder over stretches of time (Zhang et al., IEEE TIM 2022; as in {Paper})");

    /// <summary>The row of MLAE.</summary>
    public static ModelFamily Mlae { get; } = Row("mlae", PatchScheme.WholeLeads, $"MLAE: a masked autoencoder over whole leads (Zhang et al., IEEE TIM 2022; as in {Paper})");

    /// <summary>What a patch is in a family; null where it is no masked autoencoder.</summary>
    public static PatchScheme? SchemeOf(string family) => family switch
    {
        "st-mem" => PatchScheme.LeadPatches,
        "mtae" => PatchScheme.TimePatches,
        "mlae" => PatchScheme.WholeLeads,
        _ => null,
    };

    /// <summary>Reads a configuration; what is not given has its default, that of the base network.</summary>
    /// <exception cref="JsonException">A key is unknown or a value has the wrong type.</exception>
    public static MaskedAutoencoderConfig Read(JsonElement configuration, PatchScheme scheme) => ConfigurationJson.Read(
        configuration,
        scheme == PatchScheme.WholeLeads ? new MaskedAutoencoderConfig { Patch = 1 } : new MaskedAutoencoderConfig(),
        MaskedAutoencoderJson.Default.MaskedAutoencoderConfig);

    /// <summary>A configuration as model.json holds it.</summary>
    public static JsonElement Write(MaskedAutoencoderConfig config) => JsonSerializer.SerializeToElement(config, MaskedAutoencoderJson.Default.MaskedAutoencoderConfig);

    private static ModelFamily Row(string name, PatchScheme scheme, string summary) => new(
        name,
        summary,
        (configuration, labels) => new MaskedAutoencoderClassifier(Read(configuration, scheme) with { Labels = labels }, scheme),
        file => Import(file, name, scheme));

    private static ImportedModel Import(TorchCheckpoint file, string family, PatchScheme scheme)
    {
        MaskedAutoencoderCheckpoint checkpoint = MaskedAutoencoderCheckpoint.Read(file, scheme);
        MaskedAutoencoderConfig config = checkpoint.Config;
        ImportedModel.RequireLeads(Input, file.Path, config.Leads);
        ModelDescription description = new()
        {
            Name = family,
            Summary = checkpoint.HasHead
                ? $"{family} with a head of {config.Labels} labels that the checkpoint does not name"
                : $"{family}, a pretrained encoder without a head: it encodes, and finds nothing until it is fine-tuned or probed",
            Family = family,
            Configuration = Write(config),
            Input = Input with { WindowSamples = config.Samples },
            Labels = checkpoint.HasHead
                ? [.. Enumerable.Range(0, config.Labels).Select(k => new ModelLabel { Name = $"label {k}" })]
                : [new ModelLabel { Name = "none", Threshold = 1 }],
            Provenance = new Dictionary<string, string>
            {
                ["architecture"] = "bakqui/ST-MEM (Na et al., ICLR 2024), CC BY-NC 4.0",
                ["layout"] = checkpoint.IsFull ? "whole network; the decoder is left out" : "encoder",
            },
        };
        return new(description, checkpoint.Classifier());
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(MaskedAutoencoderConfig))]
internal sealed partial class MaskedAutoencoderJson : JsonSerializerContext;
