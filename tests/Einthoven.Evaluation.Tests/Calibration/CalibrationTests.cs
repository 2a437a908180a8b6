// Calibration maps against what they promise.
using Einthoven.Evaluation.Calibration;

namespace Einthoven.Evaluation.Tests.Calibration;

public sealed class CalibrationTests
{
    private static readonly Random s_seeded = new(9);
    private static readonly double[] s_logits = [.. Enumerable.Range(0, 4000).Select(_ => (s_seeded.NextDouble() * 6) - 3)];

    // Truth follows σ(0.5 z + 0.3).
    private static readonly float[] s_labels = [.. s_logits.Select(z => s_seeded.NextDouble() < 1 / (1 + Math.Exp(-((0.5 * z) + 0.3))) ? 1f : 0f)];

    [Fact]
    public void Platt_finds_the_line_that_made_the_labels()
    {
        LogisticCalibration map = LogisticCalibration.Fit(s_logits, s_labels);
        Assert.InRange(map.Slope, 0.5 - (3 * map.SlopeError), 0.5 + (3 * map.SlopeError));
        Assert.InRange(map.Intercept, 0.3 - (3 * map.InterceptError), 0.3 + (3 * map.InterceptError));
        // At the maximum the calibrated probabilities sum to the positives.
        Assert.Equal(s_labels.Sum(), s_logits.Sum(map.Apply), 1e-6);
    }

    [Fact]
    public void Labels_that_the_logit_parts_have_no_plain_fit_but_a_smoothed_one()
    {
        double[] z = [-2, -1, 1, 2];
        float[] y = [0, 0, 1, 1];
        Assert.True(double.IsNaN(LogisticCalibration.Fit(z, y).Slope));
        Assert.True(double.IsFinite(LogisticCalibration.FitSmoothed(z, y).Slope));
    }

    [Fact]
    public void A_temperature_lowers_the_loss_and_no_neighbour_is_better()
    {
        TemperatureScaling fit = TemperatureScaling.Fit(s_logits, s_labels);
        Assert.True(fit.LossAfter < fit.LossBefore);
        Assert.True(Loss(fit.Temperature) <= Loss(fit.Temperature * 1.01) && Loss(fit.Temperature) <= Loss(fit.Temperature * 0.99));
        Assert.Equal(Loss(fit.Temperature), fit.LossAfter, 1e-12);

        double Loss(double t) => Probabilities.LogLoss([.. s_logits.Select(z => 1 / (1 + Math.Exp(-z / t)))], s_labels);
    }

    [Fact]
    public void Isotonic_regression_is_the_largest_lower_mean_of_smallest_upper_means()
    {
        // ŷ(i) = max over j ≤ i of min over k ≥ i of mean(y_j … y_k): the definition, without pooling.
        var random = new Random(3);
        double[] x = [.. Enumerable.Range(0, 40).Select(k => (double)k)];
        float[] y = [.. x.Select(v => random.NextDouble() * 40 < v ? 1f : 0f)];
        IsotonicCalibration map = IsotonicCalibration.Fit(x, y);
        for (int i = 0; i < x.Length; i++)
        {
            double best = Enumerable.Range(0, i + 1).Max(j => Enumerable.Range(i, x.Length - i).Min(k => y[j..(k + 1)].Average(v => (double)v)));
            Assert.Equal(best, map.Apply(x[i]), 1e-12);
        }

        Assert.Equal(map.Y[0], map.Apply(-100));
        Assert.Equal(map.Y[^1], map.Apply(100));
    }

    [Fact]
    public void Right_probabilities_pass_Spiegelhalters_test_and_have_small_errors()
    {
        double[] p = [.. s_logits.Select(z => 1 / (1 + Math.Exp(-((0.5 * z) + 0.3))))];
        Assert.InRange(Probabilities.Spiegelhalter(p, s_labels).P, 0.001, 1);
        Assert.InRange(Reliability.EqualWidth(p, s_labels, 10).ExpectedError, 0, 0.04);
        Assert.Equal(0, Probabilities.ScaledBrier([.. p.Select(_ => (double)s_labels.Average())], s_labels), 1e-6);
    }

    [Fact]
    public void Bins_of_equal_mass_differ_by_one_row_at_most()
    {
        Reliability table = Reliability.EqualMass(s_logits.Take(103).Select(z => 1 / (1 + Math.Exp(-z))).ToArray(), s_labels.AsSpan(0, 103), 10);
        Assert.Equal([11, 11, 11, 10, 10, 10, 10, 10, 10, 10], table.Bins.Select(b => b.Count));
    }
}
