// Ranking figures against their definitions, threshold by threshold.
using Einthoven.Evaluation.Classification;

namespace Einthoven.Evaluation.Tests;

public sealed class RankingCurveTests
{
    [Theory]
    [InlineData(1, 7)]
    [InlineData(2, 50)]
    public void Average_precision_and_best_thresholds_are_what_a_search_over_all_scores_finds(int seed, int levels)
    {
        (double[] scores, float[] labels) = Draw(seed, 90, levels);
        RankingCurve curve = RankingCurve.Of(scores, labels);
        double[] thresholds = [.. scores.Where((_, k) => !float.IsNaN(labels[k])).Distinct().OrderDescending()];
        ConfusionCounts[] at = [.. thresholds.Select(t => ConfusionCounts.At(scores, labels, t))];
        double ap = 0, recall = 0;
        foreach (ConfusionCounts c in at)
        {
            ap += (c.Sensitivity - recall) * c.Precision;
            recall = c.Sensitivity;
        }

        Assert.Equal(ap, curve.AveragePrecision, 1e-12);
        Assert.Equal(at.Max(c => c.F1), curve.LargestF1.F1, 1e-12);
        Assert.Equal(thresholds[Array.FindIndex(at, c => c.F1 == curve.LargestF1.F1)], curve.LargestF1.Threshold);
        Assert.Equal(at.Max(c => c.Sensitivity + c.Specificity - 1), curve.Youden.J, 1e-12);
        Assert.Equal(at.Where(c => c.Specificity >= 0.8).Select(c => c.Sensitivity).DefaultIfEmpty(0).Max(),
            curve.SensitivityAtSpecificity(0.8), 1e-12);
        Assert.Equal(at.Where(c => c.Sensitivity >= 0.8).Max(c => c.Specificity), curve.SpecificityAtSensitivity(0.8), 1e-12);
    }

    [Fact]
    public void The_partial_area_of_the_whole_range_is_the_area()
    {
        (double[] scores, float[] labels) = Draw(3, 80, 30);
        RankingCurve curve = RankingCurve.Of(scores, labels);
        Assert.Equal(curve.Auroc, curve.PartialAuroc(1), 1e-12);
        Assert.Equal(1, RankingCurve.Of([0.9, 0.8, 0.1], [1, 1, 0]).PartialAuroc(0.1), 1e-12);
    }

    [Fact]
    public void Gains_are_one_for_perfect_order_and_zero_for_a_constant_score()
    {
        Assert.Equal(1, RankingCurve.Of([0.9, 0.8, 0.1, 0.2], [1, 1, 0, 0]).Auprg, 1e-12);
        Assert.Equal(0, RankingCurve.Of([0.5, 0.5, 0.5, 0.5], [1, 0, 0, 0]).Auprg, 1e-12);
    }

    [Fact]
    public void Scores_that_differ_in_their_last_bit_are_no_tie()
    {
        double low = 1e-35, high = Math.BitIncrement(1e-35);
        Assert.Equal(1, RankingCurve.Of([low, high], [0, 1]).Auroc);
        Assert.Equal(0.5, RankingCurve.Of([low, low], [0, 1]).Auroc);
    }

    [Fact]
    public void The_grid_search_takes_the_lowest_of_equal_thresholds_and_judges_one_class_by_its_own_rate()
    {
        Assert.Equal(0.2, Thresholds.LargestBalancedAccuracy([0.2, 0.6], [0, 1]), 1e-12);
        Assert.Equal(0.6, Thresholds.LargestBalancedAccuracy([0.2, 0.6], [0, 0]), 1e-12);
        Assert.Equal(0.5, Thresholds.LargestBalancedAccuracy([0.2], [float.NaN]));
    }

    [Fact]
    public void Windows_become_records_by_mean_or_maximum_whatever_their_order()
    {
        double[] scores = [1, 10, 5, 50, 3, 30];
        Assert.Equal([2, 20, 5, 50], WindowScores.ByRecord(scores, [0, 1, 0], 2, WindowAggregation.Mean));
        Assert.Equal([3, 30, 5, 50], WindowScores.ByRecord(scores, [0, 1, 0], 2, WindowAggregation.Maximum));
        Assert.True(double.IsNaN(WindowScores.ByRecord([7], [1], 1, WindowAggregation.Mean)[0]));
        Assert.Throws<ArgumentException>(() => WindowScores.ByRecord([1, 2, 3], [0], 2, WindowAggregation.Mean));
    }

    private static (double[] Scores, float[] Labels) Draw(int seed, int rows, int levels)
    {
        var random = new Random(seed);
        double[] scores = [.. Enumerable.Range(0, rows).Select(_ => random.Next(levels) / (double)levels)];
        return (scores, [.. scores.Select(s => random.Next(9) == 0 ? float.NaN : random.NextDouble() < s ? 1f : 0f)]);
    }
}
