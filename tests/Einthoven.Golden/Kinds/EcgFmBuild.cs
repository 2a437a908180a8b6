// Builds ECG-FM's networks from the fields of a case and loads them by formula or from a file.
using System.Text.Json;
using Einthoven.Models.EcgFm;
using Einthoven.Torch;

namespace Einthoven.Golden.Kinds;

internal static class EcgFmBuild
{
    /// <summary>The configuration that a case's fields describe; what it leaves out takes the defaults.</summary>
    public static EcgFmConfig Config(JsonElement json)
    {
        EcgFmConfig defaults = new();
        double dropout = Number("dropout", 0);
        return defaults with
        {
            Leads = Integer("in_channels"),
            ConvLayers = [.. json.GetProperty("conv_layers").EnumerateArray().Select(l => new ConvLayer(l[0].GetInt32(), l[1].GetInt32(), l[2].GetInt32()))],
            ExtractorMode = json.GetProperty("extractor_mode").GetString() == "layer_norm" ? ExtractorMode.LayerNorm : ExtractorMode.Default,
            ConvBias = json.GetProperty("conv_bias").GetBoolean(),
            Layers = Integer("layers"),
            Width = Integer("width"),
            FeedForward = Integer("ffn"),
            Heads = Integer("heads"),
            LayerNormFirst = json.GetProperty("layer_norm_first").GetBoolean(),
            ConvPos = Integer("conv_pos"),
            ConvPosGroups = Integer("conv_pos_groups"),
            Dropout = dropout,
            AttentionDropout = dropout,
            ActivationDropout = dropout,
            InputDropout = dropout,
            FinalDropout = dropout,
            FeatureGradientFactor = Number("feature_grad_mult", 1),
            Labels = (int)Number("num_labels", 0),
        };

        int Integer(string name) => json.GetProperty(name).GetInt32();

        double Number(string name, double otherwise) => json.TryGetProperty(name, out JsonElement value) ? value.GetDouble() : otherwise;
    }

    /// <summary>A classifier with the case's weights.</summary>
    public static EcgFmClassifier Classifier(GoldenCase golden, GoldenFiles files, JsonElement config)
    {
        EcgFmClassifier network = new(Config(config));
        Weights.Load(network, golden, files, WeightNormConv1d.ModernName, Root(golden));
        return network;
    }

    /// <summary>
    /// What precedes the classifier's own names. A case's prefix may already hold the "encoder." with which they begin: then it is
    /// what precedes the encoder's names, and the head lies beside the encoder.
    /// </summary>
    public static string Root(GoldenCase golden) =>
        golden.Prefix.EndsWith("encoder.", StringComparison.Ordinal) ? golden.Prefix[..^"encoder.".Length] : golden.Prefix;

    /// <summary>The valid samples of each row: stored, or part of the configuration; null where nothing is padded.</summary>
    public static long[]? Lengths(GoldenCase golden, GoldenFiles files)
    {
        if (!golden.Config.TryGetProperty("padded", out JsonElement padded) || !padded.GetBoolean()) return null;
        if (golden.Array("lengths") is string name) return files.Tensors()[name].ToInt64s();
        return [.. golden.Config.GetProperty("lengths").EnumerateArray().Select(l => l.GetInt64())];
    }
}
