// The fast figures of weighted rows against the plain ones of repeated rows.
using Einthoven.Evaluation.Calibration;
using Einthoven.Evaluation.Classification;

namespace Einthoven.Evaluation.Tests;

public sealed class LabelResamplerTests
{
    [Theory]
    [InlineData(1, 200, 1000)]
    [InlineData(2, 60, 5)]
    [InlineData(3, 40, 2)]
    [InlineData(4, 300, 20)]
    public void A_row_counted_n_times_gives_the_figures_of_n_equal_rows(int seed, int rows, int levels)
    {
        var random = new Random(seed);
        double[] scores = [.. Enumerable.Range(0, rows).Select(_ => random.Next(levels + 1) / (double)levels)];
        float[] truths = [.. scores.Select(s => random.Next(10) == 0 ? float.NaN : random.NextDouble() < s * s ? 1f : 0f)];
        const double Threshold = 0.5;
        const int Bins = 10;
        var resampler = new LabelResampler(scores, truths, Threshold, Bins);
        for (int trial = 0; trial < 20; trial++)
        {
            int[] times = [.. scores.Select(_ => random.Next(4))];
            double[] s = [.. times.SelectMany((n, k) => Enumerable.Repeat(scores[k], n))];
            float[] y = [.. times.SelectMany((n, k) => Enumerable.Repeat(truths[k], n))];
            var figures = new double[LabelResampler.Figures];
            resampler.Evaluate(times, figures);

            RankingCurve curve = RankingCurve.Of(s, y);
            ConfusionCounts counts = ConfusionCounts.At(s, y, Threshold);
            Same(curve.Auroc, LabelFigure.Auroc);
            Same(curve.AveragePrecision, LabelFigure.AveragePrecision);
            Same(curve.LargestF1.F1, LabelFigure.LargestF1);
            Same(counts.F1, LabelFigure.F1);
            Same(counts.Sensitivity, LabelFigure.Sensitivity);
            Same(counts.Specificity, LabelFigure.Specificity);
            Same(counts.Precision, LabelFigure.Precision);
            Same(counts.BalancedAccuracy, LabelFigure.BalancedAccuracy);
            Same(counts.Mcc, LabelFigure.Mcc);
            Same(Probabilities.Brier(s, y), LabelFigure.Brier);
            Same(Reliability.EqualWidth(s, y, Bins).ExpectedError, LabelFigure.CalibrationError);

            void Same(double expected, LabelFigure figure) => Assert.Equal(expected, figures[(int)figure], 1e-12);
        }
    }

    [Fact]
    public void Figures_of_one_class_are_undefined_where_they_need_the_other()
    {
        var resampler = new LabelResampler([0.2, 0.7, 0.9], [0, 0, float.NaN], 0.5, 10);
        var figures = new double[LabelResampler.Figures];
        resampler.Evaluate([1, 1, 1], figures);
        Assert.Equal((0, 2, 1), (resampler.Positives, resampler.Negatives, resampler.Unknown));
        Assert.Equal(0.5, figures[(int)LabelFigure.Specificity]);
        LabelFigure[] undefined =
            [LabelFigure.Auroc, LabelFigure.AveragePrecision, LabelFigure.LargestF1, LabelFigure.F1, LabelFigure.Sensitivity,
                LabelFigure.BalancedAccuracy, LabelFigure.Mcc];
        Assert.All(undefined, f => Assert.True(double.IsNaN(figures[(int)f]), f.ToString()));
    }

    [Fact]
    public void Scores_that_are_no_probabilities_have_areas_but_no_calibration()
    {
        var resampler = new LabelResampler([-3, 2, 5], [0, 1, 1], 0, 10);
        var figures = new double[LabelResampler.Figures];
        resampler.Evaluate([1, 1, 1], figures);
        Assert.Equal(1, figures[(int)LabelFigure.Auroc]);
        Assert.True(double.IsNaN(figures[(int)LabelFigure.Brier]) && double.IsNaN(figures[(int)LabelFigure.CalibrationError]));
    }

    [Theory]
    [InlineData(0.0, 10, 0)]
    [InlineData(0.1, 10, 0)]
    [InlineData(0.3, 10, 2)]
    [InlineData(0.30000000000000004, 10, 3)]
    [InlineData(0.7, 10, 6)]
    [InlineData(1.0, 15, 14)]
    public void A_probability_on_an_edge_belongs_to_the_lower_bin(double p, int bins, int bin) =>
        Assert.Equal(bin, LabelResampler.CalibrationBin(p, bins));
}
