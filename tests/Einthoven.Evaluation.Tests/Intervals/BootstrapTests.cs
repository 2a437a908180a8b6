// The generator's known answers, and intervals of figures whose distribution is known.
using Einthoven.Evaluation.Intervals;

namespace Einthoven.Evaluation.Tests.Intervals;

public sealed class BootstrapTests
{
    [Fact]
    public void Draws_follow_SplitMix64()
    {
        // Seed 0: SplitMix64's published first output is 0xE220A8397B1DCDAF, that is u = 0.8833…; rows 0 and 2 of ten items by an
        // independent program.
        var draws = new BootstrapDraws(0, 10);
        Assert.Equal([8, 4, 0, 9, 1, 3, 1, 7, 2, 9], Enumerable.Range(0, 10).Select(k => draws[0, k]));
        Assert.Equal([8, 6, 9, 3, 8, 5, 4, 2, 6, 9], Enumerable.Range(0, 10).Select(k => draws[2, k]));
        var times = new int[10];
        draws.Count(2, times);
        Assert.Equal(10, times.Sum());
        Assert.Equal(Enumerable.Range(0, 10).Count(k => draws[2, k] == 3), times[3]);
    }

    [Fact]
    public void The_spread_of_a_mean_is_the_standard_error()
    {
        double[] x = [.. Enumerable.Range(0, 200).Select(k => (double)(k % 20))];
        BootstrapDistribution distribution = BootstrapDistribution.Of(times => Mean(x, times), x.Length, 4000, 7);
        double mean = x.Average(), error = Math.Sqrt(x.Average(v => (v - mean) * (v - mean)) / x.Length);
        Assert.Equal(mean, distribution.Point, 1e-12);
        Assert.InRange(distribution.StandardDeviation / error, 0.95, 1.05);
        Estimate percentile = distribution.Percentile(0.95), basic = distribution.Basic(0.95);
        Assert.InRange((percentile.High - percentile.Low) / (2 * 1.96 * error), 0.93, 1.07);
        Assert.Equal((2 * mean) - percentile.High, basic.Low, 1e-12);
    }

    [Fact]
    public void Bca_of_a_symmetric_figure_is_close_to_the_percentile_interval()
    {
        double[] x = [.. Enumerable.Range(-50, 101).Select(k => (double)k)];
        WeightedFigure mean = times => Mean(x, times);
        BootstrapDistribution distribution = BootstrapDistribution.Of(mean, x.Length, 4000, 3);
        BcaInterval bca = distribution.Bca(0.95, BootstrapDistribution.Jackknife(mean, x.Length));
        Assert.Equal(0, bca.Acceleration, 1e-12);
        Assert.InRange(bca.Z0, -0.06, 0.06);
        Assert.InRange(bca.LowLevel, 0.018, 0.034);
    }

    [Fact]
    public void Undefined_draws_are_left_out_and_counted()
    {
        var distribution = new BootstrapDistribution(1, [1, double.NaN, 3, 2]);
        Assert.Equal(1, distribution.Undefined);
        Assert.Equal(2, distribution.Quantile(0.5));
        Assert.True(double.IsNaN(new BootstrapDistribution(1, [double.NaN]).TwoSidedP));
    }

    [Fact]
    public void Corrections_keep_the_order_of_the_values_and_bound_one_another()
    {
        double[] p = [0.04, 0.001, 0.2, 0.03];
        double[] holm = MultipleTesting.Holm(p), bonferroni = MultipleTesting.Bonferroni(p), hochberg = MultipleTesting.BenjaminiHochberg(p);
        Assert.Equal([0.09, 0.004, 0.2, 0.09], holm.Select(v => Math.Round(v, 12)));
        Assert.All(Enumerable.Range(0, 4), k => Assert.True(hochberg[k] <= holm[k] + 1e-15 && holm[k] <= bonferroni[k] + 1e-15));
    }

    [Fact]
    public void The_variance_of_an_area_is_that_of_its_definition()
    {
        var random = new Random(4);
        float[] labels = [.. Enumerable.Range(0, 40).Select(k => k % 3 == 0 ? 1f : 0f)];
        double[] a = [.. labels.Select(y => random.Next(8) + (2.0 * y))], b = [.. labels.Select(y => random.Next(8) + (1.0 * y))];
        DeLong delong = DeLong.Of(a, b, labels);
        int[] positives = [.. Enumerable.Range(0, 40).Where(k => labels[k] == 1)],
            negatives = [.. Enumerable.Range(0, 40).Where(k => labels[k] == 0)];
        double[] v10 = [.. positives.Select(p => negatives.Average(n => Kernel(a[p], a[n])))],
            v01 = [.. negatives.Select(n => positives.Average(p => Kernel(a[p], a[n])))];
        Assert.Equal((Variance(v10) / positives.Length) + (Variance(v01) / negatives.Length), delong.FirstVariance, 1e-14);
        Assert.Equal(Auroc.Of(b, labels), delong.Second.Value, 1e-12);

        static double Kernel(double x, double y) => x > y ? 1 : x == y ? 0.5 : 0;
        static double Variance(double[] v) => v.Sum(x => (x - v.Average()) * (x - v.Average())) / (v.Length - 1);
    }

    [Fact]
    public void A_proportion_beyond_its_number_is_refused() => Assert.Throws<ArgumentException>(() => Proportion.Wilson(5, 4));

    private static double Mean(double[] values, ReadOnlySpan<int> times)
    {
        double sum = 0;
        int n = 0;
        for (int k = 0; k < values.Length; k++)
        {
            sum += values[k] * times[k];
            n += times[k];
        }

        return sum / n;
    }
}
