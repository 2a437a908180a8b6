// Calls against truth of one label at a threshold, and the figures of the four counts.
namespace Einthoven.Evaluation.Classification;

/// <summary>True and false positives, false and true negatives; weights make them fractions.</summary>
public readonly record struct ConfusionCounts(double TruePositives, double FalsePositives, double FalseNegatives, double TrueNegatives)
{
    /// <summary>Counts the known rows; a call is a score at or above the threshold.</summary>
    /// <param name="scores">One score a row.</param>
    /// <param name="labels">1 positive, 0 negative, NaN unknown: left out.</param>
    /// <param name="threshold">Where calls begin.</param>
    public static ConfusionCounts At(ReadOnlySpan<double> scores, ReadOnlySpan<float> labels, double threshold) =>
        Count(scores, labels, threshold, includesThreshold: true);

    /// <summary>The same where a call is a score above the threshold.</summary>
    public static ConfusionCounts Above(ReadOnlySpan<double> scores, ReadOnlySpan<float> labels, double threshold) =>
        Count(scores, labels, threshold, includesThreshold: false);

    /// <summary>TP / (TP + FN), also recall; NaN without positives.</summary>
    public double Sensitivity => TruePositives / (TruePositives + FalseNegatives);

    /// <summary>TN / (TN + FP); NaN without negatives.</summary>
    public double Specificity => TrueNegatives / (TrueNegatives + FalsePositives);

    /// <summary>TP / (TP + FP), also positive predictive value; NaN where nothing is called.</summary>
    public double Precision => TruePositives / (TruePositives + FalsePositives);

    /// <summary>TN / (TN + FN); NaN where everything is called.</summary>
    public double NegativePredictiveValue => TrueNegatives / (TrueNegatives + FalseNegatives);

    /// <summary>Mean of sensitivity and specificity.</summary>
    public double BalancedAccuracy => (Sensitivity + Specificity) / 2;

    /// <summary>Share of right calls.</summary>
    public double Accuracy => (TruePositives + TrueNegatives) / (TruePositives + FalsePositives + FalseNegatives + TrueNegatives);

    /// <summary>2 TP / (2 TP + FP + FN); NaN where nothing is positive or called.</summary>
    public double F1 => FBeta(1);

    /// <summary>TP / (TP + FP + FN); NaN where nothing is positive or called.</summary>
    public double Jaccard => TruePositives / (TruePositives + FalsePositives + FalseNegatives);

    /// <summary>Matthews' correlation of calls and truth; NaN where a row or column of the table is empty.</summary>
    public double Mcc => ((TruePositives * TrueNegatives) - (FalsePositives * FalseNegatives)) / Math.Sqrt(
        (TruePositives + FalsePositives) * (TruePositives + FalseNegatives) * (TrueNegatives + FalsePositives) * (TrueNegatives + FalseNegatives));

    /// <summary>(1 + β²) TP / ((1 + β²) TP + FP + β² FN): recall counts β times as much as precision.</summary>
    public double FBeta(double beta)
    {
        double hits = (1 + (beta * beta)) * TruePositives;
        return hits / (hits + FalsePositives + (beta * beta * FalseNegatives));
    }

    /// <summary>TP / (TP + FP + β FN), of the 2018 and 2020 PhysioNet challenges; β, not β².</summary>
    public double GBeta(double beta) => TruePositives / (TruePositives + FalsePositives + (beta * FalseNegatives));

    /// <summary>Sums counts of several labels or rows.</summary>
    public ConfusionCounts Plus(ConfusionCounts other) => new(
        TruePositives + other.TruePositives, FalsePositives + other.FalsePositives,
        FalseNegatives + other.FalseNegatives, TrueNegatives + other.TrueNegatives);

    private static ConfusionCounts Count(ReadOnlySpan<double> scores, ReadOnlySpan<float> labels, double threshold, bool includesThreshold)
    {
        double tp = 0, fp = 0, fn = 0, tn = 0;
        for (int row = 0; row < scores.Length; row++)
        {
            if (float.IsNaN(labels[row])) continue;
            bool called = scores[row] > threshold || (includesThreshold && scores[row] == threshold), positive = labels[row] > 0.5f;
            if (positive && called) tp++;
            else if (positive) fn++;
            else if (called) fp++;
            else tn++;
        }

        return new(tp, fp, fn, tn);
    }
}
