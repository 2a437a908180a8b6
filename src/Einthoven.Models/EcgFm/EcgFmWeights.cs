// Writes the weights of ECG-FM's networks and takes the encoder out of them again, for fine-tuning, probing and embedding.
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Models.EcgFm;

/// <summary>Weights of ECG-FM's networks in files.</summary>
public static class EcgFmWeights
{
    private const string EncoderPrefix = "encoder.";

    private static readonly string[] s_headNames = ["mask_emb"];
    private static readonly string[] s_headPrefixes = ["quantizer.", "input_quantizer.", "project_", "target_glu.", "final_proj."];

    /// <summary>
    /// The encoder's tensors under the names that <see cref="EcgFmEncoder"/> loads: a classifier's prefix is taken off, a pretraining
    /// network's heads and mask embedding are left out, old weight-norm names are made new.
    /// </summary>
    public static IReadOnlyList<CheckpointTensor> Encoder(IReadOnlyList<CheckpointTensor> weights)
    {
        IEnumerable<CheckpointTensor> named = weights.Select(t => t with { Name = WeightNormConv1d.ModernName(t.Name) });
        // Inside a network with a head of its own the encoder is a part; a pretraining network's names begin with the encoder's own.
        bool isPart = weights.Any(t => t.Name.StartsWith(EncoderPrefix + EncoderPrefix, StringComparison.Ordinal) || t.Name.StartsWith(EncoderPrefix + "feature_extractor.", StringComparison.Ordinal));
        return isPart
            ? [.. named.Where(t => t.Name.StartsWith(EncoderPrefix, StringComparison.Ordinal)).Select(t => t with { Name = t.Name[EncoderPrefix.Length..] })]
            : [.. named.Where(t => !s_headNames.Contains(t.Name) && !s_headPrefixes.Any(p => t.Name.StartsWith(p, StringComparison.Ordinal)))];
    }

    /// <summary>Writes the weights of any of the networks as safetensors, under the names of the published checkpoints.</summary>
    public static void Save(Module network, string path) =>
        SafeTensorsWriter.Write(path, network.State().Select(t => new CheckpointTensor(t.Name, t.Tensor.DType, t.Tensor.Shape, t.Tensor.ToBytes())));

    /// <summary>Loads an encoder from the weights of any of the networks.</summary>
    /// <exception cref="CheckpointException">They are of other sizes, or of another network.</exception>
    public static void LoadEncoder(this EcgFmEncoder encoder, IReadOnlyList<CheckpointTensor> weights)
    {
        using Scope scope = new();
        encoder.Load(Encoder(weights).ToDictionary(t => t.Name, t => Tensor.FromBytes(t.Data.Span, t.DType, t.Shape)));
    }
}
