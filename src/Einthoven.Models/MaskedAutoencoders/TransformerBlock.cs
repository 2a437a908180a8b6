// A transformer block that normalises first, as in the vision transformers of the masked autoencoders.
// Source: bakqui/ST-MEM, models/encoder/vit.py: heads of a width of their own, one projection for queries, keys and values.
using Einthoven.Torch;

namespace Einthoven.Models.MaskedAutoencoders;

/// <summary>x + attention(norm(x)), then x + feed-forward(norm(x)). Names: attn.norm, attn.fn.to_qkv, attn.fn.to_out.0, ff.norm, ff.fn.net.0, ff.fn.net.3.</summary>
internal sealed class TransformerBlock : Module
{
    private readonly int _heads;
    private readonly int _headWidth;
    private readonly LayerNorm _attentionNorm;
    private readonly Linear _queryKeyValue;
    private readonly Linear? _output;
    private readonly LayerNorm _feedForwardNorm;
    private readonly Linear _expand;
    private readonly Linear _contract;

    internal TransformerBlock(int width, int heads, int headWidth, int feedForward, bool attentionBias)
    {
        (_heads, _headWidth) = (heads, headWidth);
        int inner = heads * headWidth;
        _attentionNorm = Child("attn.norm", new LayerNorm(width));
        _queryKeyValue = Child("attn.fn.to_qkv", new Linear(width, 3 * inner, attentionBias));
        // A single head of the token's own width needs no way back, as published.
        if (heads != 1 || headWidth != width) _output = Child("attn.fn.to_out.0", new Linear(inner, width));
        _feedForwardNorm = Child("ff.norm", new LayerNorm(width));
        _expand = Child("ff.fn.net.0", new Linear(width, feedForward));
        _contract = Child("ff.fn.net.3", new Linear(feedForward, width));
    }

    /// <summary>Float32 [batch, tokens, width] → the same shape; products in <paramref name="compute"/>.</summary>
    internal Tensor Forward(Tensor x, ScalarType compute)
    {
        using var scope = new Scope();
        x += Attend(_attentionNorm.Forward(x).To(compute)).To(ScalarType.Float32);
        Tensor expanded = _expand.Forward(_feedForwardNorm.Forward(x).To(compute)).Gelu();   // [batch, tokens, feed-forward]
        return scope.Keep(x + _contract.Forward(expanded).To(ScalarType.Float32));
    }

    private Tensor Attend(Tensor x)
    {
        Tensor mixed = SelfAttention.Apply(_queryKeyValue.Forward(x), _heads, Math.Pow(_headWidth, -0.5));
        return _output is null ? mixed : _output.Forward(mixed);
    }

    /// <summary>Every linear layer Xavier uniform, bias 0.</summary>
    protected override void InitializeOwn(IRandomSource random)
    {
        foreach (Linear linear in new[] { _queryKeyValue, _output, _expand, _contract }.OfType<Linear>()) Xavier.Fill(linear, random);
    }
}

/// <summary>The published start of every linear layer.</summary>
internal static class Xavier
{
    /// <summary>Uniform within ±√(6 / (inputs + outputs)), bias 0 (Glorot and Bengio, AISTATS 2010).</summary>
    internal static void Fill(Linear linear, IRandomSource random)
    {
        double bound = Math.Sqrt(6.0 / (linear.Weight.Size(0) + linear.Weight.Size(1)));
        linear.Weight.CopyFrom(random.UniformTensor(linear.Weight.Shape, -bound, bound));
        linear.Bias?.ZeroInPlace();
    }
}
