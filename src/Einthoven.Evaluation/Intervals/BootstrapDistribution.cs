// Intervals and tests from the values a figure took in bootstrap draws.
using Einthoven.Evaluation.Numerics;

namespace Einthoven.Evaluation.Intervals;

/// <summary>A figure of rows that count a given number of times each; NaN where undefined.</summary>
public delegate double WeightedFigure(ReadOnlySpan<int> times);

/// <summary>The values of a figure over bootstrap draws. Undefined draws (NaN) are left out and counted.</summary>
public sealed class BootstrapDistribution
{
    private readonly double[] _sorted;

    /// <summary>Takes the figure as it stands and its draws.</summary>
    public BootstrapDistribution(double point, IReadOnlyCollection<double> draws)
    {
        Point = point;
        _sorted = [.. draws.Where(d => !double.IsNaN(d)).Order()];
        Undefined = draws.Count - _sorted.Length;
    }

    /// <summary>The figure of the rows as they are.</summary>
    public double Point { get; }

    /// <summary>Draws in which the figure was undefined.</summary>
    public int Undefined { get; }

    /// <summary>The defined draws, ascending.</summary>
    public IReadOnlyList<double> Sorted => _sorted;

    /// <summary>Mean of the defined draws.</summary>
    public double Mean => _sorted.Length > 0 ? _sorted.Sum() / _sorted.Length : double.NaN;

    /// <summary>Standard deviation of the defined draws (divisor n − 1).</summary>
    public double StandardDeviation
    {
        get
        {
            double mean = Mean;
            return Math.Sqrt(_sorted.Sum(d => (d - mean) * (d - mean)) / (_sorted.Length - 1));
        }
    }

    /// <summary>Draws a figure's distribution.</summary>
    /// <param name="figure">The figure; told how often each item (row, patient) counts.</param>
    /// <param name="items">Number of items.</param>
    /// <param name="resamples">Draws.</param>
    /// <param name="seed">Seed of the draws.</param>
    public static BootstrapDistribution Of(WeightedFigure figure, int items, int resamples, ulong seed)
    {
        var draws = new BootstrapDraws(seed, items);
        var values = new double[resamples];
        var times = new int[items];
        for (int b = 0; b < resamples; b++)
        {
            draws.Count(b, times);
            values[b] = figure(times);
        }

        Array.Fill(times, 1);
        return new(figure(times), values);
    }

    /// <summary>
    /// The same of rows that belong to clusters (patients): whole clusters are drawn, a cluster drawn twice counts its rows twice.
    /// </summary>
    /// <param name="figure">The figure; told how often each row counts.</param>
    /// <param name="clusterOf">The cluster of each row, 0 to clusters − 1.</param>
    /// <param name="clusters">Number of clusters.</param>
    /// <param name="resamples">Draws.</param>
    /// <param name="seed">Seed of the draws.</param>
    public static BootstrapDistribution OfClusters(WeightedFigure figure, int[] clusterOf, int clusters, int resamples, ulong seed)
    {
        var rows = new int[clusterOf.Length];
        return Of(
            times =>
            {
                for (int row = 0; row < rows.Length; row++) rows[row] = times[clusterOf[row]];
                return figure(rows);
            },
            clusters, resamples, seed);
    }

    /// <summary>The figure with each item left out in turn.</summary>
    public static double[] Jackknife(WeightedFigure figure, int items)
    {
        var times = new int[items];
        Array.Fill(times, 1);
        var values = new double[items];
        for (int k = 0; k < items; k++)
        {
            times[k] = 0;
            values[k] = figure(times);
            times[k] = 1;
        }

        return values;
    }

    /// <summary>A quantile of the defined draws, linear between order statistics.</summary>
    public double Quantile(double share) => Quantiles.OfSorted(_sorted, share);

    /// <summary>Percentile interval (Efron and Tibshirani, "An introduction to the bootstrap", 1993, §13.3).</summary>
    public Estimate Percentile(double level) => new(Point, Quantile((1 - level) / 2), Quantile((1 + level) / 2));

    /// <summary>Basic interval: the percentile interval turned over about the figure.</summary>
    public Estimate Basic(double level) => new(Point, (2 * Point) - Quantile((1 + level) / 2), (2 * Point) - Quantile((1 - level) / 2));

    /// <summary>
    /// Normal interval from the draws' standard deviation, about the figure or about the figure less the bias that the draws show.
    /// </summary>
    public Estimate Normal(double level, bool correctBias = true)
    {
        double middle = correctBias ? (2 * Point) - Mean : Point;
        double half = SpecialFunctions.NormalQuantile((1 + level) / 2) * StandardDeviation;
        return new(Point, middle - half, middle + half);
    }

    /// <summary>Bias-corrected and accelerated interval (Efron 1987).</summary>
    /// <param name="level">Coverage.</param>
    /// <param name="jackknife">The figure with each item left out; see <see cref="Jackknife"/>.</param>
    public BcaInterval Bca(double level, IReadOnlyCollection<double> jackknife)
    {
        double below = _sorted.Count(d => d < Point), upTo = _sorted.Count(d => d <= Point);
        double z0 = SpecialFunctions.NormalQuantile((below + upTo) / (2 * _sorted.Length));
        double mean = jackknife.Average(), squares = 0, cubes = 0;
        foreach (double value in jackknife)
        {
            double u = mean - value;
            squares += u * u;
            cubes += u * u * u;
        }

        double acceleration = squares > 0 ? cubes / (6 * Math.Pow(squares, 1.5)) : 0;
        double low = Adjusted(-1), high = Adjusted(1);
        return new(z0, acceleration, low, high, new(Point, Quantile(low), Quantile(high)));

        double Adjusted(int side)
        {
            double z = z0 + (side * SpecialFunctions.NormalQuantile((1 + level) / 2));
            return SpecialFunctions.NormalCdf(z0 + (z / (1 - (acceleration * z))));
        }
    }

    /// <summary>Two-sided test of 0, for differences: 2 min(share of draws ≤ 0, share ≥ 0), at most 1.</summary>
    public double TwoSidedP => _sorted.Length == 0
        ? double.NaN
        : Math.Min(1, 2.0 * Math.Min(_sorted.Count(d => d <= 0), _sorted.Count(d => d >= 0)) / _sorted.Length);
}

/// <summary>A bias-corrected and accelerated interval and what went into it.</summary>
/// <param name="Z0">Correction of the bias.</param>
/// <param name="Acceleration">Change of the standard error with the figure.</param>
/// <param name="LowLevel">Level of the lower quantile.</param>
/// <param name="HighLevel">Level of the upper quantile.</param>
/// <param name="Interval">The figure and its interval.</param>
public sealed record BcaInterval(double Z0, double Acceleration, double LowLevel, double HighLevel, Estimate Interval);
