// How far features lie from those of training, in the metric of training's spread (Lee et al., NeurIPS 2018; Ren et al. 2021).
using Einthoven.Evaluation.Numerics;

namespace Einthoven.Evaluation.OutOfDistribution;

/// <summary>Gaussians of one covariance, a mean a class.</summary>
public sealed class GaussianFeatures
{
    private readonly double[] _factor;

    private GaussianFeatures(double[][] means, double[] covariance, double shrinkage, int width)
    {
        (Means, Covariance, Shrinkage) = (means, covariance, shrinkage);
        _factor = LinearAlgebra.Cholesky(covariance, width);
    }

    /// <summary>[classes][width]</summary>
    public IReadOnlyList<double[]> Means { get; }

    /// <summary>Row-major [width, width], divisor n.</summary>
    public IReadOnlyList<double> Covariance { get; }

    /// <summary>Share of the scaled unit matrix in the covariance; 0 without shrinkage.</summary>
    public double Shrinkage { get; }

    /// <summary>Means of the classes and the covariance about them.</summary>
    /// <param name="features">Row-major [rows, width].</param>
    /// <param name="classOf">Class of each row, from 0; all 0 for one Gaussian.</param>
    /// <param name="shrink">Whether the covariance is shrunk (Ledoit and Wolf, Journal of Multivariate Analysis 88:365, 2004): needed where
    /// rows are few.</param>
    /// <exception cref="ArgumentException">The covariance is singular: shrink it.</exception>
    public static GaussianFeatures Fit(ReadOnlySpan<double> features, ReadOnlySpan<int> classOf, bool shrink = false)
    {
        int rows = classOf.Length, width = features.Length / rows, classes = 0;
        foreach (int c in classOf) classes = Math.Max(classes, c + 1);
        double[][] means = [.. Enumerable.Range(0, classes).Select(_ => new double[width])];
        int[] counts = new int[classes];
        for (int row = 0; row < rows; row++)
        {
            counts[classOf[row]]++;
            for (int k = 0; k < width; k++) means[classOf[row]][k] += features[(row * width) + k];
        }

        for (int c = 0; c < classes; c++) for (int k = 0; k < width; k++) means[c][k] /= counts[c];
        var centred = new double[features.Length];
        for (int cell = 0; cell < centred.Length; cell++) centred[cell] = features[cell] - means[classOf[cell / width]][cell % width];

        double[] covariance = Moments(centred, rows, width);
        double shrinkage = shrink ? LedoitWolf(centred, covariance, rows, width) : 0;
        double scale = Trace(covariance, width) / width;
        for (int k = 0; k < covariance.Length; k++)
            covariance[k] = ((1 - shrinkage) * covariance[k]) + (k % (width + 1) == 0 ? shrinkage * scale : 0);
        return new([.. means.Where((_, c) => counts[c] > 0)], covariance, shrinkage, width);
    }

    /// <summary>Squared Mahalanobis distance to the nearest mean.</summary>
    /// <param name="feature">[width]</param>
    public double SquaredDistance(ReadOnlySpan<double> feature)
    {
        double nearest = double.PositiveInfinity;
        var difference = new double[feature.Length];
        foreach (double[] mean in Means)
        {
            for (int k = 0; k < difference.Length; k++) difference[k] = feature[k] - mean[k];
            double[] whitened = LinearAlgebra.SolveLower(_factor, difference);
            nearest = Math.Min(nearest, LinearAlgebra.Dot(whitened, whitened));
        }

        return nearest;
    }

    /// <summary>Share of rows of the Gaussian itself that lie further off: the chi-squared tail of the squared distance.</summary>
    public static double TailProbability(double squaredDistance, int width) => SpecialFunctions.ChiSquaredTail(squaredDistance, width);

    private static double[] Moments(double[] centred, int rows, int width)
    {
        var moments = new double[width * width];
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<double> x = centred.AsSpan(row * width, width);
            for (int j = 0; j < width; j++) for (int k = 0; k < width; k++) moments[(j * width) + k] += x[j] * x[k];
        }

        for (int k = 0; k < moments.Length; k++) moments[k] /= rows;
        return moments;
    }

    // δ² = ‖S − μI‖², β² = Σ‖x xᵀ − S‖² / n², shrinkage β²/δ².
    private static double LedoitWolf(double[] centred, double[] covariance, int rows, int width)
    {
        double mu = Trace(covariance, width) / width, squares = covariance.Sum(v => v * v), fourth = 0;
        double delta = squares - (mu * mu * width);
        for (int row = 0; row < rows; row++)
        {
            double norm = LinearAlgebra.Dot(centred.AsSpan(row * width, width), centred.AsSpan(row * width, width));
            fourth += norm * norm;
        }

        double beta = ((fourth / rows) - squares) / rows;
        return delta > 0 ? Math.Clamp(beta / delta, 0, 1) : 0;
    }

    private static double Trace(double[] matrix, int width)
    {
        double sum = 0;
        for (int k = 0; k < width; k++) sum += matrix[k * (width + 1)];
        return sum;
    }
}
