// The text encoder of ESI and MERL: BERT under the names of its published checkpoints.
// Source: Devlin et al., "BERT", NAACL 2019 (post-norm transformer, erf GELU, norms with epsilon 1e-12).
using Einthoven.Torch;

namespace Einthoven.Models.Esi;

/// <summary>Token ids in, one vector a token out; <see cref="Pool"/> makes one of the whole text.</summary>
public sealed class BertEncoder : Module
{
    private const double Epsilon = 1e-12;
    private const double InitialDeviation = 0.02;
    private const int PaddingId = 0;
    private static readonly Operator s_embedding = new("aten::embedding");
    private readonly BertConfig _config;
    private readonly Tensor _words;
    private readonly Tensor _positions;
    private readonly Tensor _types;
    private readonly LayerNorm _norm;
    private readonly Dropout _dropout;
    private readonly List<BertLayer> _layers;
    private readonly Linear _pooler;

    /// <summary>Builds the encoder with zero weights.</summary>
    /// <exception cref="ArgumentException">The configuration does not work.</exception>
    public BertEncoder(BertConfig config)
    {
        config.Validate();
        _config = config;
        _words = Parameter("embeddings.word_embeddings.weight", config.Vocabulary, config.Width);
        _positions = Parameter("embeddings.position_embeddings.weight", config.Positions, config.Width);
        _types = Parameter("embeddings.token_type_embeddings.weight", config.Types, config.Width);
        _norm = Child("embeddings.LayerNorm", new LayerNorm(config.Width, Epsilon));
        _dropout = Child("embeddings.dropout", new Dropout(config.Dropout));
        _layers = [.. Enumerable.Range(0, config.Layers).Select(i => Child($"encoder.layer.{i}", new BertLayer(config, Epsilon)))];
        _pooler = Child("pooler.dense", new Linear(config.Width, config.Width));
    }

    /// <summary>Width of the tokens.</summary>
    public int Width => _config.Width;

    /// <summary>Encodes texts.</summary>
    /// <param name="ids">Int64 [texts, tokens].</param>
    /// <param name="mask">Int64 [texts, tokens]: 1 for a token, 0 for padding.</param>
    /// <returns>[texts, tokens, width]; what stands at padding means nothing.</returns>
    /// <exception cref="ArgumentException">The texts are longer than the table of positions.</exception>
    public Tensor Forward(Tensor ids, Tensor mask)
    {
        long tokens = ids.Size(1);
        if (tokens > _config.Positions)
            throw new ArgumentException($"A text of {tokens} tokens is longer than the encoder's {_config.Positions} positions: cut it to that length.");
        Tensor x = s_embedding.Call(_words, ids, PaddingId) + _positions.Narrow(0, 0, tokens) + _types.Select(0, 0);
        x = _dropout.Forward(_norm.Forward(x));                             // [texts, tokens, width]
        Tensor hidden = mask.Eq(0).View(mask.Size(0), 1, 1, tokens);
        foreach (BertLayer layer in _layers) x = layer.Forward(x, hidden);
        return x;
    }

    /// <summary>The pooler: tanh of a dense layer on the first token. [texts, tokens, width] → [texts, width].</summary>
    public Tensor Pool(Tensor hidden) => _pooler.Forward(hidden.Select(1, 0)).Tanh();

    /// <summary>Weights normal with deviation 0.02, biases 0, the row of the padding token 0.</summary>
    protected override void InitializeOwn(IRandomSource random)
    {
        foreach ((string name, Tensor parameter) in NamedParameters())
        {
            if (parameter.Dim >= 2) parameter.CopyFrom(random.NormalTensor(parameter.Shape, InitialDeviation));
            else if (name.EndsWith(".bias", StringComparison.Ordinal)) parameter.FillInPlace(0);
        }

        _words.Select(0, PaddingId).ZeroInPlace();
    }
}

/// <summary>One layer: attention, then the feed-forward part, each added and then normed.</summary>
internal sealed class BertLayer : Module
{
    private readonly long _heads;
    private readonly Linear _query;
    private readonly Linear _key;
    private readonly Linear _value;
    private readonly Linear _output;
    private readonly LayerNorm _attentionNorm;
    private readonly Linear _wide;
    private readonly Linear _narrow;
    private readonly LayerNorm _norm;
    private readonly Dropout _dropout;

    internal BertLayer(BertConfig config, double epsilon)
    {
        _heads = config.Heads;
        _query = Child("attention.self.query", new Linear(config.Width, config.Width));
        _key = Child("attention.self.key", new Linear(config.Width, config.Width));
        _value = Child("attention.self.value", new Linear(config.Width, config.Width));
        _output = Child("attention.output.dense", new Linear(config.Width, config.Width));
        _attentionNorm = Child("attention.output.LayerNorm", new LayerNorm(config.Width, epsilon));
        _wide = Child("intermediate.dense", new Linear(config.Width, config.Intermediate));
        _narrow = Child("output.dense", new Linear(config.Intermediate, config.Width));
        _norm = Child("output.LayerNorm", new LayerNorm(config.Width, epsilon));
        _dropout = Child("dropout", new Dropout(config.Dropout));
    }

    /// <summary>[texts, tokens, width] → the same shape.</summary>
    internal Tensor Forward(Tensor x, Tensor hidden)
    {
        x = _attentionNorm.Forward(x + _dropout.Forward(Attend(x, hidden)));
        return _norm.Forward(x + _dropout.Forward(_narrow.Forward(_wide.Forward(x).Gelu())));
    }

    private Tensor Attend(Tensor x, Tensor hidden)
    {
        (long texts, long tokens, long width) = (x.Size(0), x.Size(1), x.Size(2));
        long perHead = width / _heads;
        Tensor q = Heads(_query.Forward(x)), k = Heads(_key.Forward(x)), v = Heads(_value.Forward(x));   // [texts · heads, tokens, perHead]
        // The most negative finite number, as published: a text of padding alone then gives a mean, not NaN.
        Tensor scores = (q.Bmm(k.Transpose(1, 2)) * (1 / Math.Sqrt(perHead))).View(texts, _heads, tokens, tokens).MaskedFill(hidden, float.MinValue);
        Tensor weights = _dropout.Forward(scores.Softmax(-1)).View(texts * _heads, tokens, tokens);
        return _output.Forward(weights.Bmm(v).View(texts, _heads, tokens, perHead).Transpose(1, 2).Reshape(texts, tokens, width));

        Tensor Heads(Tensor t) => t.View(texts, tokens, _heads, perHead).Transpose(1, 2).Reshape(texts * _heads, tokens, perHead);
    }
}
