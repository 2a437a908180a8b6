// One temperature for all logits: p = σ(z/T) or softmax(z/T) (Guo et al., ICML 2017).
using Einthoven.Evaluation.Numerics;

namespace Einthoven.Evaluation.Calibration;

/// <summary>A temperature and the mean negative log-likelihood without and with it.</summary>
/// <param name="Temperature">T; NaN where the likelihood has no maximum.</param>
/// <param name="LossBefore">At T = 1.</param>
/// <param name="LossAfter">At T.</param>
public sealed record TemperatureScaling(double Temperature, double LossBefore, double LossAfter)
{
    /// <summary>Fits binary logits.</summary>
    /// <param name="logits">One a row.</param>
    /// <param name="labels">1 positive, 0 negative, NaN unknown: left out.</param>
    public static TemperatureScaling Fit(ReadOnlySpan<double> logits, ReadOnlySpan<float> labels)
    {
        // A binary logit is two classes with logits z and 0.
        (double[] z, double[] y) = LogisticCalibration.Known(logits, labels);
        return Fit([.. z.SelectMany(v => new[] { 0, v })], [.. y.Select(t => (int)t)], 2);
    }

    /// <summary>Fits class logits, row-major [rows, classes], by Newton's steps in 1/T, in which the loss is convex.</summary>
    public static TemperatureScaling Fit(double[] logits, int[] truths, int classes)
    {
        double inverse = 1;
        (double before, double slope, double curvature) = Loss(logits, truths, classes, inverse);
        double loss = before;
        for (int iteration = 0; iteration < 200; iteration++)
        {
            if (!(curvature > 0)) return new(double.NaN, before, loss);
            double step = -slope / curvature, next = Math.Max(inverse + step, inverse / 10);
            (double l, double s, double c) = Loss(logits, truths, classes, next);
            while (l > loss + (1e-14 * Math.Abs(loss)) && Math.Abs(next - inverse) > 1e-12 * inverse)
            {
                next = (next + inverse) / 2;
                (l, s, c) = Loss(logits, truths, classes, next);
            }

            bool done = Math.Abs(next - inverse) <= 1e-14 * inverse;
            (inverse, loss, slope, curvature) = (next, l, s, c);
            if (inverse > 1e6) return new(double.NaN, before, loss);
            if (done) break;
        }

        return new(1 / inverse, before, loss);
    }

    // Mean negative log-likelihood and its first two derivatives in 1/T.
    private static (double Loss, double Slope, double Curvature) Loss(double[] logits, int[] truths, int classes, double inverse)
    {
        double loss = 0, slope = 0, curvature = 0;
        for (int row = 0; row < truths.Length; row++)
        {
            ReadOnlySpan<double> z = logits.AsSpan(row * classes, classes);
            double largest = double.NegativeInfinity, sum = 0, mean = 0, square = 0;
            foreach (double value in z) largest = Math.Max(largest, value * inverse);
            foreach (double value in z)
            {
                double e = Math.Exp((value * inverse) - largest);
                sum += e;
                mean += e * value;
                square += e * value * value;
            }

            (mean, square) = (mean / sum, square / sum);
            loss += largest + Math.Log(sum) - (z[truths[row]] * inverse);
            slope += mean - z[truths[row]];
            curvature += square - (mean * mean);
        }

        return (loss / truths.Length, slope / truths.Length, curvature / truths.Length);
    }
}
