// 3KG's contrast: every view finds each other view of the same patient among all views of other patients.
// Sources: Gopal et al., "3KG", ML4H 2021 (arXiv 2106.04452); Jwoo5/fairseq-signals, criterions/3kg_criterion.py (facts).
using Einthoven.Torch;

namespace Einthoven.Training.Objectives;

/// <summary>Settings of 3KG's contrast.</summary>
public sealed record PatientContrastOptions
{
    /// <summary>What similarities are divided by.</summary>
    public double Temperature { get; init; } = 0.1;

    /// <summary>Whether no gradient flows through the vectors' lengths, as published. False: the gradient of the cosine.</summary>
    public bool DetachNorm { get; init; } = true;
}

/// <summary>3KG's loss.</summary>
public static class PatientContrast
{
    private static readonly Operator s_logSumExp = new("aten::logsumexp");

    /// <summary>Sum over ordered pairs (i, j) of one patient of −log [exp s_ij / (exp s_ij + Σ over other patients' rows k of exp s_ik)].</summary>
    /// <param name="vectors">[rows, width].</param>
    /// <param name="patients">Whose each row is.</param>
    /// <param name="options">Settings.</param>
    /// <returns>The sum, and the share of pairs whose similarity exceeds that of every other patient's row.</returns>
    /// <exception cref="ArgumentException">No two rows are of one patient, or all are.</exception>
    public static (Tensor Sum, double Accuracy) Compute(Tensor vectors, IReadOnlyList<long> patients, PatientContrastOptions options)
    {
        int rows = patients.Count;
        var same = new bool[rows * rows];
        var positive = new float[rows * rows];
        for (int k = 0; k < same.Length; k++)
        {
            same[k] = patients[k / rows] == patients[k % rows];
            positive[k] = same[k] && k / rows != k % rows ? 1 : 0;
        }

        if (positive.All(p => p == 0)) throw new ArgumentException("No two rows of the batch are of one patient: feed views in pairs.");
        if (Enumerable.Range(0, rows).Any(row => same.AsSpan(row * rows, rows).IndexOf(false) < 0)) throw new ArgumentException("All rows of the batch are of one patient: there is nothing to tell apart. Raise batch.");
        using Scope scope = new();
        Tensor unit = CosineLogits.Unit(vectors, options.DetachNorm);
        Tensor logits = unit.Matmul(unit.Transpose(0, 1)) / options.Temperature;            // [rows, rows]
        Tensor others = logits.MaskedFill(Tensor.From(same, rows, rows).To(logits.Device), double.NegativeInfinity);
        Tensor rest = s_logSumExp.Call(others, new long[] { 1 }, true).Expand(rows, rows);
        Tensor weights = Tensor.From(positive, rows, rows).To(logits.Device);
        Tensor sum = -(Tensor.Stack([logits, rest], 2).LogSoftmax(2).Select(2, 0) * weights).Sum();
        Tensor ahead = logits.Ge(others.Amax([1], keepDimensions: true)).To(ScalarType.Float32);
        return (scope.Keep(sum), (ahead * weights).Sum().Item() / positive.Sum());
    }
}
