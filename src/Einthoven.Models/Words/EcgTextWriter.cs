// Writes a text from what an ECG encoder sees, token by token; unlike ESI's decoder no position has seen the word that it predicts.
// Layers as in ESI's decoder (Yu et al., TMLR 2024), on words of its own and on every position of the ECG, as CoCa means it
// (Yu et al., arXiv 2205.01917).
using Einthoven.Models.Esi;
using Einthoven.Torch;

namespace Einthoven.Models.Words;

/// <summary>A causal decoder. Names: words.weight, ecg.*, layers.l.{0,1}.*, norm.gamma; its output shares the table of words.</summary>
internal sealed class EcgTextWriter : Module
{
    private const double InitialDeviation = 0.02;
    private static readonly Operator s_embedding = new("aten::embedding");
    private readonly Tensor _words;
    private readonly List<(ParallelSelfAttention Self, SharedCrossAttention Cross)> _layers;
    private readonly GainNorm _norm;

    internal EcgTextWriter(EcgTextConfig config)
    {
        int width = config.Text.Width;
        _words = Parameter("words.weight", config.Text.Vocabulary, width);
        _layers = [.. Enumerable.Range(0, config.WriterLayers).Select(l => (
            Child($"layers.{l}.0", new ParallelSelfAttention(width, config.Heads, config.HeadWidth, config.Expansion)),
            Child($"layers.{l}.1", new SharedCrossAttention(width, config.EcgWidth, config.Heads, config.HeadWidth, config.Expansion, normContext: true))))];
        _norm = Child("norm", new GainNorm(width));
    }

    /// <summary>Logits of the token after each: ids Int64 [B, T] and the ECGs' map [B, positions, ECG width] → [B, T, vocabulary].</summary>
    internal Tensor Forward(Tensor ids, Tensor map)
    {
        Tensor x = s_embedding.Call(_words, ids);                       // [B, T, width]
        foreach ((ParallelSelfAttention self, SharedCrossAttention cross) in _layers)
        {
            x += self.Forward(x);
            x += cross.Forward(x, map);
        }

        return _norm.Forward(x).Matmul(_words.Transpose(0, 1));
    }

    protected override void InitializeOwn(IRandomSource random) => _words.CopyFrom(random.NormalTensor(_words.Shape, InitialDeviation));
}
