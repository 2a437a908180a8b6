// The family's row, and its published checkpoints.
using System.Text.Json;
using System.Text.Json.Serialization;
using Einthoven.Models.Packages;
using Einthoven.Models.PtbXlBenchmark;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Models.Inception1d;

/// <summary>inception1d of the PTB-XL benchmark.</summary>
public static class InceptionFamily
{
    private const string Family = "inception1d";

    /// <summary>The row of <see cref="ModelFamilies"/>.</summary>
    public static ModelFamily Row { get; } = ConfigurationJson.Row(
        Family,
        "InceptionTime (Ismail Fawaz et al. 2020) in the form of the PTB-XL benchmark",
        new InceptionConfig(),
        InceptionJson.Default.InceptionConfig,
        (config, labels) => new InceptionNetwork(config with { Labels = labels }),
        Import);

    /// <summary>Reads a checkpoint of the benchmark.</summary>
    /// <exception cref="CheckpointException">It is none, or takes other leads than the twelve.</exception>
    public static ImportedModel Import(TorchCheckpoint file)
    {
        BenchmarkCheckpoint checkpoint = BenchmarkCheckpoint.Read(file);
        int[] bottleneck = checkpoint.Shape("layers.0.im.0.bottleneck.weight");
        int branches = checkpoint.Count(k => $"layers.0.im.0.convs.{k}.weight");
        (IReadOnlyList<int> hidden, int labels) = checkpoint.Head("layers.1");
        InceptionConfig config = new()
        {
            Leads = bottleneck[1],
            Labels = labels,
            Kernels = [.. Enumerable.Range(0, branches).Select(k => checkpoint.Shape($"layers.0.im.0.convs.{k}.weight")[2])],
            Depth = checkpoint.Count(k => $"layers.0.im.{k}.bottleneck.weight"),
            Bottleneck = bottleneck[0],
            Filters = checkpoint.Shape("layers.0.im.0.conv_bottle.1.weight")[0],
            Residual = checkpoint.Has("layers.0.sk.0.conv.weight"),
            HeadHidden = hidden,
        };
        JsonElement json = JsonSerializer.SerializeToElement(config, InceptionJson.Default.InceptionConfig);
        return checkpoint.Import(Family, "inception1d", json, config.Leads, labels);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(InceptionConfig))]
internal sealed partial class InceptionJson : JsonSerializerContext;
