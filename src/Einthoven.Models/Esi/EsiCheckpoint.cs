// Published checkpoints of ESI: the whole state, the text encoder in it once or twice, and the sizes that its shapes betray.
// Source: comp-well-org/ESI, train.py (accelerate's save_model), model/esi.py.
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Models.Esi;

/// <summary>A pretrained ESI: sizes, and tensors as <see cref="EsiPretraining"/> loads them; they point into the open file.</summary>
/// <param name="Config">Sizes.</param>
/// <param name="Tensors">Tensors.</param>
public sealed record EsiCheckpoint(EsiConfig Config, IReadOnlyList<CheckpointTensor> Tensors)
{
    private const string Text = "pretrained_text_encoder.";
    private const string TextAgain = "unimodal_layers.";
    private const string Wrapped = "module.";

    /// <summary>Width of a head of every published BERT; the file does not tell it.</summary>
    private const int TextHeadWidth = 64;

    /// <summary>Reads the tensors of a saved state.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="tensors">Its tensors.</param>
    /// <param name="textHeads">Heads of the text encoder; null: one for 64 of its width.</param>
    /// <exception cref="CheckpointException">It is another network's state.</exception>
    public static EsiCheckpoint Read(string path, IEnumerable<CheckpointTensor> tensors, int? textHeads = null)
    {
        Dictionary<string, CheckpointTensor> own = [];
        foreach (CheckpointTensor tensor in tensors)
        {
            string name = tensor.Name.StartsWith(Wrapped, StringComparison.Ordinal) ? tensor.Name[Wrapped.Length..] : tensor.Name;
            // The text encoder is registered under two names; a file without duplicates keeps either.
            if (name.StartsWith(TextAgain, StringComparison.Ordinal)) name = Text + name[TextAgain.Length..];
            if (!name.EndsWith("embeddings.position_ids", StringComparison.Ordinal)) own[name] = tensor with { Name = name };
        }

        int stages = Count(i => $"img_encoder.stages.{i}.0.dwconv.weight");
        int[] words = Shape(Text + "embeddings.word_embeddings.weight"), out0 = Shape("multimodal_layers.0.0.fn.attn_out.weight");
        int headWidth = Shape("multimodal_layers.0.1.fn.to_kv.weight")[0] / 2, width = words[1];
        EsiConfig config = new()
        {
            Ecg = new()
            {
                Leads = Shape("img_encoder.downsample_layers.0.0.weight")[1],
                Labels = Shape("img_encoder.head.weight")[0],
                Widths = [.. Enumerable.Range(0, stages).Select(i => Shape($"img_encoder.stages.{i}.0.dwconv.weight")[0])],
                Depths = [.. Enumerable.Range(0, stages).Select(i => Count(j => $"img_encoder.stages.{i}.{j}.dwconv.weight"))],
            },
            Text = new()
            {
                Vocabulary = words[0],
                Width = width,
                Layers = Count(i => $"{Text}encoder.layer.{i}.output.dense.weight"),
                Heads = textHeads ?? Math.Max(1, width / TextHeadWidth),
                Intermediate = Shape(Text + "encoder.layer.0.intermediate.dense.weight")[0],
                Positions = Shape(Text + "embeddings.position_embeddings.weight")[0],
                Types = Shape(Text + "embeddings.token_type_embeddings.weight")[0],
            },
            DecoderLayers = Count(l => $"multimodal_layers.{l}.0.fn.attn_out.weight"),
            Heads = out0[1] / Math.Max(1, headWidth),
            HeadWidth = headWidth,
            Expansion = Shape("multimodal_layers.0.0.fn.ff_out.1.weight")[1] / Math.Max(1, width),
        };
        return new(config, [.. own.Values]);

        int[] Shape(string name) => own.TryGetValue(name, out CheckpointTensor? tensor)
            ? [.. tensor.Shape.Select(s => checked((int)s))]
            : throw new CheckpointException($"{path}: has no tensor {name}, so it is not a state of ESI.");

        int Count(Func<int, string> name)
        {
            int count = 0;
            while (own.ContainsKey(name(count))) count++;
            return count;
        }
    }

    /// <summary>The tensors of the ECG encoder alone, as <see cref="EsiClassifier"/> calls them.</summary>
    public IEnumerable<CheckpointTensor> EcgEncoder()
    {
        const string Prefix = "img_encoder.";
        return Tensors.Where(t => t.Name.StartsWith(Prefix, StringComparison.Ordinal)).Select(t => t with { Name = t.Name[Prefix.Length..] });
    }
}
