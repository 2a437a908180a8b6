// Whether two models are right on the same rows equally often (McNemar 1947).
using Einthoven.Evaluation.Numerics;

namespace Einthoven.Evaluation.Intervals;

/// <summary>The rows on which two models disagree, and the tests of their balance.</summary>
/// <param name="OnlyFirstRight">Rows the first has right and the second wrong.</param>
/// <param name="OnlySecondRight">Rows the second has right and the first wrong.</param>
public sealed record McNemar(int OnlyFirstRight, int OnlySecondRight)
{
    /// <summary>Exact two-sided p: twice the binomial tail, at most 1.</summary>
    public double ExactP
    {
        get
        {
            int n = OnlyFirstRight + OnlySecondRight, k = Math.Min(OnlyFirstRight, OnlySecondRight);
            // P(X ≤ k) = I_½(n − k, k + 1).
            return n == 0 ? 1 : Math.Min(1, 2 * (k == n ? 1 : SpecialFunctions.Beta(0.5, n - k, k + 1)));
        }
    }

    /// <summary>(b − c)² / (b + c); NaN where the two never disagree.</summary>
    public double ChiSquared => Math.Pow(OnlyFirstRight - OnlySecondRight, 2) / (OnlyFirstRight + OnlySecondRight);

    /// <summary>(|b − c| − 1)² / (b + c), with correction for continuity.</summary>
    public double ChiSquaredCorrected =>
        Math.Pow(Math.Max(0, Math.Abs(OnlyFirstRight - OnlySecondRight) - 1), 2) / (OnlyFirstRight + OnlySecondRight);

    /// <summary>Two-sided p of the corrected statistic.</summary>
    public double ChiSquaredCorrectedP => SpecialFunctions.ChiSquaredTail(ChiSquaredCorrected, 1);

    /// <summary>Compares the calls of two scores above a threshold.</summary>
    /// <param name="first">First model's scores; a call is a score above the threshold.</param>
    /// <param name="second">Second model's scores.</param>
    /// <param name="labels">1 positive, 0 negative, NaN unknown: left out.</param>
    /// <param name="threshold">For both.</param>
    public static McNemar Above(ReadOnlySpan<double> first, ReadOnlySpan<double> second, ReadOnlySpan<float> labels, double threshold)
    {
        int onlyFirst = 0, onlySecond = 0;
        for (int row = 0; row < labels.Length; row++)
        {
            if (float.IsNaN(labels[row])) continue;
            bool truth = labels[row] > 0.5f, one = first[row] > threshold == truth, two = second[row] > threshold == truth;
            if (one && !two) onlyFirst++;
            if (two && !one) onlySecond++;
        }

        return new(onlyFirst, onlySecond);
    }
}
