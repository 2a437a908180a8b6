// Intervals of a share k of n (Brown, Cai and DasGupta, Statistical Science 16:101, 2001).
using Einthoven.Evaluation.Numerics;

namespace Einthoven.Evaluation.Intervals;

/// <summary>Intervals of a proportion; Wilson's is the one to take, Clopper and Pearson's never covers less than it says.</summary>
public static class Proportion
{
    /// <summary>Wilson's score interval (1927).</summary>
    public static Estimate Wilson(int k, int n, double level = 0.95)
    {
        (double p, double z) = (Share(k, n), Z(level));
        double centre = (p + (z * z / (2 * n))) / (1 + (z * z / n));
        double half = z / (1 + (z * z / n)) * Math.Sqrt((p * (1 - p) / n) + (z * z / (4.0 * n * n)));
        return new(p, Math.Max(0, centre - half), Math.Min(1, centre + half));
    }

    /// <summary>Exact interval of Clopper and Pearson (1934).</summary>
    public static Estimate ClopperPearson(int k, int n, double level = 0.95) => new(
        Share(k, n),
        k == 0 ? 0 : SpecialFunctions.BetaQuantile((1 - level) / 2, k, n - k + 1),
        k == n ? 1 : SpecialFunctions.BetaQuantile((1 + level) / 2, k + 1, n - k));

    /// <summary>p ± z √(p(1 − p)/n), cut to 0 and 1: too narrow near either end.</summary>
    public static Estimate Wald(int k, int n, double level = 0.95)
    {
        double p = Share(k, n), half = Z(level) * Math.Sqrt(p * (1 - p) / n);
        return new(p, Math.Max(0, p - half), Math.Min(1, p + half));
    }

    /// <summary>Wald's interval after adding z²/2 successes and failures, cut to 0 and 1 (Agresti and Coull 1998).</summary>
    public static Estimate AgrestiCoull(int k, int n, double level = 0.95)
    {
        double z = Z(level), total = n + (z * z), p = (k + (z * z / 2)) / total, half = z * Math.Sqrt(p * (1 - p) / total);
        return new(Share(k, n), Math.Max(0, p - half), Math.Min(1, p + half));
    }

    /// <summary>Quantiles of the beta distribution with k + ½ and n − k + ½ (Jeffreys' prior).</summary>
    public static Estimate Jeffreys(int k, int n, double level = 0.95) => new(
        Share(k, n),
        SpecialFunctions.BetaQuantile((1 - level) / 2, k + 0.5, n - k + 0.5),
        SpecialFunctions.BetaQuantile((1 + level) / 2, k + 0.5, n - k + 0.5));

    private static double Z(double level) => SpecialFunctions.NormalQuantile((1 + level) / 2);

    private static double Share(int k, int n) =>
        k < 0 || k > n || n < 1 ? throw new ArgumentException($"{k} of {n} is no proportion.", nameof(k)) : (double)k / n;
}
