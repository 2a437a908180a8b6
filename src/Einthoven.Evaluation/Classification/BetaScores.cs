// F-beta and G-beta of the PhysioNet challenges 2018 and 2020, and the threshold search that papers on CPSC2018 use with them.
namespace Einthoven.Evaluation.Classification;

/// <summary>Means over labels; every row weighs 1 / (number of its true labels).</summary>
/// <param name="FBeta">Mean of (1 + β²)TP / ((1 + β²)TP + FP + β²FN).</param>
/// <param name="GBeta">Mean of TP / (TP + FP + βFN).</param>
public readonly record struct BetaScores(double FBeta, double GBeta)
{
    /// <summary>Scores calls against truth.</summary>
    /// <param name="calls">Row-major [rows, labels].</param>
    /// <param name="truths">1 present, 0 absent, row-major [rows, labels].</param>
    /// <param name="labels">Number of labels.</param>
    /// <param name="beta">2 in the challenges.</param>
    /// <returns>Labels without any positive or call are left out of the means; a row without a label weighs 1.</returns>
    public static BetaScores Of(ReadOnlySpan<bool> calls, ReadOnlySpan<bool> truths, int labels, double beta)
    {
        var counts = new ConfusionCounts[labels];
        for (int row = 0; row < calls.Length / labels; row++)
        {
            ReadOnlySpan<bool> call = calls.Slice(row * labels, labels), truth = truths.Slice(row * labels, labels);
            double weight = 1.0 / Math.Max(1, truth.Count(true));
            for (int k = 0; k < labels; k++) counts[k] = counts[k].Plus(Cell(call[k], truth[k], weight));
        }

        return new(Bootstrap.MeanOfDefined(counts.Select(c => c.FBeta(beta))), Bootstrap.MeanOfDefined(counts.Select(c => c.GBeta(beta))));
    }

    /// <summary>
    /// The threshold of 100 evenly spaced ones from 0 to 1 that gives a label its largest G-beta; a call is a score above it.
    /// </summary>
    /// <param name="scores">One score a row.</param>
    /// <param name="labels">1 positive, 0 negative, NaN unknown: left out.</param>
    /// <param name="beta">2 in the challenges.</param>
    /// <returns>The lowest among equals; NaN where no row is positive or called at any.</returns>
    public static double GBetaThreshold(ReadOnlySpan<double> scores, ReadOnlySpan<float> labels, double beta)
    {
        const int Steps = 99;
        (double best, double threshold) = (double.NaN, double.NaN);
        for (int k = 0; k <= Steps; k++)
        {
            // Multiples of the rounded step, as the published search has them: 14·(1/99) is not 14/99.
            double at = k == Steps ? 1 : k * (1.0 / Steps);
            ConfusionCounts counts = default;
            for (int row = 0; row < scores.Length; row++)
                if (!float.IsNaN(labels[row])) counts = counts.Plus(Cell(scores[row] > at, labels[row] > 0.5f, 1));
            double g = counts.GBeta(beta);
            if (double.IsNaN(best) || g > best) (best, threshold) = (g, at);
        }

        return threshold;
    }

    /// <summary>
    /// Calls of a table: scores above the label's threshold; a row without any takes its highest score (the first among equals).
    /// </summary>
    /// <param name="scores">Row-major [rows, labels].</param>
    /// <param name="thresholds">One a label.</param>
    /// <returns>Row-major [rows, labels].</returns>
    public static bool[] Calls(ReadOnlySpan<double> scores, ReadOnlySpan<double> thresholds)
    {
        int labels = thresholds.Length;
        var calls = new bool[scores.Length];
        for (int row = 0; row < scores.Length / labels; row++)
        {
            int highest = 0;
            bool any = false;
            for (int k = 0; k < labels; k++)
            {
                double score = scores[(row * labels) + k];
                any |= calls[(row * labels) + k] = score > thresholds[k];
                if (score > scores[(row * labels) + highest]) highest = k;
            }

            if (!any) calls[(row * labels) + highest] = true;
        }

        return calls;
    }

    private static ConfusionCounts Cell(bool call, bool truth, double weight) => (call, truth) switch
    {
        (true, true) => new(weight, 0, 0, 0),
        (true, false) => new(0, weight, 0, 0),
        (false, true) => new(0, 0, weight, 0),
        _ => new(0, 0, 0, weight),
    };
}
