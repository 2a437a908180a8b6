// Self-attention on what one dense layer makes of the tokens: queries, keys and values side by side.
namespace Einthoven.Torch;

/// <summary>The attention of vision transformers (Vaswani et al., "Attention is all you need", NeurIPS 2017, §3.2), between its two dense layers.</summary>
public static class SelfAttention
{
    // In single precision on oneDNN's product, head by head where they lie: see native/attention.cpp. In bfloat16 libtorch's own batched products are as fast.
    private static readonly Operator s_attention = new("einthoven::attention");
    private static readonly Operator s_suits = new("einthoven::attention_suits");

    /// <summary>softmax(q kᵀ · scale) v for every head.</summary>
    /// <param name="projected">[batch, tokens, 3 · heads · head width]: all queries, all keys, all values.</param>
    /// <param name="heads">Heads.</param>
    /// <param name="scale">Usually 1 / √(head width).</param>
    /// <param name="dropout">Of the shares that tokens have in each other; null: none.</param>
    /// <returns>[batch, tokens, heads · head width].</returns>
    public static Tensor Apply(Tensor projected, int heads, double scale, Dropout? dropout = null)
    {
        if (dropout is not { IsActive: true } && s_suits.CallNumber(projected) != 0) return s_attention.Call(projected, heads, scale);

        (long batch, long tokens, long width) = (projected.Size(0), projected.Size(1), projected.Size(2) / 3);
        long each = width / heads;
        Tensor parts = projected.View(batch, tokens, 3, heads, each).Permute(2, 0, 3, 1, 4);
        Tensor q = Part(0) * scale, k = Part(1), v = Part(2);                                // [batch · heads, tokens, head width]
        Tensor shares = q.Bmm(k.Transpose(1, 2)).Softmax(-1);
        return (dropout?.Forward(shares) ?? shares).Bmm(v).View(batch, heads, tokens, each).Transpose(1, 2).Reshape(batch, tokens, width);

        Tensor Part(int index) => parts.Select(0, index).Reshape(batch * heads, tokens, each);
    }
}
