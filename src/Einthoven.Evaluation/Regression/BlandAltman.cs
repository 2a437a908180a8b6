// Limits of agreement (Bland and Altman, Lancet 1986; Statistical Methods in Medical Research 8:135, 1999).
using Einthoven.Evaluation.Numerics;

namespace Einthoven.Evaluation.Regression;

/// <summary>Differences prediction − reference: how far off on the whole, and between which limits 95 % of them lie.</summary>
/// <param name="Count">Rows with a known reference.</param>
/// <param name="Bias">Mean difference, with its interval by Student's t.</param>
/// <param name="StandardDeviation">Of the differences (divisor n − 1).</param>
/// <param name="Lower">Bias − 1.96 standard deviations, with its interval by Student's t.</param>
/// <param name="Upper">Bias + 1.96 standard deviations, with its interval.</param>
/// <param name="LimitError">Standard error of a limit: SD √(1/n + z²/(2(n − 1))), z = Φ⁻¹(0.975).</param>
/// <param name="Slope">Slope of the difference on the mean of both: not 0 where the error grows with the value.</param>
/// <param name="Intercept">Its intercept.</param>
/// <param name="SlopeP">Two-sided p of the slope.</param>
/// <param name="Within">Share of differences between the limits.</param>
public sealed record BlandAltman(
    int Count, Estimate Bias, double StandardDeviation, Estimate Lower, Estimate Upper, double LimitError, double Slope, double Intercept,
    double SlopeP, double Within)
{
    private const double Limit = 1.96;

    /// <summary>Compares predictions with references, NaN where unknown.</summary>
    /// <exception cref="ArgumentException">Fewer than three references are known.</exception>
    public static BlandAltman Of(ReadOnlySpan<double> reference, ReadOnlySpan<double> prediction, double level = 0.95)
    {
        (double[] y, double[] p) = RegressionFigures.KnownPairs(reference, prediction);
        int n = y.Length;
        if (n < 3)
            throw new ArgumentException($"Limits of agreement want three known references or more; there are {n}.", nameof(reference));
        double[] d = [.. p.Select((value, k) => value - y[k])], m = [.. p.Select((value, k) => (value + y[k]) / 2)];
        double bias = d.Average(), sd = Math.Sqrt(d.Sum(v => (v - bias) * (v - bias)) / (n - 1));
        double t = SpecialFunctions.StudentCritical(level, n - 1), biasHalf = t * sd / Math.Sqrt(n);
        double z = SpecialFunctions.NormalQuantile(0.975), limitError = sd * Math.Sqrt((1.0 / n) + (z * z / (2.0 * (n - 1))));

        double mean = m.Average(), smm = m.Sum(v => (v - mean) * (v - mean)), smd = m.Select((v, k) => (v - mean) * (d[k] - bias)).Sum();
        double slope = smd / smm, intercept = bias - (slope * mean);
        double residual = d.Select((v, k) => v - intercept - (slope * m[k])).Sum(r => r * r);
        double slopeT = slope / Math.Sqrt(residual / (n - 2) / smm);
        double low = bias - (Limit * sd), high = bias + (Limit * sd);
        return new(
            n, new(bias, bias - biasHalf, bias + biasHalf), sd, Around(low), Around(high), limitError, slope, intercept,
            SpecialFunctions.StudentTwoSided(slopeT, n - 2), d.Average(v => v >= low && v <= high ? 1.0 : 0));

        Estimate Around(double limit) => new(limit, limit - (t * limitError), limit + (t * limitError));
    }
}
