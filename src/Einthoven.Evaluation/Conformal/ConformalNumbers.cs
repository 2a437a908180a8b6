// Intervals of a predicted number that hold it as often as asked (Lei et al. 2018; Romano, Patterson and Candès 2019).
namespace Einthoven.Evaluation.Conformal;

/// <summary>A band that is widened by a calibrated amount times a scale.</summary>
/// <param name="Quantile">The amount.</param>
public sealed record ConformalNumbers(double Quantile)
{
    /// <summary>Calibrates a band: how far references lie outside [lower, upper], in units of the scale; negative inside.</summary>
    /// <param name="reference">Measured numbers of rows apart from the training rows.</param>
    /// <param name="lower">Lower ends; the prediction itself for a band without width.</param>
    /// <param name="upper">Upper ends.</param>
    /// <param name="scales">Predicted spread of each row; empty for 1.</param>
    /// <param name="alpha">Share of rows that may lie outside.</param>
    public static ConformalNumbers Calibrate(
        ReadOnlySpan<double> reference, ReadOnlySpan<double> lower, ReadOnlySpan<double> upper, ReadOnlySpan<double> scales, double alpha)
    {
        var scores = new double[reference.Length];
        for (int row = 0; row < scores.Length; row++)
            scores[row] = Math.Max(lower[row] - reference[row], reference[row] - upper[row]) / (scales.IsEmpty ? 1 : scales[row]);
        return new(ConformalQuantile.Of(scores, alpha));
    }

    /// <summary>The widened band of a row.</summary>
    public (double Low, double High) Interval(double lower, double upper, double scale = 1) =>
        (lower - (Quantile * scale), upper + (Quantile * scale));

    /// <summary>Whether a reference lies in the widened band, judged by its score as in calibration.</summary>
    public bool Covers(double reference, double lower, double upper, double scale = 1) =>
        Math.Max(lower - reference, reference - upper) / scale <= Quantile;
}
