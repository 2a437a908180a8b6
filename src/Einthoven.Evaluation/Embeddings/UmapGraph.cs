// The weighted neighbour graph that UMAP lays out (McInnes, Healy and Melville, arXiv 1802.03426).
namespace Einthoven.Evaluation.Embeddings;

/// <summary>An edge of the graph, First before Second.</summary>
public readonly record struct UmapEdge(int First, int Second, double Weight);

/// <summary>The graph and the scales it was made with.</summary>
/// <param name="Neighbours">[points][neighbours]: itself, then the nearest others.</param>
/// <param name="Rho">Distance of the nearest other point apart from duplicates.</param>
/// <param name="Sigma">Scale at which a point's weights sum to log₂ of the number of neighbours.</param>
/// <param name="Edges">Edges of positive weight, ordered by First, then Second.</param>
public sealed record UmapGraph(
    IReadOnlyList<int[]> Neighbours, IReadOnlyList<double> Rho, IReadOnlyList<double> Sigma, IReadOnlyList<UmapEdge> Edges)
{
    private const double Floor = 1e-3;

    /// <summary>Builds the graph by exact distances.</summary>
    /// <param name="points">The points.</param>
    /// <param name="neighbours">Neighbours of a point, itself counted as the first.</param>
    public static UmapGraph Of(PointCloud points, int neighbours)
    {
        int n = points.Count;
        if (neighbours < 2 || neighbours > n)
            throw new ArgumentException($"{neighbours} neighbours of {n} points are not between 2 and all of them.", nameof(neighbours));
        int[][] near = [.. Enumerable.Range(0, n).Select(i => (int[])[i, .. points.Neighbours(i).AsSpan(0, neighbours - 1)])];
        double[][] distances = [.. near.Select((row, i) => row.Select(j => points.Distance(i, j)).ToArray())];
        double mean = distances.Average(row => row.Average());
        double[] rho = new double[n], sigma = new double[n];
        var weights = new Dictionary<(int, int), (double Forth, double Back)>();
        for (int i = 0; i < n; i++)
        {
            rho[i] = distances[i].Where(d => d > 0).DefaultIfEmpty(0).Min();
            sigma[i] = Math.Max(Scale(distances[i], rho[i]), Floor * (rho[i] > 0 ? distances[i].Average() : mean));
            for (int k = 1; k < neighbours; k++)
            {
                int j = near[i][k];
                double weight = Weight(distances[i][k], rho[i], sigma[i]);
                (double forth, double back) = weights.GetValueOrDefault((Math.Min(i, j), Math.Max(i, j)));
                weights[(Math.Min(i, j), Math.Max(i, j))] = i < j ? (weight, back) : (forth, weight);
            }
        }

        UmapEdge[] edges = [.. weights
            .Select(w => new UmapEdge(w.Key.Item1, w.Key.Item2, w.Value.Forth + w.Value.Back - (w.Value.Forth * w.Value.Back)))
            .Where(e => e.Weight > 0)
            .OrderBy(e => e.First).ThenBy(e => e.Second)];
        return new(near, rho, sigma, edges);
    }

    /// <summary>
    /// a and b of 1/(1 + a d²ᵇ), the layout's weight of a distance d, fitted by least squares to 1 below a smallest distance and
    /// exp(−(d − smallest)/spread) beyond, at 300 points from 0 to 3 spreads.
    /// </summary>
    public static (double A, double B) Curve(double spread, double smallestDistance)
    {
        double[] x = [.. Enumerable.Range(0, 300).Select(k => k * (3 * spread / 299))];
        double[] y = [.. x.Select(d => d < smallestDistance ? 1 : Math.Exp(-(d - smallestDistance) / spread))];
        double a = 1, b = 1, damping = 1e-3, loss = Loss(a, b);
        for (int iteration = 0; iteration < 500; iteration++)
        {
            double aa = 0, ab = 0, bb = 0, ga = 0, gb = 0;
            for (int k = 1; k < x.Length; k++)
            {
                double power = Math.Pow(x[k], 2 * b), f = 1 / (1 + (a * power));
                double da = -power * f * f, db = -2 * a * power * Math.Log(x[k]) * f * f;
                (aa, ab, bb) = (aa + (da * da), ab + (da * db), bb + (db * db));
                (ga, gb) = (ga + (da * (y[k] - f)), gb + (db * (y[k] - f)));
            }

            (double p, double q) = (aa * (1 + damping), bb * (1 + damping));
            double determinant = (p * q) - (ab * ab), stepA = ((ga * q) - (gb * ab)) / determinant;
            double stepB = ((gb * p) - (ga * ab)) / determinant;
            double next = Loss(a + stepA, b + stepB);
            if (!(next <= loss))
            {
                damping *= 10;
                if (damping > 1e12) break;
                continue;
            }

            (a, b, loss, damping) = (a + stepA, b + stepB, next, damping / 10);
            if (Math.Abs(stepA) + Math.Abs(stepB) < 1e-14) break;
        }

        return (a, b);

        double Loss(double a, double b)
        {
            double sum = 0;
            for (int k = 0; k < x.Length; k++)
            {
                double error = y[k] - (1 / (1 + (a * Math.Pow(x[k], 2 * b))));
                sum += error * error;
            }

            return sum;
        }
    }

    /// <summary>
    /// Cross entropy of the graph and a layout over all pairs: Σ w ln(w/q) + (1 − w) ln((1 − w)/(1 − q)), q = 1/(1 + a d²ᵇ).
    /// </summary>
    public double CrossEntropy(PointCloud layout, double a, double b)
    {
        var weights = Edges.ToDictionary(e => (e.First, e.Second), e => e.Weight);
        double sum = 0;
        for (int i = 0; i < layout.Count; i++)
        {
            for (int j = i + 1; j < layout.Count; j++)
            {
                double w = weights.GetValueOrDefault((i, j)), power = a * Math.Pow(layout.SquaredDistance(i, j), b), q = 1 / (1 + power);
                if (w > 0) sum += w * Math.Log(w / q);
                // 1 − q = power / (1 + power) without cancellation.
                if (w < 1) sum += (1 - w) * Math.Log((1 - w) / (power / (1 + power)));
            }
        }

        return sum;
    }

    private static double Weight(double distance, double rho, double sigma) => distance <= rho ? 1 : Math.Exp(-(distance - rho) / sigma);

    // The sum grows with sigma: halve an interval that holds the target.
    private static double Scale(double[] distances, double rho)
    {
        double target = Math.Log2(distances.Length), low = 0, high = 1;
        for (int k = 0; k < 200 && Sum(high) < target; k++) (low, high) = (high, high * 2);
        for (int k = 0; k < 200; k++)
        {
            double middle = (low + high) / 2;
            if (middle <= low || middle >= high) break;
            if (Sum(middle) < target) low = middle;
            else high = middle;
        }

        return (low + high) / 2;

        double Sum(double sigma) => distances.Skip(1).Sum(d => Weight(d, rho, sigma));
    }
}
