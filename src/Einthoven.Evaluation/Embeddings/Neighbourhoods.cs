// Whether neighbours stay neighbours: trustworthiness and continuity of a layout (Venna and Kaski, ICANN 2001), classes of neighbours.
namespace Einthoven.Evaluation.Embeddings;

/// <summary>Figures of neighbourhoods; distances are Euclidean, equal ones in the order of the points.</summary>
public static class Neighbourhoods
{
    /// <summary>
    /// 1 − 2/(n k (2n − 3k − 1)) Σ max(0, rank in the input − k) over every point's k neighbours in the layout: 1 where no false neighbour
    /// appears.
    /// </summary>
    /// <param name="input">The points.</param>
    /// <param name="layout">The same points laid out.</param>
    /// <param name="k">Neighbours, fewer than half the points.</param>
    public static double Trustworthiness(PointCloud input, PointCloud layout, int k)
    {
        int n = input.Count;
        if (layout.Count != n) throw new ArgumentException($"The layout has {layout.Count} points for {n}.", nameof(layout));
        if (k < 1 || 2 * k >= n)
            throw new ArgumentException($"{k} neighbours of {n} points are not between 1 and half of them.", nameof(k));
        long sum = 0;
        var rank = new int[n];
        for (int i = 0; i < n; i++)
        {
            int[] near = input.Neighbours(i);
            for (int r = 0; r < near.Length; r++) rank[near[r]] = r + 1;
            foreach (int j in layout.Neighbours(i).AsSpan(0, k)) sum += Math.Max(0, rank[j] - k);
        }

        return 1 - (2.0 / ((double)n * k * ((2.0 * n) - (3.0 * k) - 1)) * sum);
    }

    /// <summary>Trustworthiness with the roles changed: 1 where no true neighbour is torn away.</summary>
    public static double Continuity(PointCloud input, PointCloud layout, int k) => Trustworthiness(layout, input, k);

    /// <summary>Share of points whose class is the commonest of their k nearest others; the lowest class among equals.</summary>
    public static double LeaveOneOutAccuracy(PointCloud points, ReadOnlySpan<int> classOf, int k)
    {
        int right = 0, classes = 0;
        foreach (int c in classOf) classes = Math.Max(classes, c + 1);
        for (int i = 0; i < points.Count; i++)
        {
            var votes = new int[classes];
            foreach (int j in points.Neighbours(i).AsSpan(0, k)) votes[classOf[j]]++;
            if (Array.IndexOf(votes, votes.Max()) == classOf[i]) right++;
        }

        return (double)right / points.Count;
    }
}
