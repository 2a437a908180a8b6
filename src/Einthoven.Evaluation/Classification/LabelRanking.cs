// How well the labels of a row are ranked among one another (Tsoumakas, Katakis and Vlahavas, "Mining multi-label data", 2010).
namespace Einthoven.Evaluation.Classification;

/// <summary>Means over rows.</summary>
/// <param name="AveragePrecision">Over a row's labels: the share of true ones among those scored at least as high. A row with no label or
/// all of them counts 1.</param>
/// <param name="CoverageError">How far down the ranking one must go to have all labels of a row; 0 for a row without.</param>
/// <param name="RankingLoss">Share of (true, false) pairs in wrong order, ties being wrong; 0 for a row without such a pair.</param>
public readonly record struct LabelRanking(double AveragePrecision, double CoverageError, double RankingLoss)
{
    /// <summary>Ranks the labels of every row; both arrays row-major [rows, labels].</summary>
    public static LabelRanking Of(ReadOnlySpan<double> scores, ReadOnlySpan<bool> truths, int labels)
    {
        int rows = scores.Length / labels;
        double precision = 0, coverage = 0, loss = 0;
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<double> score = scores.Slice(row * labels, labels);
            ReadOnlySpan<bool> truth = truths.Slice(row * labels, labels);
            int positives = truth.Count(true), wrong = 0, furthest = 0;
            double sum = 0;
            for (int k = 0; k < labels; k++)
            {
                if (!truth[k]) continue;
                int above = 0, trueAbove = 0;
                for (int j = 0; j < labels; j++)
                {
                    if (!(score[j] >= score[k])) continue;
                    above++;
                    if (truth[j]) trueAbove++;
                    else wrong++;
                }

                sum += (double)trueAbove / above;
                furthest = Math.Max(furthest, above);
            }

            bool mixed = positives > 0 && positives < labels;
            precision += mixed ? sum / positives : 1;
            coverage += furthest;
            loss += mixed ? (double)wrong / (positives * (labels - positives)) : 0;
        }

        return new(precision / rows, coverage / rows, loss / rows);
    }
}
