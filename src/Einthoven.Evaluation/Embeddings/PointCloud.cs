// Points of an embedding and their distances.
using Einthoven.Evaluation.Numerics;

namespace Einthoven.Evaluation.Embeddings;

/// <summary>Points, row-major [points, width], in double precision.</summary>
public sealed class PointCloud
{
    private readonly double[] _values;

    /// <summary>Takes the values as they are.</summary>
    /// <exception cref="ArgumentException">The values are no whole number of points.</exception>
    public PointCloud(double[] values, int width)
    {
        if (width < 1 || values.Length % width != 0)
            throw new ArgumentException($"{values.Length} values are no whole number of points of width {width}.");
        (_values, Width, Count) = (values, width, values.Length / width);
    }

    /// <summary>Number of points.</summary>
    public int Count { get; }

    /// <summary>Values a point.</summary>
    public int Width { get; }

    /// <summary>The values of a point.</summary>
    public ReadOnlySpan<double> this[int point] => _values.AsSpan(point * Width, Width);

    /// <summary>Mean point.</summary>
    public double[] Mean()
    {
        var mean = new double[Width];
        for (int k = 0; k < _values.Length; k++) mean[k % Width] += _values[k];
        for (int k = 0; k < Width; k++) mean[k] /= Count;
        return mean;
    }

    /// <summary>The points less their mean.</summary>
    public PointCloud Centred()
    {
        double[] mean = Mean();
        return new([.. _values.Select((value, k) => value - mean[k % Width])], Width);
    }

    internal ReadOnlySpan<double> Values => _values;

    internal double SquaredDistance(int a, int b) => LinearAlgebra.SquaredDistance(this[a], this[b]);

    internal double Distance(int a, int b) => Math.Sqrt(SquaredDistance(a, b));

    /// <summary>The other points from the nearest on; equal distances in the order of the points.</summary>
    internal int[] Neighbours(int point)
    {
        int[] others = [.. Enumerable.Range(0, Count).Where(k => k != point)];
        double[] keys = [.. others.Select(k => SquaredDistance(point, k))];
        Array.Sort(keys, others);
        for (int start = 0, end; start < others.Length; start = end)
        {
            for (end = start + 1; end < others.Length && keys[end] == keys[start]; end++)
            {
            }

            if (end - start > 1) Array.Sort(others, start, end - start);
        }

        return others;
    }
}
