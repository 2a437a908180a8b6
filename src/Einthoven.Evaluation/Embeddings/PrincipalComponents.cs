// Principal components by singular values of the centred points (Pearson 1901).
using Einthoven.Evaluation.Numerics;

namespace Einthoven.Evaluation.Embeddings;

/// <summary>All components, the largest first.</summary>
/// <param name="Mean">[width]</param>
/// <param name="SingularValues">Of the centred points.</param>
/// <param name="Components">One a row; each signed so that the score of largest absolute value (the first among equals) is
/// positive.</param>
/// <param name="Variances">singular value² / (points − 1)</param>
public sealed record PrincipalComponents(
    IReadOnlyList<double> Mean, IReadOnlyList<double> SingularValues, IReadOnlyList<double[]> Components, IReadOnlyList<double> Variances)
{
    /// <summary>Share of the whole variance in each component.</summary>
    public IReadOnlyList<double> VarianceShares
    {
        get
        {
            double sum = Variances.Sum();
            return [.. Variances.Select(v => v / sum)];
        }
    }

    /// <summary>Fits min(points, width) components.</summary>
    public static PrincipalComponents Of(PointCloud points)
    {
        PointCloud centred = points.Centred();
        (double[] values, double[] vectors) = LinearAlgebra.SingularValues(centred.Values, points.Count, points.Width);
        int kept = Math.Min(points.Count, points.Width);
        var components = new double[kept][];
        for (int c = 0; c < kept; c++)
        {
            double[] component = vectors[(c * points.Width)..((c + 1) * points.Width)];
            double largest = 0;
            for (int k = 0; k < points.Count; k++)
            {
                double score = LinearAlgebra.Dot(centred[k], component);
                if (Math.Abs(score) > Math.Abs(largest)) largest = score;
            }

            components[c] = largest < 0 ? [.. component.Select(v => -v)] : component;
        }

        return new(points.Mean(), values[..kept], components, [.. values[..kept].Select(v => v * v / (points.Count - 1))]);
    }

    /// <summary>Scores of points on the first components, row-major [points, count].</summary>
    /// <param name="points">Points of the same width.</param>
    /// <param name="count">How many components.</param>
    /// <param name="whitened">Whether each score is divided by its standard deviation.</param>
    public double[] Scores(PointCloud points, int count, bool whitened = false)
    {
        var scores = new double[points.Count * count];
        var centred = new double[points.Width];
        for (int k = 0; k < points.Count; k++)
        {
            for (int j = 0; j < centred.Length; j++) centred[j] = points[k][j] - Mean[j];
            for (int c = 0; c < count; c++)
                scores[(k * count) + c] = LinearAlgebra.Dot(centred, Components[c]) / (whitened ? Math.Sqrt(Variances[c]) : 1);
        }

        return scores;
    }

    /// <summary>Mean squared difference per value between points and what the first components keep of them.</summary>
    public double ReconstructionError(PointCloud points, int count)
    {
        double[] scores = Scores(points, count);
        double sum = 0;
        for (int k = 0; k < points.Count; k++)
        {
            for (int j = 0; j < points.Width; j++)
            {
                double kept = Mean[j];
                for (int c = 0; c < count; c++) kept += scores[(k * count) + c] * Components[c][j];
                sum += (points[k][j] - kept) * (points[k][j] - kept);
            }
        }

        return sum / points.Count / points.Width;
    }
}
