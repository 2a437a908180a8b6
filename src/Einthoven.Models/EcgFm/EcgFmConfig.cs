// The sizes and switches of ECG-FM's network, with the defaults of the published model classes.
// Source: fairseq-signals, models/ecg_transformer.py, wav2vec2/wav2vec2.py and finetuning classes (commit 6b9e137).
using System.Text.Json.Serialization;

namespace Einthoven.Models.EcgFm;

/// <summary>One block of the feature extractor.</summary>
/// <param name="Width">Output channels.</param>
/// <param name="Kernel">Samples one output sees of its input.</param>
/// <param name="Stride">Samples of input from one output to the next.</param>
public sealed record ConvLayer(int Width, int Kernel, int Stride);

/// <summary>Where the feature extractor normalises.</summary>
public enum ExtractorMode
{
    /// <summary>After the first convolution only: each channel over time.</summary>
    [JsonStringEnumMemberName("default")]
    Default,

    /// <summary>After every convolution: all channels of each instant.</summary>
    [JsonStringEnumMemberName("layer_norm")]
    LayerNorm,
}

/// <summary>Configuration of <see cref="EcgFmEncoder"/> and <see cref="EcgFmClassifier"/>. The defaults are the published base model.</summary>
public sealed record EcgFmConfig
{
    /// <summary>Leads of the input.</summary>
    public int Leads { get; init; } = 12;

    /// <summary>The feature extractor's blocks, from the signal up.</summary>
    public IReadOnlyList<ConvLayer> ConvLayers { get; init; } = [new(256, 2, 2), new(256, 2, 2), new(256, 2, 2), new(256, 2, 2)];

    /// <summary>Where the feature extractor normalises.</summary>
    public ExtractorMode ExtractorMode { get; init; } = ExtractorMode.Default;

    /// <summary>Whether its convolutions have biases.</summary>
    public bool ConvBias { get; init; }

    /// <summary>Transformer layers.</summary>
    public int Layers { get; init; } = 12;

    /// <summary>Width of the transformer.</summary>
    public int Width { get; init; } = 768;

    /// <summary>Width of its feed-forward part.</summary>
    public int FeedForward { get; init; } = 3072;

    /// <summary>Attention heads; they divide the width.</summary>
    public int Heads { get; init; } = 12;

    /// <summary>Whether each part normalises its input (true) or its sum with the residual (false).</summary>
    public bool LayerNormFirst { get; init; }

    /// <summary>Kernel of the positional convolution.</summary>
    public int ConvPos { get; init; } = 128;

    /// <summary>Groups of the positional convolution; they divide the width.</summary>
    public int ConvPosGroups { get; init; } = 16;

    /// <summary>Dropout at the transformer's entrance and after each of its parts.</summary>
    public double Dropout { get; init; } = 0.1;

    /// <summary>Dropout on attention probabilities.</summary>
    public double AttentionDropout { get; init; } = 0.1;

    /// <summary>Dropout inside the feed-forward part.</summary>
    public double ActivationDropout { get; init; }

    /// <summary>Probability with which a layer is skipped in training.</summary>
    public double LayerDrop { get; init; }

    /// <summary>Dropout on the projected features.</summary>
    public double InputDropout { get; init; }

    /// <summary>Dropout before the classifier's pooling.</summary>
    public double FinalDropout { get; init; }

    /// <summary>Factor on the gradient of the feature extractor; at 0 it runs without one.</summary>
    public double FeatureGradientFactor { get; init; } = 1;

    /// <summary>Labels of the classifier; 0 where there is none.</summary>
    public int Labels { get; init; }

    /// <summary>Frames that so many samples give: 156 for 2500 with the base model's blocks; 0 or less where they are too few.</summary>
    public long Frames(long samples) =>
        ConvLayers.Aggregate(samples, (n, layer) => (long)Math.Floor((n - layer.Kernel) / (double)layer.Stride) + 1);

    /// <summary>Checks the sizes.</summary>
    /// <exception cref="ArgumentException">A size is out of range; the message names it.</exception>
    public void Validate()
    {
        Require(Leads > 0, "leads is not positive");
        Require(ConvLayers.Count > 0 && ConvLayers.All(l => l is { Width: > 0, Kernel: > 0, Stride: > 0 }), "convLayers is empty or has a size that is not positive");
        Require(Layers >= 0, "layers is negative");
        Require(Width > 0 && FeedForward > 0, "width or feedForward is not positive");
        Require(Heads > 0 && Width % Heads == 0, $"heads ({Heads}) does not divide width ({Width})");
        Require(ConvPos > 0, "convPos is not positive");
        Require(ConvPosGroups > 0 && Width % ConvPosGroups == 0, $"convPosGroups ({ConvPosGroups}) does not divide width ({Width})");
        Require(Labels >= 0, "labels is negative");
        foreach ((string name, double value) in Probabilities()) Require(value is >= 0 and < 1, $"{name} is {value}, not in [0, 1)");
    }

    private (string Name, double Value)[] Probabilities() =>
    [
        ("dropout", Dropout), ("attentionDropout", AttentionDropout), ("activationDropout", ActivationDropout),
        ("layerDrop", LayerDrop), ("inputDropout", InputDropout), ("finalDropout", FinalDropout),
    ];

    private static void Require(bool holds, string problem)
    {
        if (!holds) throw new ArgumentException($"ECG-FM's configuration does not work: {problem}.");
    }
}
