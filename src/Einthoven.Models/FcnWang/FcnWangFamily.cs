// The family's row, and its published checkpoints.
using System.Text.Json;
using System.Text.Json.Serialization;
using Einthoven.Models.Packages;
using Einthoven.Models.PtbXlBenchmark;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Models.FcnWang;

/// <summary>fcn_wang of the PTB-XL benchmark.</summary>
public static class FcnWangFamily
{
    private const string Family = "fcn-wang";

    /// <summary>The row of <see cref="ModelFamilies"/>.</summary>
    public static ModelFamily Row { get; } = ConfigurationJson.Row(
        Family,
        "Fully convolutional network (Wang et al. 2017) in the form of the PTB-XL benchmark",
        new FcnWangConfig(),
        FcnWangJson.Default.FcnWangConfig,
        (config, labels) => new FcnWangNetwork(config with { Labels = labels }),
        Import);

    /// <summary>Reads a checkpoint of the benchmark.</summary>
    /// <exception cref="CheckpointException">It is none, or takes other leads than the twelve.</exception>
    public static ImportedModel Import(TorchCheckpoint file)
    {
        BenchmarkCheckpoint checkpoint = BenchmarkCheckpoint.Read(file);
        int leads = checkpoint.Shape("0.0.0.weight")[1], layers = checkpoint.Count(k => $"{k}.0.0.weight");
        (IReadOnlyList<int> hidden, int labels) = checkpoint.Head($"{layers}");
        FcnWangConfig config = new()
        {
            Leads = leads,
            Labels = labels,
            Filters = [.. Enumerable.Range(0, layers).Select(k => checkpoint.Shape($"{k}.0.0.weight")[0])],
            Kernels = [.. Enumerable.Range(0, layers).Select(k => checkpoint.Shape($"{k}.0.0.weight")[2])],
            HeadHidden = hidden,
        };
        JsonElement json = JsonSerializer.SerializeToElement(config, FcnWangJson.Default.FcnWangConfig);
        return checkpoint.Import(Family, "fcn_wang", json, leads, labels);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(FcnWangConfig))]
internal sealed partial class FcnWangJson : JsonSerializerContext;
