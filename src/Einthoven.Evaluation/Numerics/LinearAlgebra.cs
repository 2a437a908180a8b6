// Small dense linear algebra in double precision: Cholesky's factor, one-sided Jacobi singular values.
namespace Einthoven.Evaluation.Numerics;

internal static class LinearAlgebra
{
    /// <summary>The lower factor L with A = L Lᵀ, row-major [n, n].</summary>
    /// <exception cref="ArgumentException">The matrix is not positive definite.</exception>
    public static double[] Cholesky(ReadOnlySpan<double> matrix, int n)
    {
        var factor = new double[n * n];
        for (int row = 0; row < n; row++)
        {
            for (int column = 0; column <= row; column++)
            {
                double sum = matrix[(row * n) + column];
                for (int k = 0; k < column; k++) sum -= factor[(row * n) + k] * factor[(column * n) + k];
                if (row != column) factor[(row * n) + column] = sum / factor[(column * n) + column];
                else if (sum > 0) factor[(row * n) + row] = Math.Sqrt(sum);
                else
                    throw new ArgumentException(
                        $"The matrix is not positive definite (pivot {row + 1} of {n} is {sum:G3}): its columns depend on one another.");
            }
        }

        return factor;
    }

    /// <summary>L⁻¹ b.</summary>
    public static double[] SolveLower(double[] factor, ReadOnlySpan<double> right)
    {
        int n = right.Length;
        var x = new double[n];
        for (int row = 0; row < n; row++)
        {
            double sum = right[row];
            for (int k = 0; k < row; k++) sum -= factor[(row * n) + k] * x[k];
            x[row] = sum / factor[(row * n) + row];
        }

        return x;
    }

    /// <summary>A⁻¹ b from Cholesky's factor.</summary>
    public static double[] Solve(double[] factor, ReadOnlySpan<double> right)
    {
        int n = right.Length;
        double[] x = SolveLower(factor, right);
        for (int row = n - 1; row >= 0; row--)
        {
            for (int k = row + 1; k < n; k++) x[row] -= factor[(k * n) + row] * x[k];
            x[row] /= factor[(row * n) + row];
        }

        return x;
    }

    /// <summary>
    /// Singular values (largest first) and right singular vectors of a matrix [rows, columns], by Jacobi rotations of its columns
    /// (Hestenes 1958; Demmel and Veselić 1992: small values keep their relative accuracy).
    /// </summary>
    /// <returns>Values [columns]; vectors row-major [columns, columns], one right singular vector a row.</returns>
    public static (double[] Values, double[] Vectors) SingularValues(ReadOnlySpan<double> matrix, int rows, int columns)
    {
        // Column-major copies, so that a rotation runs along memory.
        var a = new double[columns][];
        var v = new double[columns][];
        for (int column = 0; column < columns; column++)
        {
            a[column] = new double[rows];
            for (int row = 0; row < rows; row++) a[column][row] = matrix[(row * columns) + column];
            v[column] = new double[columns];
            v[column][column] = 1;
        }

        bool rotated = true;
        for (int sweep = 0; rotated && sweep < 60; sweep++)
        {
            rotated = false;
            for (int p = 0; p < columns - 1; p++)
            {
                for (int q = p + 1; q < columns; q++)
                {
                    double alpha = Dot(a[p], a[p]), beta = Dot(a[q], a[q]), gamma = Dot(a[p], a[q]);
                    if (Math.Abs(gamma) <= 1e-16 * Math.Sqrt(alpha * beta) || gamma == 0) continue;
                    rotated = true;
                    double zeta = (beta - alpha) / (2 * gamma);
                    double t = Math.CopySign(1, zeta) / (Math.Abs(zeta) + Math.Sqrt(1 + (zeta * zeta)));
                    double c = 1 / Math.Sqrt(1 + (t * t)), s = c * t;
                    Rotate(a[p], a[q], c, s);
                    Rotate(v[p], v[q], c, s);
                }
            }
        }

        double[] values = [.. a.Select(column => Math.Sqrt(Dot(column, column)))];
        int[] order = [.. Enumerable.Range(0, columns).OrderByDescending(k => values[k])];
        return ([.. order.Select(k => values[k])], [.. order.SelectMany(k => v[k])]);
    }

    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int k = 0; k < a.Length; k++) sum += a[k] * b[k];
        return sum;
    }

    public static double SquaredDistance(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int k = 0; k < a.Length; k++) sum += (a[k] - b[k]) * (a[k] - b[k]);
        return sum;
    }

    private static void Rotate(double[] x, double[] y, double c, double s)
    {
        for (int k = 0; k < x.Length; k++) (x[k], y[k]) = ((c * x[k]) - (s * y[k]), (s * x[k]) + (c * y[k]));
    }
}
