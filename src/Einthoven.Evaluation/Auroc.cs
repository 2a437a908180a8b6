// The area under the receiver operating characteristic in one call.
using Einthoven.Evaluation.Classification;

namespace Einthoven.Evaluation;

/// <summary>
/// The Mann–Whitney statistic: the share of (positive, negative) pairs ranked rightly, ties counting half (Hanley and McNeil, Radiology
/// 143:29, 1982).
/// </summary>
public static class Auroc
{
    /// <summary>The area of one label's scores, 0 to 1; NaN where one class is missing.</summary>
    /// <param name="scores">One score a row, none NaN where the label is known.</param>
    /// <param name="labels">1 positive, 0 negative, NaN unknown: such a row is left out.</param>
    /// <exception cref="ArgumentException">Lengths differ, or a score is NaN.</exception>
    public static double Of(ReadOnlySpan<double> scores, ReadOnlySpan<float> labels) => RankingCurve.Of(scores, labels).Auroc;
}
