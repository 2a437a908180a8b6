// A threshold for several labels that keeps the share of missed findings below a bound (Angelopoulos et al., "Conformal risk control", ICLR
// 2024).
namespace Einthoven.Evaluation.Conformal;

/// <summary>Control of the false negative rate.</summary>
/// <param name="Threshold">Labels at or above it are called; NaN where not even calling everything keeps the bound.</param>
/// <param name="FalseNegativeRate">Mean over the calibration rows of the share of a row's labels that are missed; a row without labels
/// misses none.</param>
public sealed record RiskControl(double Threshold, double FalseNegativeRate)
{
    /// <summary>The largest threshold of 0, 0.001 … 1 with n/(n + 1)·rate + 1/(n + 1) ≤ α.</summary>
    /// <param name="probabilities">Row-major [rows, labels], rows apart from the training rows.</param>
    /// <param name="truths">Row-major [rows, labels].</param>
    /// <param name="labels">Number of labels.</param>
    /// <param name="alpha">Bound of the expected false negative rate of a new row.</param>
    public static RiskControl Calibrate(ReadOnlySpan<double> probabilities, ReadOnlySpan<bool> truths, int labels, double alpha)
    {
        int rows = truths.Length / labels;
        for (int k = 1000; k >= 0; k--)
        {
            double threshold = k / 1000.0, rate = Rate(probabilities, truths, labels, threshold);
            if (((double)rows / (rows + 1) * rate) + (1.0 / (rows + 1)) <= alpha) return new(threshold, rate);
        }

        return new(double.NaN, double.NaN);
    }

    private static double Rate(ReadOnlySpan<double> probabilities, ReadOnlySpan<bool> truths, int labels, double threshold)
    {
        double sum = 0;
        for (int start = 0; start < truths.Length; start += labels)
        {
            int positives = 0, missed = 0;
            for (int k = start; k < start + labels; k++)
            {
                if (!truths[k]) continue;
                positives++;
                if (!(probabilities[k] >= threshold)) missed++;
            }

            if (positives > 0) sum += (double)missed / positives;
        }

        return sum / (truths.Length / labels);
    }
}
