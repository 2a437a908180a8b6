// F-max by rows, as in protein function prediction (Radivojac et al., Nature Methods 10:221, 2013) and the first PTB-XL benchmark.
namespace Einthoven.Evaluation.Classification;

/// <summary>Precision, recall and F at one threshold, averaged over rows.</summary>
/// <param name="Threshold">Scores at or above it are called.</param>
/// <param name="Precision">Mean over the rows that have a call; NaN where none has.</param>
/// <param name="Recall">Mean over all rows.</param>
/// <param name="F">2 P R / (P + R); NaN where undefined.</param>
/// <param name="Coverage">Share of rows that have a call.</param>
public readonly record struct SampleFPoint(double Threshold, double Precision, double Recall, double F, double Coverage);

/// <summary>The sample-centric F-max. Every row must have at least one positive; unknown truths do not count.</summary>
public static class SampleFMax
{
    /// <summary>The largest F of the thresholds 0, 0.01 … 1; the first one among equals.</summary>
    public static SampleFPoint Of(ScoreTable table)
    {
        double[][] scores = Columns(table, out float[][] truths);
        SampleFPoint best = new(double.NaN, double.NaN, double.NaN, double.NaN, double.NaN);
        for (int k = 0; k <= 100; k++)
        {
            SampleFPoint point = At(scores, truths, table.Rows, k / 100.0);
            if (double.IsNaN(best.F) || point.F > best.F) best = point;
        }

        return best;
    }

    /// <summary>The figures at one threshold.</summary>
    public static SampleFPoint At(ScoreTable table, double threshold)
    {
        double[][] scores = Columns(table, out float[][] truths);
        return At(scores, truths, table.Rows, threshold);
    }

    private static double[][] Columns(ScoreTable table, out float[][] truths)
    {
        truths = [.. table.Labels.Select((_, k) => table.Truths(k))];
        return [.. table.Labels.Select((_, k) => table.Scores(k))];
    }

    private static SampleFPoint At(double[][] scores, float[][] truths, int rows, double threshold)
    {
        double precision = 0, recall = 0;
        int covered = 0;
        for (int row = 0; row < rows; row++)
        {
            int called = 0, found = 0, positives = 0;
            for (int label = 0; label < scores.Length; label++)
            {
                if (float.IsNaN(truths[label][row])) continue;
                bool call = scores[label][row] >= threshold, positive = truths[label][row] > 0.5f;
                if (call) called++;
                if (positive) positives++;
                if (call && positive) found++;
            }

            recall += (double)found / positives;
            if (called == 0) continue;
            covered++;
            precision += (double)found / called;
        }

        (precision, recall) = (precision / covered, recall / rows);
        return new(threshold, precision, recall, 2 * precision * recall / (precision + recall), (double)covered / rows);
    }
}
