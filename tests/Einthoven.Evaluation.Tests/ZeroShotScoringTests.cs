// Zero-shot figures: ties, the threshold's own row, classes that are missing.
using Einthoven.Evaluation.ZeroShot;

namespace Einthoven.Evaluation.Tests;

public sealed class ZeroShotScoringTests
{
    [Fact]
    public void The_row_at_the_threshold_counts_as_negative()
    {
        ZeroShotFigure figure = ZeroShotScoring.Figures([0.9, 0.8, 0.1, 0.05], [1, 1, 0, 0]);
        Assert.Equal(1, figure.Auroc);
        Assert.Equal(1, figure.LargestF1);
        Assert.Equal(0.8, figure.Threshold);
        Assert.Equal(0.75, figure.Accuracy);
    }

    [Fact]
    public void Of_equal_F1_the_lowest_threshold_is_taken()
    {
        // Above 0.9: 1 of 1 and 1 of 2, F1 2/3; above 0.1: 2 of 4 and 2 of 2, F1 2/3.
        ZeroShotFigure figure = ZeroShotScoring.Figures([0.9, 0.5, 0.4, 0.1], [1, 0, 0, 1]);
        Assert.Equal(2.0 / 3, figure.LargestF1, 1e-12);
        Assert.Equal(0.1, figure.Threshold);
    }

    [Fact]
    public void A_class_without_positives_is_undefined_and_leaves_the_means_alone()
    {
        ZeroShotFigure none = ZeroShotScoring.Figures([0.9, 0.5], [0, 0]), some = ZeroShotScoring.Figures([0.9, 0.5, 0.2], [1, 0, float.NaN]);
        Assert.True(double.IsNaN(none.Auroc));
        Assert.Equal(some.Auroc, ZeroShotScoring.Macro([none, some]).Auroc);
        Assert.Equal(0.5, some.Accuracy);
        Assert.True(double.IsNaN(ZeroShotScoring.Macro([none]).Auroc));
    }

    [Fact]
    public void Cosines_forget_lengths_and_take_zeros_for_nothing()
    {
        double[] scores = ZeroShotScoring.Cosines([3, 4, 0, 0], [6, 8, -4, 3], 2);
        Assert.Equal([1, 0, 0, 0], scores.Select(s => Math.Round(s, 12)));
        Assert.Throws<ArgumentException>(() => ZeroShotScoring.Cosines([1, 2, 3], [1, 2], 2));
    }
}
