// The family's row, and its published pretraining checkpoint.
using System.Text.Json;
using System.Text.Json.Serialization;
using Einthoven.Models.Contracts;
using Einthoven.Models.Packages;
using Einthoven.Models.S4;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Models.EcgCpc;

/// <summary>A pretrained encoder as published: sizes, and tensors as <see cref="EcgCpcPretraining"/> loads them; they point into the open file.</summary>
/// <param name="Config">Sizes.</param>
/// <param name="Tensors">Tensors.</param>
public sealed record EcgCpcCheckpoint(EcgCpcConfig Config, IReadOnlyList<CheckpointTensor> Tensors);

/// <summary>ECG-CPC.</summary>
public static class EcgCpcFamily
{
    private const string Predictor = "ts_encoder.predictor.predictor.s4_layers";

    /// <summary>Twelve leads in millivolts at 240 Hz, not normalised, 2.5 s windows side by side, their probabilities averaged.</summary>
    public static InputContract Input { get; } = S4Family.Input with { SamplingRateHz = 240, WindowSamples = 600, StrideSamples = 600 };

    /// <summary>
    /// The row of <see cref="ModelFamilies"/>. The published checkpoint is a pretrained encoder without labels: fine-tuning begins with it,
    /// but it makes no package.
    /// </summary>
    public static ModelFamily Row { get; } = ConfigurationJson.Row(
        "ecg-cpc",
        "ECG-CPC: causal S4 layers pretrained to predict what comes (Al-Masud et al., ICLR 2026)",
        new EcgCpcConfig(),
        EcgCpcJson.Default.EcgCpcConfig,
        (config, labels) => new EcgCpcClassifier(config with { Labels = labels }));

    /// <summary>Reads a configuration; what is not given has its default.</summary>
    /// <exception cref="JsonException">A key is unknown or a value has the wrong type.</exception>
    public static EcgCpcConfig Read(JsonElement configuration) => ConfigurationJson.Read(configuration, new EcgCpcConfig(), EcgCpcJson.Default.EcgCpcConfig);

    /// <summary>Reads the published pretraining checkpoint.</summary>
    /// <exception cref="CheckpointException">It is none.</exception>
    public static EcgCpcCheckpoint ReadPretrained(TorchCheckpoint file)
    {
        S4Checkpoint checkpoint = S4Checkpoint.Read(file, "");
        int[] first = checkpoint.Shape("ts_encoder.encoder.layers.0.0.weight"), output = checkpoint.Shape($"{Predictor}.0.kernel.kernel.C");
        int blocks = checkpoint.Count(k => $"ts_encoder.encoder.layers.{k}.0.weight");
        EcgCpcConfig config = new()
        {
            Leads = first[1],
            Width = first[0],
            Kernels = [.. Enumerable.Range(0, blocks).Select(k => checkpoint.Shape($"ts_encoder.encoder.layers.{k}.0.weight")[2])],
            // Strides are not in the file: as published, the first halves the rate.
            Strides = [.. Enumerable.Range(0, blocks).Select(k => k == 0 ? 2 : 1)],
            States = 2 * output[2],
            Layers = checkpoint.Count(k => $"{Predictor}.{k}.kernel.kernel.C"),
            InternalLength = checkpoint.InternalLength($"{Predictor}.0"),
        };
        return new(config, checkpoint.Tensors);
    }

    /// <summary>Names and shapes of the published checkpoint of a configuration, the tables of nodes included.</summary>
    public static IReadOnlyList<(string Name, long[] Shape)> PublishedNames(EcgCpcConfig config)
    {
        using var network = new EcgCpcPretraining(config);
        return [.. S4Checkpoint.PublishedNames(network.State().Select(s => (s.Name, s.Tensor.Shape)), config.InternalLength)];
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(EcgCpcConfig))]
internal sealed partial class EcgCpcJson : JsonSerializerContext;
