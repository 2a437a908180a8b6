// The area under the ROC curve against its definition: the share of pairs ranked rightly.
using Einthoven.Evaluation.Classification;

namespace Einthoven.Evaluation.Tests;

public sealed class AurocTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_area_is_the_share_of_pairs_in_right_order_with_ties_counting_half(int seed)
    {
        var random = new Random(seed);
        // Few distinct scores, so that ties within and between the classes are common.
        double[] scores = [.. Enumerable.Range(0, 60).Select(_ => random.Next(8) / 8.0)];
        float[] labels = [.. Enumerable.Range(0, 60).Select(k => k % 7 == 0 ? float.NaN : random.Next(3) == 0 ? 1f : 0f)];
        Assert.Equal(ByPairs(scores, labels, null), Auroc.Of(scores, labels), 1e-12);
        int[] weights = [.. scores.Select(_ => random.Next(4))];
        double[] wide = [.. weights.Select(w => (double)w)];
        Assert.Equal(ByPairs(scores, labels, weights), RankingCurve.Of(scores, labels, wide).Auroc, 1e-12);
    }

    [Fact]
    public void A_label_without_both_classes_has_no_area()
    {
        Assert.True(double.IsNaN(Auroc.Of([0.1, 0.2], [0, 0])));
        Assert.True(double.IsNaN(Auroc.Of([0.1, 0.2], [1, float.NaN])));
    }

    [Fact]
    public void A_score_that_is_no_number_is_refused_unless_its_label_is_unknown()
    {
        Assert.Throws<ArgumentException>(() => Auroc.Of([double.NaN, 1], [0, 1]));
        Assert.Equal(1, Auroc.Of([double.NaN, 0, 1], [float.NaN, 0, 1]));
    }

    [Fact]
    public void The_interval_covers_the_area_of_the_population_about_as_often_as_it_says()
    {
        // Normal scores one deviation apart have area Φ(1/√2) = 0.7602. Of 60 samples about 57 intervals hold it.
        const double Truth = 0.7602;
        int covered = 0;
        for (int trial = 0; trial < 60; trial++)
        {
            var random = new Random(trial);
            double[] scores = new double[200];
            float[] truths = new float[200];
            for (int k = 0; k < 200; k++)
            {
                truths[k] = k % 2;
                scores[k] = Normal(random) + truths[k];
            }
            var table = new ScoreTable(["a"], [.. Enumerable.Range(0, 200).Select(k => $"p{k}")], scores, truths);
            Estimate area = Bootstrap.Auroc(table, resamples: 300, seed: trial).Labels[0].Area;
            if (area.Low <= Truth && Truth <= area.High) covered++;
        }
        Assert.InRange(covered, 50, 60);
    }

    [Fact]
    public void Rows_of_one_patient_are_drawn_together()
    {
        // Each patient's rows are copies of one: the interval must be as wide as with single rows, not narrower.
        var random = new Random(5);
        double[] scores = [.. Enumerable.Range(0, 80).Select(_ => random.NextDouble())];
        float[] truths = [.. Enumerable.Range(0, 80).Select(k => (float)(k % 2))];
        string[] patients = [.. Enumerable.Range(0, 80).Select(k => $"p{k}")];
        Estimate once = Bootstrap.Auroc(new ScoreTable(["a"], patients, scores, truths), 400).Labels[0].Area;
        Estimate fourfold = Bootstrap.Auroc(
            new ScoreTable(["a"], Repeat(patients), Repeat(scores), Repeat(truths)), 400).Labels[0].Area;
        Assert.Equal(once.Value, fourfold.Value, 1e-12);
        Assert.Equal(once.High - once.Low, fourfold.High - fourfold.Low, 1e-9);

        static T[] Repeat<T>(T[] values) => [.. values.SelectMany(v => Enumerable.Repeat(v, 4))];
    }

    [Fact]
    public void The_threshold_of_the_largest_F1_beats_every_other()
    {
        var random = new Random(11);
        for (int trial = 0; trial < 20; trial++)
        {
            double[] scores = [.. Enumerable.Range(0, 40).Select(_ => random.Next(12) / 12.0)];
            float[] labels = [.. Enumerable.Range(0, 40).Select(k => k < 3 || random.Next(4) == 0 ? 1f : 0f)];
            ThresholdChoice chosen = Thresholds.LargestF1(scores, labels);
            Assert.Equal(chosen.F1, F1(scores, labels, chosen.Threshold), 1e-12);
            foreach (double other in scores) Assert.True(F1(scores, labels, other) <= chosen.F1 + 1e-12);
        }
        Assert.True(double.IsNaN(Thresholds.LargestF1([0.5], [0]).F1));
    }

    private static double F1(double[] scores, float[] labels, double threshold)
    {
        int hit = 0, called = 0, positives = 0;
        for (int k = 0; k < scores.Length; k++)
        {
            if (scores[k] >= threshold) called++;
            if (labels[k] > 0.5f) positives++;
            if (scores[k] >= threshold && labels[k] > 0.5f) hit++;
        }
        return 2.0 * hit / (called + positives);
    }

    private static double ByPairs(double[] scores, float[] labels, int[]? weights)
    {
        double right = 0, pairs = 0;
        for (int p = 0; p < scores.Length; p++)
        {
            for (int n = 0; n < scores.Length; n++)
            {
                if (labels[p] != 1 || labels[n] != 0) continue;
                double weight = weights is null ? 1 : (double)weights[p] * weights[n];
                pairs += weight;
                right += weight * (scores[p] > scores[n] ? 1 : scores[p] == scores[n] ? 0.5 : 0);
            }
        }
        return right / pairs;
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
