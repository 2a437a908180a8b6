// The contrast of pairs, an ECG and its text, with every other pairing of a batch, both ways.
// Source: Radford et al., "Learning transferable visual models from natural language supervision", ICML 2021, fig. 3.
using Einthoven.Models.Text;
using Einthoven.Torch;

namespace Einthoven.Training.Objectives;

/// <summary>Sums over a batch; how they are scaled and halved differs from method to method.</summary>
internal static class PairContrast
{
    private const double NormFloor = 1e-12;

    /// <summary>Cross entropy of the right column of every row, of the right row of every column, and the share of both that are first.</summary>
    /// <param name="logits">Similarities [pairs, pairs]; row i belongs to column i.</param>
    /// <param name="excluded">True where a pairing is neither right nor wrong [pairs, pairs]; null: nowhere.</param>
    internal static (Tensor Rows, Tensor Columns, double Accuracy) Sums(Tensor logits, bool[]? excluded = null)
    {
        using Scope scope = new();
        long pairs = logits.Size(0);
        if (excluded is not null) logits = logits.MaskedFill(Tensor.From(excluded, pairs, pairs).To(logits.Device), double.NegativeInfinity);
        Tensor right = Tensor.From([.. Enumerable.Range(0, (int)pairs).Select(i => (long)i)], pairs).To(logits.Device);
        Tensor turned = logits.Transpose(0, 1);
        double accuracy = 0.5 * (First(logits) + First(turned));
        return (scope.Keep(Losses.CrossEntropySum(logits, right)), scope.Keep(Losses.CrossEntropySum(turned, right)), accuracy);

        double First(Tensor scores) => scores.Argmax(1).Eq(right).To(ScalarType.Float32).Mean().Item();
    }

    /// <summary>Pairings of an ECG with another ECG's text that reads the same as its own: true there [rows · rows].</summary>
    internal static bool[] SameText(TokenBatch texts)
    {
        bool[] same = new bool[texts.Rows * texts.Rows];
        for (int i = 0; i < texts.Rows; i++)
            for (int j = 0; j < texts.Rows; j++) same[(i * texts.Rows) + j] = i != j && texts.Row(i).SequenceEqual(texts.Row(j));
        return same;
    }

    /// <summary>Pairings that are neither right nor wrong, [ECGs, texts]: texts that read the same, where asked for, and texts known to hold too.</summary>
    internal static bool[]? Excluded(TrainingBatch batch, TokenBatch texts, bool sameText)
    {
        bool[]? same = sameText ? SameText(texts) : null;
        if (batch.AlsoTrue is not { } also) return same;
        return same is null ? also : [.. same.Select((s, k) => s || also[k])];
    }

    /// <summary>The same for [texts, ECGs].</summary>
    internal static bool[]? Turned(bool[]? excluded, int rows) =>
        excluded is null ? null : [.. Enumerable.Range(0, rows * rows).Select(k => excluded[(k % rows * rows) + (k / rows)])];

    /// <summary>Rows of length 1.</summary>
    internal static Tensor Unit(Tensor x) => x / x.Norm([-1], keepDimensions: true).Clamp(NormFloor, null);

    /// <summary>The texts of a batch as ids and mask, Int64 [rows, tokens], on the windows' device.</summary>
    /// <exception cref="ArgumentException">The batch has no texts, or another number of them.</exception>
    internal static (Tensor Ids, Tensor Mask, TokenBatch Texts) Tokens(TrainingBatch batch)
    {
        long rows = batch.Windows.Size(0);
        if (batch.Texts is not { } texts || texts.Rows != rows) throw new ArgumentException($"This objective needs a text for each of {rows} windows; the batch has {batch.Texts?.Rows ?? 0}.");
        Device device = batch.Windows.Device;
        return (Tensor.From(texts.Ids, rows, texts.Tokens).To(device), Tensor.From(texts.Mask, rows, texts.Tokens).To(device), texts);
    }
}
