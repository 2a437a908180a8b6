// Bootstrap intervals of means, medians and shares of single recordings.
using Einthoven.Evaluation;
using Einthoven.Evaluation.Intervals;

namespace Einthoven.Training.Judging;

internal static class Draws
{
    private const int Resamples = 1000;
    private const double Level = 0.95;

    /// <summary>The mean of what is no NaN; NaN where there is nothing.</summary>
    internal static Estimate Mean(IReadOnlyList<double> values)
    {
        double[] defined = Defined(values);
        return Interval(defined.Length, times =>
        {
            double sum = 0;
            for (int k = 0; k < defined.Length; k++) sum += times[k] * defined[k];
            return sum / defined.Length;
        });
    }

    /// <summary>The median of what is no NaN.</summary>
    internal static Estimate Median(IReadOnlyList<double> values)
    {
        double[] sorted = [.. Defined(values).Order()];
        return Interval(sorted.Length, times =>
        {
            int seen = 0;
            for (int k = 0; k < sorted.Length; k++)
            {
                seen += times[k];
                if (2 * seen >= sorted.Length) return sorted[k];
            }

            return double.NaN;
        });
    }

    /// <summary>A share with Wilson's interval; NaN of nothing.</summary>
    internal static Estimate Share(int part, int whole) => whole > 0 ? Proportion.Wilson(part, whole) : new(double.NaN, double.NaN, double.NaN);

    private static Estimate Interval(int items, WeightedFigure figure) =>
        items == 0 ? new(double.NaN, double.NaN, double.NaN) : BootstrapDistribution.Of(figure, items, Resamples, 1).Percentile(Level);

    private static double[] Defined(IReadOnlyList<double> values) => [.. values.Where(v => !double.IsNaN(v))];
}
