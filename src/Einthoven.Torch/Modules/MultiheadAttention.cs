// Self-attention with separate query, key and value projections.
namespace Einthoven.Torch;

/// <summary>
/// Multi-head self-attention (Vaswani et al., "Attention is all you need", NeurIPS 2017, §3.2).
/// Names: k_proj, v_proj, q_proj, out_proj, each with weight [width, width] and bias [width].
/// </summary>
public sealed class MultiheadAttention : Module
{
    private readonly long _heads;
    private readonly Linear _key;
    private readonly Linear _value;
    private readonly Linear _query;
    private readonly Linear _output;
    private readonly Dropout _dropout;

    /// <summary>Makes an attention of a width that the number of heads divides.</summary>
    /// <exception cref="ArgumentException">It does not.</exception>
    public MultiheadAttention(long width, long heads, double dropout = 0)
    {
        if (width % heads != 0) throw new ArgumentException($"{heads} heads do not divide a width of {width}.");
        _heads = heads;
        _key = Child("k_proj", new Linear(width, width));
        _value = Child("v_proj", new Linear(width, width));
        _query = Child("q_proj", new Linear(width, width));
        _output = Child("out_proj", new Linear(width, width));
        _dropout = Child("dropout", new Dropout(dropout));
    }

    /// <summary>The four projections in the order k, v, q, out, for initialisation by a network's own rule.</summary>
    public IReadOnlyList<Linear> Projections => [_key, _value, _query, _output];

    /// <summary>[batch, tokens, width] → the same shape.</summary>
    /// <param name="x">[batch, tokens, width].</param>
    /// <param name="keyPadding">Bool [batch, tokens], true where a token may not be attended to; null: none.</param>
    /// <param name="weights">Receives the attention probabilities [batch, heads, tokens, tokens], rows = queries.</param>
    public Tensor Forward(Tensor x, Tensor? keyPadding = null, Action<Tensor>? weights = null)
    {
        long[] shape = x.Shape;
        (long batch, long tokens, long width) = (shape[0], shape[1], shape[2]);
        long perHead = width / _heads;

        Tensor q = Heads(_query.Forward(x) * (1 / Math.Sqrt(perHead)));     // [batch · heads, tokens, perHead]
        Tensor k = Heads(_key.Forward(x));
        Tensor v = Heads(_value.Forward(x));
        Tensor scores = q.Bmm(k.Transpose(1, 2));                           // [batch · heads, tokens, tokens]
        if (keyPadding is not null)
        {
            scores = scores.View(batch, _heads, tokens, tokens)
                .MaskedFill(keyPadding.View(batch, 1, 1, tokens), double.NegativeInfinity)
                .View(batch * _heads, tokens, tokens);
        }
        Tensor probabilities = scores.Softmax(-1);
        weights?.Invoke(probabilities.View(batch, _heads, tokens, tokens));
        Tensor mixed = _dropout.Forward(probabilities).Bmm(v)               // [batch · heads, tokens, perHead]
            .View(batch, _heads, tokens, perHead).Transpose(1, 2).Reshape(batch, tokens, width);
        return _output.Forward(mixed);

        Tensor Heads(Tensor t) => t.View(batch, tokens, _heads, perHead).Transpose(1, 2).Reshape(batch * _heads, tokens, perHead);
    }
}
