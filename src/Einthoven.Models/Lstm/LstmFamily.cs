// The family's row, and its published checkpoints.
using System.Text.Json;
using System.Text.Json.Serialization;
using Einthoven.Models.Packages;
using Einthoven.Models.PtbXlBenchmark;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Models.Lstm;

/// <summary>lstm and lstm_bidir of the PTB-XL benchmark.</summary>
public static class LstmFamily
{
    private const string Family = "lstm";

    /// <summary>The row of <see cref="ModelFamilies"/>.</summary>
    public static ModelFamily Row { get; } = ConfigurationJson.Row(
        Family,
        "LSTM, one direction or both, in the form of the PTB-XL benchmark",
        new LstmConfig(),
        LstmJson.Default.LstmConfig,
        (config, labels) => new LstmNetwork(config with { Labels = labels }),
        Import);

    /// <summary>Reads a checkpoint of the benchmark.</summary>
    /// <exception cref="CheckpointException">It is none, or takes other leads than the twelve.</exception>
    public static ImportedModel Import(TorchCheckpoint file)
    {
        BenchmarkCheckpoint checkpoint = BenchmarkCheckpoint.Read(file);
        int[] first = checkpoint.Shape("2.weight_ih_l0");
        (IReadOnlyList<int> hidden, int labels) = checkpoint.Head("5", first: 1);
        LstmConfig config = new()
        {
            Leads = first[1],
            Labels = labels,
            Hidden = first[0] / 4,
            Layers = checkpoint.Count(k => $"2.weight_ih_l{k}"),
            Bidirectional = checkpoint.Has("2.weight_ih_l0_reverse"),
            HeadHidden = hidden,
        };
        JsonElement json = JsonSerializer.SerializeToElement(config, LstmJson.Default.LstmConfig);
        return checkpoint.Import(Family, config.Bidirectional ? "lstm_bidir" : "lstm", json, config.Leads, labels);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(LstmConfig))]
internal sealed partial class LstmJson : JsonSerializerContext;
