// Lloyd's k-means from given centres (IEEE Transactions on Information Theory 28:129, 1982).
using Einthoven.Evaluation.Numerics;

namespace Einthoven.Evaluation.Embeddings;

/// <summary>A grouping about means.</summary>
/// <param name="GroupOf">Group of each point.</param>
/// <param name="Centres">[groups][width]</param>
/// <param name="Inertia">Sum of squared distances to the centres.</param>
/// <param name="Iterations">Assignments made; the last one changed nothing.</param>
public sealed record KMeans(IReadOnlyList<int> GroupOf, IReadOnlyList<double[]> Centres, double Inertia, int Iterations)
{
    /// <summary>Assigns and averages until nothing changes; a centre that loses all points stays where it is.</summary>
    /// <param name="points">The points.</param>
    /// <param name="centres">Where to begin, [groups][width].</param>
    /// <param name="limit">Largest number of assignments.</param>
    public static KMeans Fit(PointCloud points, IReadOnlyList<double[]> centres, int limit = 300)
    {
        double[][] at = [.. centres];
        int[] groupOf = [.. Enumerable.Repeat(-1, points.Count)];
        int iterations = 0;
        for (bool changed = true; changed && iterations < limit; iterations++)
        {
            int[] nearest = [.. Enumerable.Range(0, points.Count).Select(i => Nearest(points, i, at))];
            changed = !nearest.AsSpan().SequenceEqual(groupOf);
            groupOf = nearest;
            double[][] means = Means(points, groupOf, at.Length);
            for (int g = 0; g < at.Length; g++) if (!double.IsNaN(means[g][0])) at[g] = means[g];
        }

        double inertia = 0;
        for (int i = 0; i < points.Count; i++) inertia += LinearAlgebra.SquaredDistance(points[i], at[groupOf[i]]);
        return new(groupOf, at, inertia, iterations);
    }

    internal static double[][] Means(PointCloud points, int[] groupOf, int groups)
    {
        double[][] means = [.. Enumerable.Range(0, groups).Select(_ => new double[points.Width])];
        int[] sizes = new int[groups];
        for (int i = 0; i < points.Count; i++)
        {
            sizes[groupOf[i]]++;
            for (int k = 0; k < points.Width; k++) means[groupOf[i]][k] += points[i][k];
        }

        for (int g = 0; g < groups; g++) for (int k = 0; k < points.Width; k++) means[g][k] /= sizes[g];
        return means;
    }

    private static int Nearest(PointCloud points, int point, double[][] centres)
    {
        int nearest = 0;
        double least = double.PositiveInfinity;
        for (int g = 0; g < centres.Length; g++)
        {
            double square = LinearAlgebra.SquaredDistance(points[point], centres[g]);
            if (square < least) (least, nearest) = (square, g);
        }

        return nearest;
    }
}
