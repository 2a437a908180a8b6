// What t-SNE compares: affinities of the points and of a layout (van der Maaten and Hinton, JMLR 9:2579, 2008).
namespace Einthoven.Evaluation.Embeddings;

/// <summary>Joint affinities of points.</summary>
/// <param name="Precisions">β = 1/(2σ²) of each point, at which its neighbours' entropy is ln(perplexity).</param>
/// <param name="Joint">Symmetric, sums to 1; row-major [points, points].</param>
public sealed record TsneAffinities(IReadOnlyList<double> Precisions, IReadOnlyList<double> Joint)
{
    /// <summary>Affinities of points.</summary>
    /// <param name="points">The points.</param>
    /// <param name="perplexity">Effective number of neighbours, fewer than the points.</param>
    public static TsneAffinities Of(PointCloud points, double perplexity)
    {
        int n = points.Count;
        double[] precisions = new double[n], conditional = new double[n * n];
        var squares = new double[n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++) squares[j] = points.SquaredDistance(i, j);
            precisions[i] = Precision(squares, i, Math.Log(perplexity));
            Weights(squares, i, precisions[i], conditional.AsSpan(i * n, n));
        }

        var joint = new double[n * n];
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++) joint[(i * n) + j] = (conditional[(i * n) + j] + conditional[(j * n) + i]) / (2 * n);
        return new(precisions, joint);
    }

    /// <summary>
    /// Kullback–Leibler divergence of a layout's Student affinities from these, in nats, and its gradient, row-major [points, width].
    /// </summary>
    public (double Divergence, double[] Gradient) Compare(PointCloud layout)
    {
        int n = layout.Count;
        double total = 0;
        for (int i = 0; i < n; i++) for (int j = i + 1; j < n; j++) total += 2 / (1 + layout.SquaredDistance(i, j));
        double divergence = 0;
        var gradient = new double[n * layout.Width];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                if (i == j) continue;
                double kernel = 1 / (1 + layout.SquaredDistance(i, j)), q = kernel / total, p = Joint[(i * n) + j];
                if (p > 0) divergence += p * Math.Log(p / q);
                for (int k = 0; k < layout.Width; k++)
                    gradient[(i * layout.Width) + k] += 4 * (p - q) * kernel * (layout[i][k] - layout[j][k]);
            }
        }

        return (divergence, gradient);
    }

    // The entropy falls as the precision grows: halve an interval that holds the target.
    private static double Precision(double[] squares, int self, double target)
    {
        var weights = new double[squares.Length];
        double low = 0, high = 1;
        for (int k = 0; k < 200 && Entropy(high) > target; k++) (low, high) = (high, high * 2);
        for (int k = 0; k < 200; k++)
        {
            double middle = (low + high) / 2;
            if (middle <= low || middle >= high) break;
            if (Entropy(middle) > target) low = middle;
            else high = middle;
        }

        return (low + high) / 2;

        double Entropy(double precision)
        {
            Weights(squares, self, precision, weights);
            return weights.Sum(w => w > 0 ? -w * Math.Log(w) : 0);
        }
    }

    private static void Weights(double[] squares, int self, double precision, Span<double> weights)
    {
        double nearest = double.PositiveInfinity, sum = 0;
        for (int j = 0; j < squares.Length; j++) if (j != self) nearest = Math.Min(nearest, squares[j]);
        for (int j = 0; j < squares.Length; j++) sum += weights[j] = j == self ? 0 : Math.Exp(-precision * (squares[j] - nearest));
        for (int j = 0; j < squares.Length; j++) weights[j] /= sum;
    }
}
