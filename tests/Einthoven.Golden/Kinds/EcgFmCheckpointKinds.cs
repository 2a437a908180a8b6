// ECG-FM's checkpoints and the names, shapes and order of its parameters.
using System.Text.Json;
using Einthoven.Models.EcgFm;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Golden.Kinds;

internal static class EcgFmCheckpointKinds
{
    /// <summary>A .pt file: what it says of itself, and its tensors equal to a safetensors file; they must load into the network.</summary>
    public static void Checkpoint(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        using TorchCheckpoint file = TorchCheckpoint.Open(golden.File("checkpoint"));
        EcgFmCheckpoint checkpoint = EcgFmCheckpoint.Read(file);
        JsonElement facts = golden.Config;
        EcgFmConfig expected = EcgFmBuild.Config(facts);
        // The facts leave out dropouts and the like: those are compared with nothing.
        EcgFmConfig actual = EcgFmBuild.Config(facts) with
        {
            Leads = checkpoint.Config.Leads,
            ExtractorMode = checkpoint.Config.ExtractorMode,
            ConvBias = checkpoint.Config.ConvBias,
            Layers = checkpoint.Config.Layers,
            Width = checkpoint.Config.Width,
            FeedForward = checkpoint.Config.FeedForward,
            Heads = checkpoint.Config.Heads,
            LayerNormFirst = checkpoint.Config.LayerNormFirst,
            ConvPos = checkpoint.Config.ConvPos,
            ConvPosGroups = checkpoint.Config.ConvPosGroups,
            Labels = checkpoint.Config.Labels,
            ConvLayers = expected.ConvLayers,
        };
        deviations.Equal("configuration", actual, expected);
        deviations.Equal("conv_layers", string.Join(' ', checkpoint.Config.ConvLayers), string.Join(' ', expected.ConvLayers));
        deviations.Equal("model", checkpoint.Model, facts.GetProperty("model").GetString());
        deviations.Equal("weight_norm", checkpoint.HasOldWeightNormNames ? "old" : "new", facts.GetProperty("weight_norm").GetString());
        deviations.Equal("optimizer_state", checkpoint.HasOptimizerState, facts.GetProperty("optimizer_state").GetBoolean());
        deviations.Equal("num_updates", checkpoint.Updates, facts.GetProperty("num_updates").GetInt64());
        deviations.Equal("entries", checkpoint.PublishedTensors.Count, facts.GetProperty("entries").GetInt32());

        SafeTensorsFile twin = files.Tensors();
        deviations.Equal(
            "names",
            string.Join(' ', checkpoint.PublishedTensors.Select(t => t.Name).Order(StringComparer.Ordinal)),
            string.Join(' ', twin.Tensors.Select(t => t.Name).Order(StringComparer.Ordinal)));
        foreach (CheckpointTensor tensor in checkpoint.PublishedTensors)
            if (twin.TryGet(tensor.Name, out CheckpointTensor? reference)) deviations.Compare(tensor.Name, "values", tensor.ToDoubles(), tensor.Shape, reference);

        using Scope scope = new();
        using EcgFmEncoder encoder = new(checkpoint.Config);
        encoder.Load(checkpoint.EncoderTensors().ToDictionary(t => t.Name, t => Tensor.FromBytes(t.Data.Span, t.DType, t.Shape)));
    }

    /// <summary>Names, shapes, order and count of every parameter.</summary>
    public static void Parameters(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        EcgFmConfig config = EcgFmBuild.Config(golden.Config);
        using Module network = config.Labels > 0 ? new EcgFmClassifier(config) : new EcgFmPretraining(config, new EcgFmPretrainingConfig());
        JsonElement expected = files.Json();
        deviations.Equal("count", network.ParameterCount, expected.GetProperty("count").GetInt64());
        string[] actual = [.. network.State().Select(p => $"{p.Name} [{string.Join(", ", p.Tensor.Shape)}]")];
        string[] listed = [.. expected.GetProperty("tensors").EnumerateArray().Select(t => $"{t[0].GetString()} [{string.Join(", ", t[1].EnumerateArray())}]")];
        deviations.Equal("number of tensors", actual.Length, listed.Length);
        for (int i = 0; i < Math.Min(actual.Length, listed.Length); i++) deviations.Equal($"tensor {i}", actual[i], listed[i]);
    }
}
