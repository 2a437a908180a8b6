// The family's row, and its published checkpoints.
using System.Text.Json;
using System.Text.Json.Serialization;
using Einthoven.Models.Packages;
using Einthoven.Models.PtbXlBenchmark;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Models.XResNet;

/// <summary>One-dimensional XResNets of the PTB-XL benchmark.</summary>
public static class XResNetFamily
{
    private const string Family = "xresnet1d";
    // Each block registers its main path twice, so that a saved file holds these tensors under both names.
    private const string MainPath = ".convs.";
    private const string Duplicate = ".convpath.0.";

    /// <summary>The row of <see cref="ModelFamilies"/>.</summary>
    public static ModelFamily Row { get; } = ConfigurationJson.Row(
        Family,
        "XResNet in one dimension, best of the PTB-XL benchmark (Strodthoff et al., IEEE JBHI 2021)",
        new XResNetConfig(),
        XResNetJson.Default.XResNetConfig,
        (config, labels) => new XResNetwork(config with { Labels = labels }),
        Import);

    /// <summary>Reads a checkpoint of the benchmark.</summary>
    /// <exception cref="CheckpointException">It is none, or takes other leads than the twelve.</exception>
    public static ImportedModel Import(TorchCheckpoint file)
    {
        BenchmarkCheckpoint checkpoint = BenchmarkCheckpoint.Read(file);
        int stem = checkpoint.Count(k => $"{k}.0.weight");
        checkpoint.Shape("0.0.weight");
        int stages = checkpoint.Count(k => $"{k}.0.convs.0.0.weight", stem + 1);
        bool bottleneck = checkpoint.Has($"{stem + 1}.0.convs.2.0.weight");
        (IReadOnlyList<int> hidden, int labels) = checkpoint.Head($"{stem + 1 + stages}");
        int blockWidth = checkpoint.Shape($"{stem + 1}.0.convs.0.0.weight")[0];
        XResNetConfig config = new()
        {
            Leads = checkpoint.Shape("0.0.weight")[1],
            Labels = labels,
            Stem = [.. Enumerable.Range(0, stem).Select(k => checkpoint.Shape($"{k}.0.weight")[0])],
            Layers = [.. Enumerable.Range(stem + 1, stages).Select(s => checkpoint.Count(k => $"{s}.{k}.convs.0.0.weight"))],
            Expansion = bottleneck ? checkpoint.Shape($"{stem + 1}.0.convs.2.0.weight")[0] / blockWidth : 1,
            BlockWidth = blockWidth,
            Kernel = checkpoint.Shape("0.0.weight")[2],
            HeadHidden = hidden,
        };
        JsonElement json = JsonSerializer.SerializeToElement(config, XResNetJson.Default.XResNetConfig);
        return checkpoint.Import(Family, "xresnet1d", json, config.Leads, labels, FromPublished(checkpoint.Tensors));
    }

    /// <summary>A published file's tensors without their duplicates.</summary>
    public static IEnumerable<CheckpointTensor> FromPublished(IEnumerable<CheckpointTensor> tensors) =>
        tensors.Where(t => !t.Name.Contains(Duplicate, StringComparison.Ordinal));

    /// <summary>The names of a published file, duplicates included, in its order, each with the network's own name of the same tensor.</summary>
    public static IEnumerable<(string Published, string Own)> PublishedNames(IEnumerable<string> own)
    {
        // The duplicates of a block's main path come as a whole behind it.
        List<string> waiting = [];
        foreach (string name in own)
        {
            if (waiting.Count > 0 && (!name.Contains(MainPath, StringComparison.Ordinal) || Block(name) != Block(waiting[0])))
            {
                foreach (string twice in waiting) yield return (twice.Replace(MainPath, Duplicate, StringComparison.Ordinal), twice);
                waiting.Clear();
            }

            yield return (name, name);
            if (name.Contains(MainPath, StringComparison.Ordinal)) waiting.Add(name);
        }

        foreach (string twice in waiting) yield return (twice.Replace(MainPath, Duplicate, StringComparison.Ordinal), twice);
    }

    private static string Block(string name) => name[..name.IndexOf(MainPath, StringComparison.Ordinal)];
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(XResNetConfig))]
internal sealed partial class XResNetJson : JsonSerializerContext;
