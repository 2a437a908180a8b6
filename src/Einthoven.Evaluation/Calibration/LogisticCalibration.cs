// Calibration by logistic regression on the logit: slope and intercept as figures, Platt's and the beta map as cures.
using Einthoven.Evaluation.Numerics;

namespace Einthoven.Evaluation.Calibration;

/// <summary>p = σ(a·z + b) of a logit z; as a figure a is the calibration slope (ideally 1) and b the intercept (ideally 0).</summary>
/// <param name="Slope">a</param>
/// <param name="Intercept">b</param>
/// <param name="SlopeError">Standard error of a.</param>
/// <param name="InterceptError">Standard error of b.</param>
public sealed record LogisticCalibration(double Slope, double Intercept, double SlopeError, double InterceptError)
{
    /// <summary>Calibrated probability of a logit.</summary>
    public double Apply(double logit) => LogisticRegression.Sigmoid((Slope * logit) + Intercept);

    /// <summary>Maximum likelihood (Cox 1958); as a map it is Platt's (1999).</summary>
    /// <param name="logits">One a row.</param>
    /// <param name="labels">1 positive, 0 negative, NaN unknown: left out.</param>
    /// <returns>NaN where a class is missing or the logits part the classes.</returns>
    public static LogisticCalibration Fit(ReadOnlySpan<double> logits, ReadOnlySpan<float> labels) => Fit(logits, labels, smoothed: false);

    /// <summary>The same with Platt's smoothed targets (P + 1)/(P + 2) and 1/(N + 2): defined for classes that can be parted too.</summary>
    public static LogisticCalibration FitSmoothed(ReadOnlySpan<double> logits, ReadOnlySpan<float> labels) =>
        Fit(logits, labels, smoothed: true);

    /// <summary>
    /// Calibration in the large: the intercept with the slope held at 1; above 0 the probabilities are too low on the whole.
    /// </summary>
    public static double InTheLarge(ReadOnlySpan<double> logits, ReadOnlySpan<float> labels)
    {
        (double[] z, double[] y) = Known(logits, labels);
        return LogisticRegression.Fit([Ones(z.Length)], y, z).Coefficients[0];
    }

    internal static (double[] Logits, double[] Targets) Known(ReadOnlySpan<double> logits, ReadOnlySpan<float> labels)
    {
        List<double> z = [], y = [];
        for (int row = 0; row < labels.Length; row++)
        {
            if (float.IsNaN(labels[row])) continue;
            z.Add(logits[row]);
            y.Add(labels[row] > 0.5f ? 1 : 0);
        }

        return ([.. z], [.. y]);
    }

    internal static double[] Ones(int n)
    {
        var ones = new double[n];
        Array.Fill(ones, 1);
        return ones;
    }

    private static LogisticCalibration Fit(ReadOnlySpan<double> logits, ReadOnlySpan<float> labels, bool smoothed)
    {
        (double[] z, double[] y) = Known(logits, labels);
        if (smoothed)
        {
            double positives = y.Sum(), negatives = y.Length - positives;
            y = [.. y.Select(t => t > 0.5 ? (positives + 1) / (positives + 2) : 1 / (negatives + 2))];
        }

        LogisticFit fit = LogisticRegression.Fit([z, Ones(z.Length)], y);
        return new(fit.Coefficients[0], fit.Coefficients[1], fit.StandardErrors[0], fit.StandardErrors[1]);
    }
}

/// <summary>
/// p = σ(a ln p − b ln(1 − p) + c) of a probability (Kull, Silva Filho and Flach, AISTATS 2017), without bounds on a and b.
/// </summary>
/// <param name="A">Weight of ln p.</param>
/// <param name="B">Weight of −ln(1 − p).</param>
/// <param name="C">Intercept.</param>
public sealed record BetaCalibration(double A, double B, double C)
{
    private const double Clip = 1e-15;

    /// <summary>Calibrated probability.</summary>
    public double Apply(double probability) => LogisticRegression.Sigmoid((A * LogOf(probability)) - (B * LogOf(1 - probability)) + C);

    /// <summary>Maximum likelihood; probabilities are clipped to [1e-15, 1 − 1e-15].</summary>
    /// <param name="probabilities">One a row, 0 to 1.</param>
    /// <param name="labels">1 positive, 0 negative, NaN unknown: left out.</param>
    public static BetaCalibration Fit(ReadOnlySpan<double> probabilities, ReadOnlySpan<float> labels)
    {
        (double[] p, double[] y) = LogisticCalibration.Known(probabilities, labels);
        double[][] columns = [[.. p.Select(LogOf)], [.. p.Select(v => -LogOf(1 - v))], LogisticCalibration.Ones(p.Length)];
        double[] c = LogisticRegression.Fit(columns, y).Coefficients;
        return new(c[0], c[1], c[2]);
    }

    private static double LogOf(double p) => Math.Log(Math.Clamp(p, Clip, 1 - Clip));
}
