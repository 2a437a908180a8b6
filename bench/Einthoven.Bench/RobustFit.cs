// Linear regression that outliers do not bend: ridge, with Huber's weights renewed a few times.
namespace Einthoven.Bench;

internal static class RobustFit
{
    private const int Rounds = 8;

    /// <summary>Weights w of y ≈ w·x; residuals beyond <paramref name="knee"/> count in proportion, not squared; the first weight is not held down.</summary>
    public static double[] Weights(List<(double[] X, double Y)> rows, double ridgePerRow, double knee = 8)
    {
        int n = rows[0].X.Length;
        double[] w = new double[n];
        for (int round = 0; round < Rounds; round++)
        {
            double[,] a = new double[n, n + 1];
            for (int i = 1; i < n; i++) a[i, i] = ridgePerRow * rows.Count;
            foreach ((double[] x, double y) in rows)
            {
                double error = Math.Abs(y - Dot(w, x)), weight = round == 0 || error <= knee ? 1 : knee / error;
                for (int i = 0; i < n; i++)
                {
                    for (int j = 0; j < n; j++) a[i, j] += weight * x[i] * x[j];
                    a[i, n] += weight * x[i] * y;
                }
            }
            w = Solve(a, n);
        }
        return w;
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    // Gauss elimination with the largest pivot of the column.
    private static double[] Solve(double[,] a, int n)
    {
        for (int c = 0; c < n; c++)
        {
            int pivot = Enumerable.Range(c, n - c).MaxBy(r => Math.Abs(a[r, c]));
            for (int k = 0; k <= n; k++) (a[c, k], a[pivot, k]) = (a[pivot, k], a[c, k]);
            for (int r = 0; r < n; r++)
            {
                if (r == c) continue;
                double factor = a[r, c] / a[c, c];
                for (int k = c; k <= n; k++) a[r, k] -= factor * a[c, k];
            }
        }
        return [.. Enumerable.Range(0, n).Select(i => a[i, n] / a[i, i])];
    }
}
