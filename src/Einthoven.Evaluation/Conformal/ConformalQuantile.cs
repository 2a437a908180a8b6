// The number that gives split conformal prediction its coverage (Vovk, Gammerman and Shafer 2005).
namespace Einthoven.Evaluation.Conformal;

/// <summary>Quantiles of calibration scores.</summary>
public static class ConformalQuantile
{
    /// <summary>The ⌈(n + 1)(1 − α)⌉-th smallest score; +∞ where that is more than there are.</summary>
    /// <param name="scores">Nonconformity of the calibration rows.</param>
    /// <param name="alpha">Share of rows that may be missed, above 0 and below 1.</param>
    public static double Of(IEnumerable<double> scores, double alpha)
    {
        double[] sorted = [.. scores.Order()];
        // The small subtraction keeps (n + 1)(1 − α) from passing a whole number by rounding alone.
        int k = Math.Max(1, (int)Math.Ceiling(((sorted.Length + 1) * (1 - alpha)) - 1e-12));
        return k > sorted.Length ? double.PositiveInfinity : sorted[k - 1];
    }
}
