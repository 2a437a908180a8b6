// HiPPO-LegS, the state matrix that remembers a signal by its Legendre coefficients, and its diagonal-plus-low-rank form.
// Sources: Gu, Dao, Ermon, Rudra, Ré, "HiPPO", NeurIPS 2020; Gu, Goel, Ré, "Efficiently modeling long sequences with structured state
// spaces", ICLR 2022, appendix C.
using System.Numerics;

namespace Einthoven.Torch;

/// <summary>
/// A = V (Λ − P̃ P̃*) V*, B = V B̃ with unitary V and Λ = −½ ± iθ: one entry of each conjugate pair, θ ascending and positive. The phase of
/// each eigenvector is free; here it makes B̃ real and positive.
/// </summary>
/// <param name="Frequencies">θ, N/2 numbers.</param>
/// <param name="P">P̃ = V*P.</param>
/// <param name="B">B̃ = V*B.</param>
public sealed record HippoForm(IReadOnlyList<double> Frequencies, IReadOnlyList<Complex> P, IReadOnlyList<double> B);

/// <summary>The HiPPO-LegS system x' = A x + B u of N states.</summary>
public static class Hippo
{
    private static readonly Operator s_eigen = new("aten::linalg_eigh");

    /// <summary>A, [N][N]: −√((2i+1)(2k+1)) below the diagonal, −(i+1) on it.</summary>
    public static double[][] StateMatrix(int states) =>
        [.. Enumerable.Range(0, states).Select(i => Enumerable.Range(0, states)
            .Select(k => i > k ? -Math.Sqrt(((2.0 * i) + 1) * ((2.0 * k) + 1)) : i == k ? -(i + 1.0) : 0).ToArray())];

    /// <summary>B, [N]: √(2i+1).</summary>
    public static double[] Input(int states) => [.. Enumerable.Range(0, states).Select(i => Math.Sqrt((2.0 * i) + 1))];

    /// <summary>P, [N]: √(i+½); A + P Pᵀ is −½ plus a skew-symmetric matrix.</summary>
    public static double[] LowRank(int states) => [.. Enumerable.Range(0, states).Select(i => Math.Sqrt(i + 0.5))];

    /// <summary>The diagonal-plus-low-rank form, in double precision.</summary>
    /// <param name="states">N, even and positive.</param>
    /// <exception cref="ArgumentException">N is odd or not positive.</exception>
    public static HippoForm Diagonalize(int states)
    {
        if (states <= 0 || states % 2 != 0) throw new ArgumentException($"A state of size {states} has no conjugate pairs: give an even, positive size.");
        using var scope = new Scope();
        using var noGrad = GradMode.Off();
        (double[] eigenvalues, Complex[] vectors) = SkewEigen(states);
        double[] input = Input(states), lowRank = LowRank(states);
        int half = states / 2;
        var (frequencies, p, b) = (new double[half], new Complex[half], new double[half]);
        for (int k = 0; k < half; k++)
        {
            int column = half + k;   // ascending: the upper half is positive
            frequencies[k] = eigenvalues[column];
            Complex projectedInput = 0, projectedLowRank = 0;
            for (int i = 0; i < states; i++)
            {
                Complex v = Complex.Conjugate(vectors[(i * states) + column]);
                projectedInput += v * input[i];
                projectedLowRank += v * lowRank[i];
            }

            b[k] = projectedInput.Magnitude;
            p[k] = projectedLowRank * Complex.Conjugate(projectedInput) / b[k];
        }

        return new HippoForm(frequencies, p, b);
    }

    // A + P Pᵀ = −½ + K with K skew: the Hermitian problem of −iK gives exact real parts and orthogonal vectors.
    private static (double[] Values, Complex[] Vectors) SkewEigen(int n)
    {
        double[][] a = StateMatrix(n);
        double[] p = LowRank(n);
        var matrix = new Complex[n * n];
        for (int i = 0; i < n; i++)
            for (int k = 0; k < n; k++)
                matrix[(i * n) + k] = new Complex(0, -0.5 * ((a[i][k] + (p[i] * p[k])) - (a[k][i] + (p[k] * p[i]))));
        Tensor?[] eigen = s_eigen.CallMany(ComplexTensors.From(matrix, Device.Cpu).View(n, n), "L");
        double[] pairs = ComplexTensors.ToPairs(eigen[1]!.Contiguous()).ToArray<double>();
        return (eigen[0]!.ToArray<double>(), [.. Enumerable.Range(0, n * n).Select(j => new Complex(pairs[2 * j], pairs[(2 * j) + 1]))]);
    }
}
