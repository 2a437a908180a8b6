// Logistic regression by maximum likelihood, Newton's way, with an offset and with targets between 0 and 1.
namespace Einthoven.Evaluation.Numerics;

/// <summary>Coefficients, and their standard errors from the inverse information.</summary>
internal sealed record LogisticFit(double[] Coefficients, double[] StandardErrors);

internal static class LogisticRegression
{
    /// <summary>Fits P(y) = σ(Σ x·c + offset).</summary>
    /// <param name="columns">One array a coefficient, a value a row; a constant column makes the intercept.</param>
    /// <param name="targets">0 to 1, a value a row.</param>
    /// <param name="offset">Known part of the logit, a value a row, or null.</param>
    /// <returns>NaN throughout where the likelihood has no maximum (the classes can be parted, or one is missing).</returns>
    public static LogisticFit Fit(double[][] columns, double[] targets, double[]? offset = null)
    {
        int n = columns.Length;
        var c = new double[n];
        double likelihood = Likelihood(columns, targets, offset, c);
        for (int iteration = 0; iteration < 200; iteration++)
        {
            (double[] gradient, double[] information) = Derivatives(columns, targets, offset, c);
            double[] step;
            try
            {
                step = LinearAlgebra.Solve(LinearAlgebra.Cholesky(information, n), gradient);
            }
            catch (ArgumentException)
            {
                return Undefined(n);
            }

            // Halve the step until the likelihood rises; near the maximum it cannot rise any more by rounding alone.
            double scale = 1;
            double[] next = [.. c.Select((value, k) => value + step[k])];
            double better = Likelihood(columns, targets, offset, next);
            while (better < likelihood - (1e-12 * Math.Abs(likelihood)) && scale > 1e-6)
            {
                scale /= 2;
                next = [.. c.Select((value, k) => value + (scale * step[k]))];
                better = Likelihood(columns, targets, offset, next);
            }

            (c, likelihood) = (next, better);
            if (c.Any(value => Math.Abs(value) > 1e6)) return Undefined(n);
            if (step.Max(Math.Abs) <= 1e-13 * (1 + c.Max(Math.Abs))) break;
        }

        // Likelihood 0 is its supremum: it is approached without end by classes that can be parted.
        return likelihood > -1e-9 ? Undefined(n) : new(c, Errors(Derivatives(columns, targets, offset, c).Information, n));
    }

    public static double Sigmoid(double z) => z >= 0 ? 1 / (1 + Math.Exp(-z)) : Math.Exp(z) / (1 + Math.Exp(z));

    /// <summary>ln(1 + eᶻ) without overflow.</summary>
    public static double SoftPlus(double z) => Math.Max(z, 0) + Math.Log(1 + Math.Exp(-Math.Abs(z)));

    private static LogisticFit Undefined(int n) => new([.. Enumerable.Repeat(double.NaN, n)], [.. Enumerable.Repeat(double.NaN, n)]);

    private static double Logit(double[][] columns, double[]? offset, double[] c, int row)
    {
        double z = offset?[row] ?? 0;
        for (int k = 0; k < c.Length; k++) z += columns[k][row] * c[k];
        return z;
    }

    private static double Likelihood(double[][] columns, double[] targets, double[]? offset, double[] c)
    {
        double sum = 0;
        for (int row = 0; row < targets.Length; row++)
        {
            double z = Logit(columns, offset, c, row);
            sum += (targets[row] * z) - SoftPlus(z);
        }

        return sum;
    }

    private static (double[] Gradient, double[] Information) Derivatives(double[][] columns, double[] targets, double[]? offset, double[] c)
    {
        int n = c.Length;
        double[] gradient = new double[n], information = new double[n * n];
        for (int row = 0; row < targets.Length; row++)
        {
            double p = Sigmoid(Logit(columns, offset, c, row)), weight = p * (1 - p);
            for (int j = 0; j < n; j++)
            {
                gradient[j] += (targets[row] - p) * columns[j][row];
                for (int k = 0; k < n; k++) information[(j * n) + k] += weight * columns[j][row] * columns[k][row];
            }
        }

        return (gradient, information);
    }

    private static double[] Errors(double[] information, int n)
    {
        double[] factor = LinearAlgebra.Cholesky(information, n);
        return [.. Enumerable.Range(0, n).Select(k =>
        {
            var unit = new double[n];
            unit[k] = 1;
            return Math.Sqrt(LinearAlgebra.Solve(factor, unit)[k]);
        })];
    }
}
