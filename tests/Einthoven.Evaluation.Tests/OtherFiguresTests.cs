// Regression, events, survival, conformal sets, challenge score and embeddings against brute force or what they promise.
using Einthoven.Evaluation.Challenge2021;
using Einthoven.Evaluation.Conformal;
using Einthoven.Evaluation.Embeddings;
using Einthoven.Evaluation.Events;
using Einthoven.Evaluation.OutOfDistribution;
using Einthoven.Evaluation.Regression;
using Einthoven.Evaluation.Survival;

namespace Einthoven.Evaluation.Tests;

public sealed class OtherFiguresTests
{
    [Fact]
    public void Kendalls_tau_counts_pairs()
    {
        var random = new Random(1);
        double[] x = [.. Enumerable.Range(0, 50).Select(_ => (double)random.Next(9))], y = [.. x.Select(v => v + random.Next(7))];
        double signs = 0, notTiedX = 0, notTiedY = 0;
        for (int i = 0; i < 50; i++)
        {
            for (int j = 0; j < i; j++)
            {
                signs += Math.Sign(x[i] - x[j]) * Math.Sign(y[i] - y[j]);
                if (x[i] != x[j]) notTiedX++;
                if (y[i] != y[j]) notTiedY++;
            }
        }

        Assert.Equal(signs / Math.Sqrt(notTiedX * notTiedY), Correlation.KendallTauB(x, y), 1e-12);
    }

    [Fact]
    public void Unknown_references_are_left_out_of_regression()
    {
        RegressionFigures figures = RegressionFigures.Of([1, double.NaN, 3], [2, 100, 3]);
        Assert.Equal((2, 0.5), (figures.Count, figures.MeanAbsoluteError));
        Assert.Equal(0, RegressionFigures.Of([double.NaN], [1]).Count);
        Assert.Throws<ArgumentException>(() => BlandAltman.Of([1, 2], [1, 2]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Matched_events_are_the_most_pairs_at_the_least_cost(int seed)
    {
        var random = new Random(seed);
        for (int trial = 0; trial < 50; trial++)
        {
            double[] reference = Times(random, 7), detected = Times(random, 6);
            EventMatching matching = EventMatching.Match(reference, detected, 10);
            (int count, double cost) = Best(reference, detected, 0, 0);
            Assert.Equal(count, matching.TruePositives);
            Assert.Equal(cost, matching.Errors.Sum(Math.Abs), 1e-12);
            Assert.All(matching.Errors, e => Assert.InRange(e, -10, 10));
            Assert.All(matching.Pairs.Zip(matching.Pairs.Skip(1)),
                p => Assert.True(p.First.Reference < p.Second.Reference && p.First.Detected < p.Second.Detected));
        }

        static double[] Times(Random random, int n) => [.. Enumerable.Range(0, n).Select(_ => (double)random.Next(60)).Order()];

        static (int Count, double Cost) Best(double[] r, double[] d, int i, int j)
        {
            if (i == r.Length || j == d.Length) return (0, 0);
            (int Count, double Cost)[] ways = [Best(r, d, i + 1, j), Best(r, d, i, j + 1)];
            (int Count, double Cost) best = ways.OrderByDescending(w => w.Count).ThenBy(w => w.Cost).First();
            if (Math.Abs(r[i] - d[j]) > 10) return best;
            (int count, double cost) = Best(r, d, i + 1, j + 1);
            (int Count, double Cost) paired = (count + 1, cost + Math.Abs(r[i] - d[j]));
            return paired.Count > best.Count || (paired.Count == best.Count && paired.Cost < best.Cost) ? paired : best;
        }
    }

    [Fact]
    public void Events_out_of_order_are_refused_and_none_are_matched_to_none()
    {
        Assert.Throws<ArgumentException>(() => EventMatching.Match([2, 1], [1], 1));
        Assert.Equal((0, 2, 0),
            (EventMatching.Match([1, 2], [], 1).TruePositives, EventMatching.Match([1, 2], [], 1).FalseNegatives, EventMatching.Match([], [], 1).FalsePositives));
    }

    [Fact]
    public void Overlapping_segments_of_one_side_count_once() =>
        Assert.Equal(new SampleOverlap(5, 5, 10), SampleOverlap.Of([(0, 6), (4, 10)], [(5, 20)]));

    [Fact]
    public void Survival_without_censoring_is_the_share_left()
    {
        SurvivalStep[] steps = [.. KaplanMeier.Of([3, 1, 2, 2], [true, true, true, true])];
        Assert.Equal([0.75, 0.25, 0], steps.Select(s => s.Survival));
        Assert.Equal(0.5, KaplanMeier.Of([1, 2], [false, true]).Single().Survival + 0.5);
        Assert.Equal(1, Concordance.Of([1, 2, 3], [true, true, false], [0.9, 0.5, 0.1]).C);
    }

    [Fact]
    public void Concordance_counts_the_pairs_of_its_definition()
    {
        var random = new Random(5);
        double[] times = [.. Enumerable.Range(0, 80).Select(_ => (double)random.Next(12))], risks = [.. times.Select(_ => (double)random.Next(9))];
        bool[] events = [.. times.Select(_ => random.Next(3) > 0)];
        (long concordant, long discordant, long tied) = (0, 0, 0);
        for (int i = 0; i < 80; i++)
        {
            for (int j = 0; j < 80; j++)
            {
                if (i == j || !events[i] || !(times[j] > times[i] || (times[j] == times[i] && !events[j]))) continue;
                if (risks[i] > risks[j]) concordant++;
                else if (risks[i] < risks[j]) discordant++;
                else tied++;
            }
        }

        Assert.Equal(new Concordance(concordant, discordant, tied), Concordance.Of(times, events, risks));
        Assert.Throws<ArgumentException>(() => Concordance.Of([1], [true], [double.NaN]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Conformal_sets_hold_the_class_as_often_as_asked(bool adaptive)
    {
        var random = new Random(8);
        ConformalRule rule = adaptive ? new ConformalRule.Aps(Randomised: true) : new ConformalRule.Lac();
        const int Rows = 3000, Classes = 4;
        double[] p = new double[2 * Rows * Classes], u = [.. Enumerable.Range(0, 2 * Rows).Select(_ => random.NextDouble())];
        int[] y = new int[2 * Rows];
        for (int row = 0; row < y.Length; row++)
        {
            double[] weights = [.. Enumerable.Range(0, Classes).Select(_ => -Math.Log(1 - random.NextDouble()))];
            for (int c = 0; c < Classes; c++) p[(row * Classes) + c] = weights[c] / weights.Sum();
            double draw = random.NextDouble();
            for (double sum = p[row * Classes]; sum < draw && y[row] < Classes - 1; sum += p[(row * Classes) + y[row]]) y[row]++;
        }

        ConformalClasses predictor = ConformalClasses.Calibrate(rule, p.AsSpan(0, Rows * Classes), y.AsSpan(0, Rows), u.AsSpan(0, Rows), alpha: 0.1);
        bool[][] sets = [.. Enumerable.Range(Rows, Rows).Select(row => predictor.Set(p.AsSpan(row * Classes, Classes), u[row]))];
        Assert.InRange(SetFigures.Of(sets, y.AsSpan(Rows)).Coverage, 0.88, 0.92);
    }

    [Fact]
    public void The_published_challenge_tables_agree_with_one_another()
    {
        ChallengeWeights weights = ChallengeWeights.Published;
        Assert.Equal((26, 14), (weights.Classes.Count, weights.SinusRhythmIndex));
        Assert.Equal(133, ChallengeClass.Published.Count);
        IEnumerable<string> groups = ChallengeClass.Published.Where(c => c.IsScored).Select(c => c.Group).Distinct();
        Assert.Equal(weights.Classes.Order(StringComparer.Ordinal), groups.Order(StringComparer.Ordinal));
        bool[] truth = new bool[26 * 3];
        (truth[3], truth[26 + 14], truth[52 + 7]) = (true, true, true);
        Assert.Equal(1, ChallengeScore.Of(truth, truth).Score, 1e-12);
    }

    [Fact]
    public void A_table_of_weights_with_lines_in_another_order_is_refused_by_line()
    {
        using var csv = new StringReader(",1,2\n2,1,0\n1,0,1\n");
        Assert.Contains("Line 2", Assert.Throws<InvalidDataException>(() => ChallengeWeights.Parse(csv)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_layout_equal_to_the_points_is_trustworthy_and_representations_are_like_their_rotations()
    {
        var random = new Random(2);
        double[] values = [.. Enumerable.Range(0, 60).Select(_ => random.NextDouble())];
        var points = new PointCloud(values, 2);
        var rotated = new PointCloud([.. Enumerable.Range(0, 30).SelectMany(k => new[] { points[k][1] * 3, -points[k][0] * 3 })], 2);
        Assert.Equal(1, Neighbourhoods.Trustworthiness(points, rotated, 5));
        Assert.Equal(1, LinearCka.Of(points, rotated), 1e-12);
        Assert.Equal(1, TsneAffinities.Of(points, 8).Joint.Sum(), 1e-12);
        Assert.Throws<ArgumentException>(() => Neighbourhoods.Trustworthiness(points, rotated, 15));
    }

    [Fact]
    public void Features_in_fewer_directions_than_they_have_need_shrinkage()
    {
        double[] line = [1, 2, 2, 4, 3, 6, 4, 8];
        Assert.Throws<ArgumentException>(() => GaussianFeatures.Fit(line, new int[4]));
        Assert.True(GaussianFeatures.Fit(line, new int[4], shrink: true).SquaredDistance([9, -9]) > 1);
    }

    [Fact]
    public void Answering_only_the_sure_rows_can_do_no_better_than_knowing_the_errors()
    {
        bool[] errors = [false, true, false, false, true, false];
        SelectivePrediction prediction = SelectivePrediction.Of([0.9, 0.8, 0.7, 0.6, 0.5, 0.4], errors), best = SelectivePrediction.Best(errors);
        Assert.True(best.Area <= prediction.Area);
        Assert.Equal(2.0 / 6, prediction.FullRisk, 1e-15);
        Assert.Equal(0, best.RiskAt(0.5));
    }
}
