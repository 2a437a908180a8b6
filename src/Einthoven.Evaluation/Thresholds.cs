// Where a probability becomes a finding.
using Einthoven.Evaluation.Classification;

namespace Einthoven.Evaluation;

/// <summary>A threshold and the F1 it reaches on the rows it was chosen on.</summary>
public readonly record struct ThresholdChoice(double Threshold, double F1);

/// <summary>Choosing thresholds; what they reach on the rows they were chosen on is too good to report.</summary>
public static class Thresholds
{
    /// <summary>
    /// The threshold of the largest F1 = 2·TP / (2·TP + FP + FN), halfway between the two scores it parts; the highest one among equals.
    /// </summary>
    /// <param name="scores">One score a row.</param>
    /// <param name="labels">1 positive, 0 negative, NaN unknown: left out.</param>
    /// <returns>Threshold 1 and F1 NaN where no row is positive.</returns>
    public static ThresholdChoice LargestF1(ReadOnlySpan<double> scores, ReadOnlySpan<float> labels)
    {
        RankingCurve curve = RankingCurve.Of(scores, labels);
        if (curve.Positives == 0) return new(1, double.NaN);
        ThresholdChoice best = curve.LargestF1;
        double below = curve.Points.Select(p => p.Threshold).FirstOrDefault(t => t < best.Threshold, best.Threshold);
        return best with { Threshold = (best.Threshold + below) / 2 };
    }

    /// <summary>
    /// The threshold of an even grid with the largest balanced accuracy, a call being a score above it: ECGFounder's published way. A label
    /// without positives is judged by specificity alone, one without negatives by sensitivity.
    /// </summary>
    /// <param name="scores">One score a row.</param>
    /// <param name="labels">1 positive, 0 negative, NaN unknown: left out.</param>
    /// <param name="step">Step of the grid and its first threshold; the last lies below 1.</param>
    /// <returns>The lowest among equals; 0.5 where no row is known.</returns>
    public static double LargestBalancedAccuracy(ReadOnlySpan<double> scores, ReadOnlySpan<float> labels, double step = 0.01)
    {
        (double best, double threshold) = (-1, 0.5);
        int count = (int)Math.Ceiling((1 - step) / step - 1e-9);
        for (int k = 0; k < count; k++)
        {
            double at = step + (k * step);
            ConfusionCounts counts = ConfusionCounts.Above(scores, labels, at);
            double accuracy = Bootstrap.MeanOfDefined([counts.Sensitivity, counts.Specificity]);
            if (accuracy > best) (best, threshold) = (accuracy, at);
        }

        return threshold;
    }
}
