// Texts as a text encoder takes them: one row of token ids each, padded to one length.
namespace Einthoven.Models.Text;

/// <summary>Tokens of a batch of texts.</summary>
/// <param name="Ids">Token ids, row by row: [rows · tokens].</param>
/// <param name="Mask">1 for a token, 0 for padding, in the same order.</param>
/// <param name="Rows">Texts.</param>
/// <param name="Tokens">Tokens of a row, padding included.</param>
public sealed record TokenBatch(long[] Ids, long[] Mask, int Rows, int Tokens)
{
    /// <summary>The ids of one text with its padding.</summary>
    public ReadOnlySpan<long> Row(int row) => Ids.AsSpan(row * Tokens, Tokens);
}
