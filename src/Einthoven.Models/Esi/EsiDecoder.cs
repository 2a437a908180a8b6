// ESI's multimodal decoder: text positions that look back along the text and at the ECG.
// Source: comp-well-org/ESI, model/esi.py, after CoCa (Yu et al., arXiv 2205.01917) with one shared key and value head
// (Shazeer, arXiv 1911.02150), parallel feed-forward parts, SwiGLU (Shazeer, arXiv 2002.05202) and rotary positions (Su et al., arXiv 2104.09864).
using Einthoven.Torch;

namespace Einthoven.Models.Esi;

/// <summary>Layer norm with a learned gain and an offset that stays zero, a buffer. Names: gamma, beta [width].</summary>
internal sealed class GainNorm : Module
{
    private const double Epsilon = 1e-5;
    private static readonly Operator s_layerNorm = new("aten::layer_norm");
    private readonly long[] _shape;
    private readonly Tensor _gamma;
    private readonly Tensor _beta;

    internal GainNorm(long width)
    {
        _shape = [width];
        _gamma = Parameter("gamma", width);
        _beta = Buffer("beta", Tensor.Zeros(width));
    }

    /// <summary>[.., width] → the same shape.</summary>
    internal Tensor Forward(Tensor x) => s_layerNorm.Call(x, _shape, _gamma, _beta, Epsilon);

    protected override void InitializeOwn(IRandomSource random) => _gamma.FillInPlace(1);
}

/// <summary>Self-attention and feed-forward side by side on one norm: every position sees itself and what came before it, padding included.</summary>
internal sealed class ParallelSelfAttention : Module
{
    private readonly int _heads;
    private readonly int _perHead;
    private readonly int _wide;
    private readonly GainNorm _norm;
    private readonly Tensor _frequencies;
    private readonly Linear _projection;
    private readonly Linear _attentionOut;
    private readonly Linear _feedForwardOut;

    internal ParallelSelfAttention(int width, int heads, int perHead, int expansion)
    {
        (_heads, _perHead, _wide) = (heads, perHead, expansion * width);
        _norm = Child("norm", new GainNorm(width));
        _frequencies = Buffer("rotary_emb.inv_freq", Tensor.From([.. Enumerable.Range(0, perHead / 2).Select(i => (float)Math.Pow(10000, -2.0 * i / perHead))], perHead / 2));
        _projection = Child("fused_attn_ff_proj", new Linear(width, (heads * perHead) + (2 * perHead) + (2 * _wide), bias: false));
        _attentionOut = Child("attn_out", new Linear(heads * perHead, width, bias: false));
        _feedForwardOut = Child("ff_out.1", new Linear(_wide, width, bias: false));
    }

    /// <summary>[texts, tokens, width] → what is added to it.</summary>
    internal Tensor Forward(Tensor x)
    {
        (long texts, long tokens) = (x.Size(0), x.Size(1));
        Tensor all = _projection.Forward(_norm.Forward(x));
        long queries = (long)_heads * _perHead;
        (Tensor cosines, Tensor sines) = Angles((int)tokens, x.Device);
        Tensor q = all.Narrow(2, 0, queries).View(texts, tokens, _heads, _perHead).Transpose(1, 2);     // [texts, heads, tokens, perHead]
        q = Rotate(q, cosines, sines) * (1 / Math.Sqrt(_perHead));
        Tensor k = Rotate(all.Narrow(2, queries, _perHead), cosines, sines);                            // [texts, tokens, perHead], for all heads
        Tensor v = all.Narrow(2, queries + _perHead, _perHead);
        Tensor scores = q.Reshape(texts, _heads * tokens, _perHead).Bmm(k.Transpose(1, 2)).View(texts, _heads, tokens, tokens)
            .MaskedFill(Later((int)tokens, x.Device), float.MinValue);
        Tensor mixed = scores.Softmax(-1).View(texts, _heads * tokens, tokens).Bmm(v)
            .View(texts, _heads, tokens, _perHead).Transpose(1, 2).Reshape(texts, tokens, queries);
        return _attentionOut.Forward(mixed) + _feedForwardOut.Forward(SwiGlu.Apply(all.Narrow(2, queries + (2 * _perHead), 2L * _wide)));
    }

    /// <summary>Cosines and sines of position · frequency, [tokens, perHead]: the frequencies stand twice, one half after the other.</summary>
    private (Tensor Cosines, Tensor Sines) Angles(int tokens, Device device)
    {
        float[] frequencies = _frequencies.ToArray<float>();
        int half = frequencies.Length;
        float[] cosines = new float[tokens * 2 * half], sines = new float[tokens * 2 * half];
        for (int t = 0; t < tokens; t++)
        {
            for (int i = 0; i < 2 * half; i++)
                (sines[(t * 2 * half) + i], cosines[(t * 2 * half) + i]) = MathF.SinCos(t * frequencies[i % half]);
        }

        return (Tensor.From(cosines, tokens, 2 * half).To(device), Tensor.From(sines, tokens, 2 * half).To(device));
    }

    // The partner of element i is i + perHead/2, not its neighbour.
    private static Tensor Rotate(Tensor x, Tensor cosines, Tensor sines)
    {
        (int last, long half) = (x.Dim - 1, x.Size(x.Dim - 1) / 2);
        Tensor turned = Tensor.Cat([-x.Narrow(last, half, half), x.Narrow(last, 0, half)], last);
        return (x * cosines) + (turned * sines);
    }

    private static Tensor Later(int tokens, Device device)
    {
        bool[] later = new bool[tokens * tokens];
        for (int i = 0; i < tokens; i++)
            for (int j = i + 1; j < tokens; j++) later[(i * tokens) + j] = true;
        return Tensor.From(later, tokens, tokens).To(device);
    }
}

/// <summary>
/// Attention of some tokens to others, many queries to one shared key and value head; a feed-forward part beside it where the decoder uses
/// it, a norm of the context where the pooler does.
/// </summary>
internal sealed class SharedCrossAttention : Module
{
    private readonly int _heads;
    private readonly int _perHead;
    private readonly GainNorm _norm;
    private readonly GainNorm? _contextNorm;
    private readonly Linear _queries;
    private readonly Linear _keysValues;
    private readonly Linear _out;
    private readonly Linear? _wide;
    private readonly Linear? _narrow;

    /// <summary>Makes an attention with zero weights; an expansion of 0 has no feed-forward part.</summary>
    internal SharedCrossAttention(int width, int contextWidth, int heads, int perHead, int expansion, bool normContext)
    {
        (_heads, _perHead) = (heads, perHead);
        _norm = Child("norm", new GainNorm(width));
        if (normContext) _contextNorm = Child("context_norm", new GainNorm(contextWidth));
        _queries = Child("to_q", new Linear(width, heads * perHead, bias: false));
        _keysValues = Child("to_kv", new Linear(contextWidth, 2 * perHead, bias: false));
        _out = Child("to_out", new Linear(heads * perHead, width, bias: false));
        if (expansion == 0) return;
        _wide = Child("ff.0", new Linear(width, 2 * expansion * width, bias: false));
        _narrow = Child("ff.2", new Linear(expansion * width, width, bias: false));
    }

    /// <summary>[batch, tokens, width] and a context [batch, others, context width] → [batch, tokens, width].</summary>
    internal Tensor Forward(Tensor x, Tensor context)
    {
        (long batch, long tokens) = (x.Size(0), x.Size(1));
        x = _norm.Forward(x);
        if (_contextNorm is not null) context = _contextNorm.Forward(context);
        Tensor q = (_queries.Forward(x) * (1 / Math.Sqrt(_perHead))).View(batch, tokens, _heads, _perHead).Transpose(1, 2).Reshape(batch, _heads * tokens, _perHead);
        Tensor both = _keysValues.Forward(context);
        Tensor weights = q.Bmm(both.Narrow(2, 0, _perHead).Transpose(1, 2)).Softmax(-1);                // [batch, heads · tokens, others]
        Tensor mixed = weights.Bmm(both.Narrow(2, _perHead, _perHead)).View(batch, _heads, tokens, _perHead).Transpose(1, 2).Reshape(batch, tokens, -1);
        Tensor result = _out.Forward(mixed);
        return _wide is null ? result : result + _narrow!.Forward(SwiGlu.Apply(_wide.Forward(x)));
    }
}

internal static class SwiGlu
{
    /// <summary>[.., 2n] → [.., n]: the first half, gated by SiLU of the <b>second</b>.</summary>
    internal static Tensor Apply(Tensor x)
    {
        (int last, long half) = (x.Dim - 1, x.Size(x.Dim - 1) / 2);
        return x.Narrow(last, 0, half) * x.Narrow(last, half, half).Silu();
    }
}
