// Where labels are called, and which of them cannot be judged.
using Einthoven.Evaluation;
using Einthoven.Models.Packages;

namespace Einthoven.Training.Evaluating;

/// <summary>Thresholds from labelled recordings.</summary>
internal static class LabelThresholds
{
    /// <summary>Labels with the thresholds of the largest F1, and marked where too few recordings were there to judge them.</summary>
    /// <param name="table">A column a label, in their order.</param>
    /// <param name="labels">The labels.</param>
    /// <param name="few">Positives, or negatives, below which one is unproven.</param>
    /// <param name="before">The same labels of a model that was judged already, on other recordings: what is unproven here stays as it was there.</param>
    internal static IReadOnlyList<ModelLabel> Apply(ScoreTable table, IReadOnlyList<ModelLabel> labels, int few, IReadOnlyList<ModelLabel>? before = null)
    {
        ThresholdChoice[] thresholds = Choose(table, few);
        return [.. labels.Select((label, k) =>
        {
            bool unproven = Positives(table, k) < few || table.Truths(k).Count(t => t <= 0.5f) < few;
            return unproven && before is not null
                ? label with { Threshold = before[k].Threshold, Unproven = before[k].Unproven }
                : label with { Threshold = thresholds[k].Threshold, Unproven = unproven };
        })];
    }

    /// <summary>
    /// Each label's threshold of the largest F1. Labels with few validation positives take the one that is best for all such labels pooled:
    /// a threshold fitted to two records would be noise.
    /// </summary>
    internal static ThresholdChoice[] Choose(ScoreTable table, int few)
    {
        int[] positives = [.. Enumerable.Range(0, table.Labels.Count).Select(k => Positives(table, k))];
        int[] rare = [.. Enumerable.Range(0, positives.Length).Where(k => positives[k] < few)];
        ThresholdChoice pooled = Thresholds.LargestF1([.. rare.SelectMany(table.Scores)], [.. rare.SelectMany(table.Truths)]);
        return [.. positives.Select((n, k) => n < few ? pooled : Thresholds.LargestF1(table.Scores(k), table.Truths(k)))];
    }

    private static int Positives(ScoreTable table, int label) => table.Truths(label).Count(truth => truth > 0.5f);
}
