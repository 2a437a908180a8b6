// The family's row, and its published checkpoints.
using System.Text.Json;
using System.Text.Json.Serialization;
using Einthoven.Models.Packages;
using Einthoven.Models.PtbXlBenchmark;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Models.ResNetWang;

/// <summary>resnet1d_wang of the PTB-XL benchmark.</summary>
public static class ResNetWangFamily
{
    private const string Family = "resnet1d-wang";

    /// <summary>The row of <see cref="ModelFamilies"/>.</summary>
    public static ModelFamily Row { get; } = ConfigurationJson.Row(
        Family,
        "Small residual network for time series (Wang et al. 2017) in the form of the PTB-XL benchmark",
        new ResNetWangConfig(),
        ResNetWangJson.Default.ResNetWangConfig,
        (config, labels) => new ResNetWangNetwork(config with { Labels = labels }),
        Import);

    /// <summary>Reads a checkpoint of the benchmark.</summary>
    /// <exception cref="CheckpointException">It is none, or takes other leads than the twelve.</exception>
    public static ImportedModel Import(TorchCheckpoint file)
    {
        BenchmarkCheckpoint checkpoint = BenchmarkCheckpoint.Read(file);
        int[] stem = checkpoint.Shape("0.weight");
        int blocks = checkpoint.Count(k => $"{k}.0.conv1.weight", 3);
        (IReadOnlyList<int> hidden, int labels) = checkpoint.Head($"{3 + blocks}");
        ResNetWangConfig config = new()
        {
            Leads = stem[1],
            Labels = labels,
            Width = stem[0],
            StemKernel = stem[2],
            Kernels = [checkpoint.Shape("3.0.conv1.weight")[2], checkpoint.Shape("3.0.conv2.weight")[2]],
            Strides = [.. Enumerable.Range(3, blocks).Select(k => checkpoint.Has($"{k}.0.downsample.0.weight") ? 2 : 1)],
            HeadHidden = hidden,
        };
        JsonElement json = JsonSerializer.SerializeToElement(config, ResNetWangJson.Default.ResNetWangConfig);
        return checkpoint.Import(Family, "resnet1d_wang", json, config.Leads, labels);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ResNetWangConfig))]
internal sealed partial class ResNetWangJson : JsonSerializerContext;
