// Precision and recall on the scale of gains (Flach and Kull, "Precision-recall-gain curves: PR analysis done right", NeurIPS 2015).
namespace Einthoven.Evaluation.Classification;

internal static class PrecisionRecallGain
{
    /// <summary>
    /// Area of precision gain 1 − (P·FP)/(N·TP) over recall gain 1 − (P·FN)/(N·TP) for recall gains from 0 to 1, by straight lines between
    /// the points. Where two points straddle recall gain 0, which is TP = P²/(P + N), that point is put in, linear in the counts.
    /// </summary>
    public static double Area(ReadOnlySpan<RankingPoint> points)
    {
        double p = points[^1].TruePositives, n = points[^1].FalsePositives, zero = p * p / (p + n), area = 0;
        double lastRecall = double.NaN, lastPrecision = double.NaN;
        for (int k = 1; k < points.Length; k++)
        {
            RankingPoint before = points[k - 1], at = points[k];
            if (at.TruePositives < zero) continue;
            if (before.TruePositives < zero && at.TruePositives > zero)
            {
                double share = (zero - before.TruePositives) / (at.TruePositives - before.TruePositives);
                double falsePositives = before.FalsePositives + (share * (at.FalsePositives - before.FalsePositives));
                (lastRecall, lastPrecision) = (0, 1 - (p * falsePositives / (n * zero)));
            }

            double recall = 1 - (p * (p - at.TruePositives) / (n * at.TruePositives));
            double precision = 1 - (p * at.FalsePositives / (n * at.TruePositives));
            if (!double.IsNaN(lastRecall)) area += (recall - lastRecall) * (precision + lastPrecision) / 2;
            (lastRecall, lastPrecision) = (recall, precision);
        }

        return area;
    }
}
