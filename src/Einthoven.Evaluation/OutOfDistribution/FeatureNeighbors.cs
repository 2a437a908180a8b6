// How far features lie from the nearest ones of training, by direction (Sun et al., "Out-of-distribution detection with deep nearest
// neighbors", ICML 2022).
using Einthoven.Evaluation.Numerics;

namespace Einthoven.Evaluation.OutOfDistribution;

/// <summary>Training features of length 1.</summary>
public sealed class FeatureNeighbors
{
    private readonly double[] _features;
    private readonly int _width;

    /// <summary>Keeps normalised copies.</summary>
    /// <param name="features">Row-major [rows, width].</param>
    /// <param name="width">Features a row.</param>
    public FeatureNeighbors(ReadOnlySpan<double> features, int width)
    {
        _width = width;
        _features = features.ToArray();
        for (int start = 0; start < _features.Length; start += width) Normalise(_features.AsSpan(start, width));
    }

    /// <summary>Euclidean distance of the normalised feature to its k-th nearest.</summary>
    /// <param name="feature">[width]</param>
    /// <param name="k">1 or more.</param>
    public double Distance(ReadOnlySpan<double> feature, int k)
    {
        double[] unit = feature.ToArray(), squares = new double[_features.Length / _width];
        Normalise(unit);
        for (int row = 0; row < squares.Length; row++)
            squares[row] = LinearAlgebra.SquaredDistance(unit, _features.AsSpan(row * _width, _width));
        Array.Sort(squares);
        return Math.Sqrt(squares[k - 1]);
    }

    private static void Normalise(Span<double> feature)
    {
        double length = Math.Sqrt(LinearAlgebra.Dot(feature, feature));
        if (length == 0) return;
        foreach (ref double value in feature) value /= length;
    }
}
