// The contrast of wav2vec 2.0: the true target among negatives, by cosine similarity.
// Source: Baevski et al., "wav2vec 2.0", NeurIPS 2020, eq. 3; fairseq-signals, models/wav2vec2/wav2vec2.py, compute_preds.
using Einthoven.Torch;

namespace Einthoven.Training.Objectives;

/// <summary>Logits of candidates and their cross entropy; candidate 0 is the true target.</summary>
internal static class ContrastiveLoss
{
    private const double NormFloor = 1e-8;

    /// <summary>Cosine similarities over the temperature: [B, M, 1 + negatives] in the order target, same row, any row, codebook.</summary>
    /// <param name="predictions">[B, M, width].</param>
    /// <param name="targets">[B, M, width].</param>
    /// <param name="negatives">The candidates.</param>
    /// <param name="codewords">Projected codewords of <see cref="NegativeIndices.Codebook"/> [N · B · M, width]; null where there are none.</param>
    /// <param name="identities">What each target is, [B · M]: a negative of the same identity cannot be told from the target and gets −∞.</param>
    /// <param name="temperature">What similarities are divided by.</param>
    public static Tensor Logits(
        Tensor predictions, Tensor targets, NegativeIndices negatives, Tensor? codewords, long[] identities, double temperature)
    {
        using Scope scope = new();
        (long rows, long masked) = (targets.Size(0), targets.Size(1));
        Device device = targets.Device;
        Tensor p = Normalize(predictions), y = Normalize(targets);
        List<Tensor> candidates = [(p * y).Sum([-1], keepDimensions: true)];
        // Similarities of all pairs once, then a choice among them: no negative is ever copied.
        if (negatives.SameRow.Length > 0)
            candidates.Add(p.Bmm(y.Transpose(1, 2)).Gather(2, Tensor.From(negatives.SameRow, rows, masked, Count(negatives.SameRow)).To(device)));
        if (negatives.AnyRow.Length > 0)
        {
            Tensor all = p.Reshape(rows * masked, -1).Matmul(y.Reshape(rows * masked, -1).Transpose(0, 1)).View(rows, masked, -1);
            candidates.Add(all.Gather(2, Tensor.From(negatives.AnyRow, rows, masked, Count(negatives.AnyRow)).To(device)));
        }

        if (codewords is not null)
        {
            Tensor words = Normalize(codewords).View(Count(negatives.Codebook), rows, masked, -1).Permute(1, 2, 0, 3); // [B, M, N, width]
            candidates.Add((p.Unsqueeze(2) * words).Sum([-1]));
        }

        Tensor logits = Tensor.Cat(candidates, 2) / temperature;
        Tensor same = Tensor.From(Indistinguishable(negatives, identities, (int)masked, (int)logits.Size(2)), rows, masked, logits.Size(2)).To(device);
        return scope.Keep(logits.MaskedFill(same, double.NegativeInfinity));

        long Count(long[] indices) => indices.Length / (rows * masked);
    }

    /// <summary>Sum over all targets of −log softmax at candidate 0.</summary>
    public static Tensor CrossEntropySum(Tensor logits) => -logits.LogSoftmax(2).Select(2, 0).Sum();

    /// <summary>Targets that score highest among their candidates; where all candidates score the same, none.</summary>
    public static double Correct(Tensor logits)
    {
        using Scope scope = new();
        Tensor best = logits.Argmax(2).Eq(0), worst = (-logits).Argmax(2).Eq(0);
        return (best.To(ScalarType.Float32) - (best.To(ScalarType.Float32) * worst.To(ScalarType.Float32))).Sum().Item();
    }

    // Identical codewords can differ in the last bit after a matrix product: codes are compared, not vectors.
    private static bool[] Indistinguishable(NegativeIndices negatives, long[] identities, int masked, int candidates)
    {
        int targets = identities.Length;
        (int same, int any, int book) = (negatives.SameRow.Length / targets, negatives.AnyRow.Length / targets, negatives.Codebook.Length / targets);
        bool[] equal = new bool[targets * candidates];
        for (int target = 0; target < targets; target++)
        {
            long own = identities[target];
            int at = (target * candidates) + 1, row = target - (target % masked);
            for (int k = 0; k < same; k++) equal[at++] = identities[row + negatives.SameRow[(target * same) + k]] == own;
            for (int k = 0; k < any; k++) equal[at++] = identities[negatives.AnyRow[(target * any) + k]] == own;
            for (int k = 0; k < book; k++) equal[at++] = negatives.Codebook[(k * targets) + target] == own;
        }

        return equal;
    }

    private static Tensor Normalize(Tensor x) => x / x.Norm([-1], keepDimensions: true).Clamp(NormFloor, null);
}
