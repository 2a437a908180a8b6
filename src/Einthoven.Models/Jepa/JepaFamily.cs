// The family's row, what it expects of a recording, and its published checkpoints: of a pretraining, whole or reduced, and of an evaluation.
// Source: kweimann/ECG-JEPA, pretrain.py, finetune.py, scripts/minify_pretrained_checkpoint.py and configs/.
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Einthoven.Models.Contracts;
using Einthoven.Models.Packages;
using Einthoven.Models.PtbXlBenchmark;
using Einthoven.Signals;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Models.Jepa;

/// <summary>ECG-JEPA.</summary>
public static class JepaFamily
{
    /// <summary>The family's name in model.json and on the command line.</summary>
    public const string Family = "ecg-jepa";

    private const string TargetPrefix = "target_encoder.";

    /// <summary>
    /// Twelve leads at 500 Hz, scaled by the statistics of PTB-XL's training folds and cut off at five deviations; windows of 2.5 s every
    /// 1.25 s. The published programs do this in half precision.
    /// </summary>
    public static InputContract Input { get; } = new()
    {
        Leads = LeadNames.Standard12,
        SamplingRateHz = 500,
        WindowSamples = 1250,
        StrideSamples = 625,
        Resampling = ResamplingMethod.Fourier,
        Normalization = ScaleOf(JepaSource.All.Single(source => source.Name == "ptb-xl").Statistics),
        MissingLeads = MissingLeadPolicy.Error,
        InterpolatedGapSeconds = 1,
        LongGaps = LongGapPolicy.Zero,
        ShortRecords = ShortRecordPolicy.PadZero,
    };

    /// <summary>The row of <see cref="ModelFamilies"/>.</summary>
    public static ModelFamily Row { get; } = ConfigurationJson.Row(
        Family,
        "ECG-JEPA: a vision transformer that learnt to predict hidden stretches (Weimann and Conrad, arXiv 2410.13867)",
        new JepaConfig(),
        JepaJson.Default.JepaConfig,
        (config, labels) => new JepaClassifier(config with { Labels = labels }),
        Import);

    /// <summary>Reads a configuration; what is not given has its default.</summary>
    /// <exception cref="JsonException">A key is unknown or a value has the wrong type.</exception>
    public static JepaConfig Read(JsonElement configuration) => ConfigurationJson.Read(configuration, new JepaConfig(), JepaJson.Default.JepaConfig);

    /// <summary>A configuration as model.json holds it, in full.</summary>
    public static JsonElement Write(JepaConfig config) => JsonSerializer.SerializeToElement(config, JepaJson.Default.JepaConfig);

    /// <summary>
    /// Reads a checkpoint of the authors' programs. From a pretraining the target encoder is taken, as everything downstream does; it has no
    /// head and finds nothing until it is fine-tuned or probed.
    /// </summary>
    /// <exception cref="CheckpointException">It is none, or takes other leads than the twelve.</exception>
    public static ImportedModel Import(TorchCheckpoint file)
    {
        JepaCheckpoint checkpoint = JepaCheckpoint.Read(file);
        JepaConfig config = checkpoint.Config;
        ImportedModel.RequireLeads(Input, file.Path, config.Leads);
        ModelDescription description = new()
        {
            Name = Family,
            Summary = checkpoint.HasHead
                ? string.Create(CultureInfo.InvariantCulture, $"ECG-JEPA classifier of {config.Labels} labels")
                : "ECG-JEPA, a pretrained encoder without a head: it encodes, and finds nothing until it is fine-tuned or probed",
            Family = Family,
            Configuration = Write(config),
            Input = Input with
            {
                SamplingRateHz = checkpoint.SamplingRateHz,
                WindowSamples = checkpoint.WindowSamples,
                StrideSamples = checkpoint.StrideSamples,
                Normalization = checkpoint.Statistics is { } own ? ScaleOf(own) : Input.Normalization,
            },
            Labels = checkpoint.HasHead ? BenchmarkLabels.Of(config.Labels, Aggregation.Mean) : [new ModelLabel { Name = "none", Threshold = 1 }],
            Provenance = new Dictionary<string, string>
            {
                ["architecture"] = "kweimann/ECG-JEPA (Weimann and Conrad, 2025), MIT licence",
                ["layout"] = checkpoint.HasHead ? "evaluation" : "pretraining; its target encoder",
                ["windows"] = "the published evaluation averages logits over windows, this package probabilities",
            },
        };
        return new(description, checkpoint.Classifier);
    }

    /// <summary>The body of a classifier in the weights that our own pretraining keeps: its target encoder, renamed.</summary>
    /// <param name="tensors">encoder.*, predictor.*, target_encoder.*.</param>
    public static IEnumerable<CheckpointTensor> TargetEncoder(IEnumerable<CheckpointTensor> tensors) =>
        tensors.Where(t => t.Name.StartsWith(TargetPrefix, StringComparison.Ordinal)).Select(t => t with { Name = $"encoder.{t.Name[TargetPrefix.Length..]}" });

    private static ClippedScale ScaleOf(JepaLeadStatistics statistics) => new()
    {
        Means = [.. statistics.Means.Select(m => (double)m)],
        Deviations = [.. statistics.Deviations.Select(d => (double)d)],
        Limit = JepaLeadStatistics.PublishedClip,
    };
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(JepaConfig))]
[JsonSerializable(typeof(JepaSourceTable))]
internal sealed partial class JepaJson : JsonSerializerContext;
