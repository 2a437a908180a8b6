// How well groups of points are parted, and how far two groupings agree.
using Einthoven.Evaluation.Numerics;

namespace Einthoven.Evaluation.Embeddings;

/// <summary>Separation of given groups; Euclidean.</summary>
/// <param name="Silhouette">Mean of (b − a)/max(a, b): a mean distance within, b to the nearest other group (Rousseeuw 1987); 0 for a group
/// of one.</param>
/// <param name="DaviesBouldin">Mean over groups of the worst (spread + spread)/(distance of means) (1979): lower is better.</param>
/// <param name="CalinskiHarabasz">Between over within variance (1974): higher is better.</param>
public sealed record ClusterScores(double Silhouette, double DaviesBouldin, double CalinskiHarabasz)
{
    /// <summary>Scores groups.</summary>
    /// <param name="points">The points.</param>
    /// <param name="groupOf">Group of each point, 0 to groups − 1, each with a point at least.</param>
    public static ClusterScores Of(PointCloud points, ReadOnlySpan<int> groupOf)
    {
        int[] groups = groupOf.ToArray();
        int count = groups.Max() + 1, n = points.Count;
        int[] sizes = new int[count];
        foreach (int g in groups) sizes[g]++;
        double[][] means = KMeans.Means(points, groups, count);
        double[] spread = new double[count];
        double[] overall = points.Mean();
        double within = 0, between = 0;
        for (int i = 0; i < n; i++)
        {
            double square = LinearAlgebra.SquaredDistance(points[i], means[groups[i]]);
            within += square;
            spread[groups[i]] += Math.Sqrt(square) / sizes[groups[i]];
        }

        for (int g = 0; g < count; g++) between += sizes[g] * LinearAlgebra.SquaredDistance(means[g], overall);
        double davies = 0;
        for (int g = 0; g < count; g++)
        {
            davies += Enumerable.Range(0, count).Where(h => h != g)
                .Max(h => (spread[g] + spread[h]) / Math.Sqrt(LinearAlgebra.SquaredDistance(means[g], means[h])));
        }

        return new(Silhouettes(points, groups, sizes), davies / count, between * (n - count) / (within * (count - 1)));
    }

    private static double Silhouettes(PointCloud points, int[] groups, int[] sizes)
    {
        double sum = 0;
        var distance = new double[sizes.Length];
        for (int i = 0; i < points.Count; i++)
        {
            if (sizes[groups[i]] < 2) continue;
            Array.Clear(distance);
            for (int j = 0; j < points.Count; j++) distance[groups[j]] += points.Distance(i, j);
            double a = distance[groups[i]] / (sizes[groups[i]] - 1);
            double b = Enumerable.Range(0, sizes.Length).Where(g => g != groups[i]).Min(g => distance[g] / sizes[g]);
            sum += (b - a) / Math.Max(a, b);
        }

        return sum / points.Count;
    }
}

/// <summary>Agreement of two groupings of the same points, whatever the groups are called.</summary>
/// <param name="AdjustedRand">Pairs put together or apart by both, against chance: 1 equal, 0 chance (Hubert and Arabie 1985).</param>
/// <param name="NormalisedInformation">Mutual information over the mean of both entropies.</param>
public readonly record struct GroupAgreement(double AdjustedRand, double NormalisedInformation)
{
    /// <summary>Compares groupings.</summary>
    public static GroupAgreement Of(ReadOnlySpan<int> first, ReadOnlySpan<int> second)
    {
        int[] a = first.ToArray(), b = second.ToArray();
        double n = a.Length;
        double[] ofA = [.. a.GroupBy(v => v).Select(g => (double)g.Count())], ofB = [.. b.GroupBy(v => v).Select(g => (double)g.Count())];
        double[] both = [.. a.Zip(b).GroupBy(v => v).Select(g => (double)g.Count())];
        double together = both.Sum(Pairs), pairsA = ofA.Sum(Pairs), pairsB = ofB.Sum(Pairs), expected = pairsA * pairsB / Pairs(n);
        double entropyA = Entropy(ofA, n), entropyB = Entropy(ofB, n), mutual = entropyA + entropyB - Entropy(both, n);
        return new((together - expected) / (((pairsA + pairsB) / 2) - expected), mutual / ((entropyA + entropyB) / 2));
    }

    private static double Pairs(double count) => count * (count - 1) / 2;

    private static double Entropy(double[] counts, double n) => counts.Sum(c => -(c / n) * Math.Log(c / n));
}
