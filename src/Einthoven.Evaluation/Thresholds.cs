// Where a probability becomes a finding.
namespace Einthoven.Evaluation;

/// <summary>A threshold and the F1 it reaches on the rows it was chosen on.</summary>
public readonly record struct ThresholdChoice(double Threshold, double F1);

/// <summary>Choosing thresholds by the largest F1.</summary>
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
        var rows = new List<(double Score, bool Positive)>(scores.Length);
        for (int k = 0; k < scores.Length; k++)
            if (!float.IsNaN(labels[k])) rows.Add((scores[k], labels[k] > 0.5f));
        int positives = rows.Count(r => r.Positive);
        if (positives == 0) return new(1, double.NaN);
        rows.Sort((a, b) => b.Score.CompareTo(a.Score));
        double best = 0, threshold = 1;
        int found = 0;
        for (int k = 0; k < rows.Count; k++)
        {
            if (rows[k].Positive) found++;
            bool endsTie = k == rows.Count - 1 || rows[k + 1].Score != rows[k].Score;
            if (!endsTie) continue;
            double f1 = 2.0 * found / (k + 1 + positives);
            if (f1 <= best) continue;
            best = f1;
            threshold = k == rows.Count - 1 ? rows[k].Score : (rows[k].Score + rows[k + 1].Score) / 2;
        }
        return new(threshold, best);
    }
}
