// Predicted against measured numbers: errors and the share of variance explained.
using Einthoven.Evaluation.Numerics;

namespace Einthoven.Evaluation.Regression;

/// <summary>Figures of the rows whose reference is known (not NaN); NaN where there is none.</summary>
/// <param name="Count">Rows.</param>
/// <param name="MeanAbsoluteError">In the unit of the values.</param>
/// <param name="RootMeanSquareError">In the unit of the values.</param>
/// <param name="MedianAbsoluteError">In the unit of the values.</param>
/// <param name="R2">1 − Σ(error²) / Σ(reference − its mean)²; NaN where all references are equal.</param>
/// <param name="ExplainedVariance">1 − var(error) / var(reference): R² without regard to bias.</param>
/// <param name="MeanAbsolutePercentageError">Mean |error / reference| as a share, not a percentage.</param>
public sealed record RegressionFigures(
    int Count, double MeanAbsoluteError, double RootMeanSquareError, double MedianAbsoluteError, double R2, double ExplainedVariance,
    double MeanAbsolutePercentageError)
{
    /// <summary>Compares predictions with references.</summary>
    /// <exception cref="ArgumentException">Lengths differ.</exception>
    public static RegressionFigures Of(ReadOnlySpan<double> reference, ReadOnlySpan<double> prediction)
    {
        (double[] y, double[] p) = KnownPairs(reference, prediction);
        if (y.Length == 0) return new(0, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN);
        double[] errors = [.. p.Select((value, k) => value - y[k])];
        double mean = y.Average(), bias = errors.Average(), squares = errors.Sum(e => e * e), spread = y.Sum(v => (v - mean) * (v - mean));
        return new(
            y.Length,
            errors.Average(Math.Abs),
            Math.Sqrt(squares / y.Length),
            Quantiles.Median(errors.Select(Math.Abs)),
            spread > 0 ? 1 - (squares / spread) : double.NaN,
            spread > 0 ? 1 - (errors.Sum(e => (e - bias) * (e - bias)) / spread) : double.NaN,
            errors.Select((e, k) => Math.Abs(e / y[k])).Average());
    }

    /// <summary>Pinball loss of predicted quantiles: mean of share·(y − p) above and (1 − share)·(p − y) below.</summary>
    /// <param name="reference">NaN where unknown.</param>
    /// <param name="prediction">Predicted quantile, one a row.</param>
    /// <param name="share">Which quantile, 0 to 1.</param>
    public static double Pinball(ReadOnlySpan<double> reference, ReadOnlySpan<double> prediction, double share)
    {
        (double[] y, double[] p) = KnownPairs(reference, prediction);
        return y.Length == 0 ? double.NaN : y.Select((v, k) => v >= p[k] ? share * (v - p[k]) : (1 - share) * (p[k] - v)).Average();
    }

    /// <summary>
    /// Mean absolute error over all known cells of several targets, each cell alike: not the mean of the targets' errors.
    /// </summary>
    public static double PooledMeanAbsoluteError(ReadOnlySpan<double> reference, ReadOnlySpan<double> prediction) =>
        Of(reference, prediction).MeanAbsoluteError;

    internal static (double[] Reference, double[] Prediction) KnownPairs(ReadOnlySpan<double> reference, ReadOnlySpan<double> prediction)
    {
        if (reference.Length != prediction.Length)
            throw new ArgumentException($"{prediction.Length} predictions for {reference.Length} references.");
        List<double> y = [], p = [];
        for (int row = 0; row < reference.Length; row++)
        {
            if (double.IsNaN(reference[row])) continue;
            y.Add(reference[row]);
            p.Add(prediction[row]);
        }

        return ([.. y], [.. p]);
    }
}
