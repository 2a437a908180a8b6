// The distribution functions that intervals and tests need: normal, Student's t, chi-squared, beta; series and continued fractions of
// Abramowitz and Stegun, "Handbook of mathematical functions", 1964, chapters 6, 7 and 26.
namespace Einthoven.Evaluation.Numerics;

internal static class SpecialFunctions
{
    private const double Tiny = 1e-300;

    // Lanczos' approximation with g = 7 and nine terms, accurate to about 1e-15 relative.
    private static readonly double[] s_lanczos =
    [
        0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
        12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
    ];

    public static double LogGamma(double x)
    {
        if (x < 0.5) return Math.Log(Math.PI / Math.Abs(Math.Sin(Math.PI * x))) - LogGamma(1 - x);
        x -= 1;
        double sum = s_lanczos[0];
        for (int k = 1; k < s_lanczos.Length; k++) sum += s_lanczos[k] / (x + k);
        double t = x + 7.5;
        return (0.5 * Math.Log(2 * Math.PI)) + ((x + 0.5) * Math.Log(t)) - t + Math.Log(sum);
    }

    /// <summary>Q(a, x), the upper regularised incomplete gamma function.</summary>
    public static double UpperGamma(double a, double x)
    {
        if (x <= 0) return 1;
        double front = Math.Exp((a * Math.Log(x)) - x - LogGamma(a));
        if (x < a + 1)
        {
            double term = 1 / a, sum = term;
            for (int k = 1; k < 100_000 && Math.Abs(term) > Math.Abs(sum) * 1e-17; k++) sum += term *= x / (a + k);
            return 1 - (front * sum);
        }

        double b = x + 1 - a, c = 1 / Tiny, d = 1 / b, fraction = d;
        for (int k = 1; k < 100_000; k++)
        {
            double an = -k * (k - a);
            b += 2;
            d = 1 / NotZero((an * d) + b);
            c = NotZero(b + (an / c));
            double step = d * c;
            fraction *= step;
            if (Math.Abs(step - 1) < 1e-16) break;
        }

        return front * fraction;
    }

    /// <summary>P(X ≤ z) of a standard normal X; its small tail keeps its relative accuracy.</summary>
    public static double NormalCdf(double z)
    {
        double tail = 0.5 * UpperGamma(0.5, z * z / 2);
        return z < 0 ? tail : 1 - tail;
    }

    /// <summary>P(|X| ≥ |z|) of a standard normal X.</summary>
    public static double NormalTwoSided(double z) => UpperGamma(0.5, z * z / 2);

    /// <summary>The z with P(X ≤ z) = p: Acklam's rational start, then Halley's steps to full accuracy.</summary>
    public static double NormalQuantile(double p)
    {
        if (double.IsNaN(p) || p < 0 || p > 1) return double.NaN;
        if (p == 0) return double.NegativeInfinity;
        if (p == 1) return double.PositiveInfinity;
        if (p > 0.5) return -NormalQuantile(1 - p);
        double t = Math.Sqrt(-2 * Math.Log(p));
        double z = -(t - ((2.515517 + (t * (0.802853 + (t * 0.010328)))) / (1 + (t * (1.432788 + (t * (0.189269 + (t * 0.001308))))))));
        for (int k = 0; k < 4; k++)
        {
            double error = (NormalCdf(z) - p) * Math.Sqrt(2 * Math.PI) * Math.Exp(z * z / 2);
            z -= error / (1 + (z * error / 2));
        }

        return z;
    }

    /// <summary>I_x(a, b), the regularised incomplete beta function.</summary>
    public static double Beta(double x, double a, double b)
    {
        if (x <= 0) return 0;
        if (x >= 1) return 1;
        if (x > (a + 1) / (a + b + 2)) return 1 - Beta(1 - x, b, a);
        double front = Math.Exp(LogGamma(a + b) - LogGamma(a) - LogGamma(b) + (a * Math.Log(x)) + (b * Math.Log(1 - x))) / a;
        double c = 1, d = 1 / NotZero(1 - ((a + b) * x / (a + 1))), fraction = d;
        for (int k = 1; k < 100_000; k++)
        {
            double even = k * (b - k) * x / ((a + (2 * k) - 1) * (a + (2 * k)));
            d = 1 / NotZero(1 + (even * d));
            c = NotZero(1 + (even / c));
            fraction *= d * c;
            double odd = -(a + k) * (a + b + k) * x / ((a + (2 * k)) * (a + (2 * k) + 1));
            d = 1 / NotZero(1 + (odd * d));
            c = NotZero(1 + (odd / c));
            double step = d * c;
            fraction *= step;
            if (Math.Abs(step - 1) < 1e-16) break;
        }

        return front * fraction;
    }

    /// <summary>The x with I_x(a, b) = p, by halving: slow, and right for every a and b.</summary>
    public static double BetaQuantile(double p, double a, double b)
    {
        double low = 0, high = 1;
        for (int k = 0; k < 1100; k++)
        {
            double middle = low + ((high - low) / 2);
            if (middle <= low || middle >= high) break;
            if (Beta(middle, a, b) < p) low = middle;
            else high = middle;
        }

        return low + ((high - low) / 2);
    }

    /// <summary>P(|T| ≥ |t|) of Student's distribution.</summary>
    public static double StudentTwoSided(double t, double degrees) => Beta(degrees / (degrees + (t * t)), degrees / 2, 0.5);

    /// <summary>The t ≥ 0 with P(|T| ≥ t) = 1 − level.</summary>
    public static double StudentCritical(double level, double degrees)
    {
        // The complement y = 1 − x keeps its digits where t is small.
        double y = BetaQuantile(level, 0.5, degrees / 2);
        return Math.Sqrt(degrees * y / (1 - y));
    }

    /// <summary>P(X ≥ x) of the chi-squared distribution.</summary>
    public static double ChiSquaredTail(double x, double degrees) => UpperGamma(degrees / 2, x / 2);

    private static double NotZero(double value) => Math.Abs(value) < Tiny ? Tiny : value;
}
