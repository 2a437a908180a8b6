// The authors' files: the whole network with some tensors under two names, or the encoder alone; weights lie under `model` in both.
// Source: bakqui/ST-MEM, util/misc.py (save_model) and its released files.
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Models.MaskedAutoencoders;

/// <summary>A checkpoint of one of the methods.</summary>
public sealed class MaskedAutoencoderCheckpoint
{
    private const string EncoderPrefix = "encoder.";
    private const string Duplicate = "to_patch_embedding.";
    private const string Head = "head.";

    private readonly string _path;
    private readonly Dictionary<string, CheckpointTensor> _tensors;
    private readonly Dictionary<string, CheckpointTensor> _encoder;

    private MaskedAutoencoderCheckpoint(string path, IEnumerable<CheckpointTensor> tensors, PatchScheme scheme)
    {
        _path = path;
        _tensors = tensors.ToDictionary(t => t.Name);
        IsFull = _tensors.ContainsKey("decoder_pos_embed");
        _encoder = IsFull
            ? _tensors.Where(t => t.Key.StartsWith(EncoderPrefix, StringComparison.Ordinal)).ToDictionary(t => t.Key[EncoderPrefix.Length..], t => t.Value)
            : _tensors;
        HasHead = _encoder.ContainsKey($"{Head}weight");
        Config = ReadConfig(scheme);
        Decoder = IsFull ? ReadDecoder() : null;
    }

    /// <summary>Whether the decoder is in it.</summary>
    public bool IsFull { get; }

    /// <summary>Whether a fine-tuned head is in it.</summary>
    public bool HasHead { get; }

    /// <summary>Sizes of the encoder; one label where there is no head.</summary>
    public MaskedAutoencoderConfig Config { get; }

    /// <summary>Sizes of the decoder; null where there is none.</summary>
    public MaskedDecoderConfig? Decoder { get; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="CheckpointException">It is none of that method.</exception>
    public static MaskedAutoencoderCheckpoint Read(TorchCheckpoint file, PatchScheme scheme) =>
        new(file.Path, file.Find("model") is CheckpointDictionary ? file.Tensors("model") : file.Tensors(), scheme);

    /// <summary>Tensors of a <see cref="MaskedAutoencoder"/>: the file's, each once.</summary>
    /// <exception cref="CheckpointException">The file holds the encoder alone.</exception>
    public IReadOnlyList<CheckpointTensor> Pretraining() => IsFull
        ? [.. _tensors.Values.Where(t => !t.Name.StartsWith(Duplicate, StringComparison.Ordinal))]
        : throw new CheckpointException($"{_path}: holds an encoder without its decoder.");

    /// <summary>Tensors of a <see cref="MaskedAutoencoderClassifier"/>, with a head of zeros where there is none.</summary>
    public IReadOnlyList<CheckpointTensor> Classifier()
    {
        IEnumerable<CheckpointTensor> body = _encoder.Select(t => t.Value with { Name = t.Key });
        return HasHead
            ? [.. body]
            :
            [
                .. body,
                CheckpointTensor.From<float>($"{Head}weight", [Config.Labels, Config.Width], new float[Config.Labels * Config.Width]),
                CheckpointTensor.From<float>($"{Head}bias", [Config.Labels], new float[Config.Labels]),
            ];
    }

    private MaskedAutoencoderConfig ReadConfig(PatchScheme scheme)
    {
        bool separated = scheme == PatchScheme.LeadPatches;
        if (_encoder.ContainsKey("sep_embedding") != separated)
            throw new CheckpointException($"{_path}: {(separated ? "has no separators, so it is no ST-MEM: try mtae or mlae" : "has separators, so it is an ST-MEM")}.");
        long[] positions = Shape("pos_embedding"), projection = Shape("to_patch_embedding.2.weight");
        int patches = checked((int)positions[1]) - (separated ? 2 : 1), width = checked((int)projection[0]), values = checked((int)projection[1]);
        // Leads and samples of the other two are not in the file: twelve leads, and one lead a patch, as published.
        int leads = separated ? Count(k => $"lead_embeddings.{k}") : scheme == PatchScheme.WholeLeads ? patches : 12;
        int patch = scheme switch { PatchScheme.LeadPatches => values, PatchScheme.TimePatches => values / leads, _ => 1 };
        (int heads, int feedForward, int depth, bool bias) = Blocks(k => $"block{k}");
        return new()
        {
            Leads = leads,
            Labels = HasHead ? checked((int)Shape($"{Head}weight")[0]) : 1,
            Samples = scheme == PatchScheme.WholeLeads ? values : patches * patch,
            Patch = patch,
            Width = width,
            Depth = depth,
            Heads = heads,
            FeedForward = feedForward,
            AttentionBias = bias,
        };
    }

    private MaskedDecoderConfig ReadDecoder()
    {
        (int heads, int feedForward, int depth, bool bias) = Blocks(k => $"decoder_blocks.{k}", _tensors);
        return new() { Width = checked((int)_tensors["decoder_pos_embed"].Shape[2]), Depth = depth, Heads = heads, FeedForward = feedForward, AttentionBias = bias };
    }

    private (int Heads, int FeedForward, int Depth, bool Bias) Blocks(Func<int, string> name, Dictionary<string, CheckpointTensor>? tensors = null)
    {
        tensors ??= _encoder;
        int depth = 0;
        while (tensors.ContainsKey($"{name(depth)}.attn.fn.to_qkv.weight")) depth++;
        if (depth == 0) throw new CheckpointException($"{_path}: has no tensor {name(0)}.attn.fn.to_qkv.weight, so it is no masked autoencoder.");
        // The width of a head is 64 whatever the network's own.
        return (
            checked((int)tensors[$"{name(0)}.attn.fn.to_qkv.weight"].Shape[0]) / 3 / new MaskedAutoencoderConfig().HeadWidth,
            checked((int)tensors[$"{name(0)}.ff.fn.net.0.weight"].Shape[0]),
            depth,
            tensors.ContainsKey($"{name(0)}.attn.fn.to_qkv.bias"));
    }

    private int Count(Func<int, string> name)
    {
        int count = 0;
        while (_encoder.ContainsKey(name(count))) count++;
        return count;
    }

    private long[] Shape(string name) => _encoder.TryGetValue(name, out CheckpointTensor? tensor)
        ? tensor.Shape
        : throw new CheckpointException($"{_path}: has no tensor {name}, so it is no masked autoencoder.");
}
