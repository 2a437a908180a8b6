// Two models on the same rows: by how much they differ, and whether that is more than chance.
using Einthoven.Evaluation.Intervals;

namespace Einthoven.Evaluation;

/// <summary>A difference first − second of one figure.</summary>
/// <param name="First">The first model's value.</param>
/// <param name="Second">The second model's value.</param>
/// <param name="Difference">First − second with its interval.</param>
/// <param name="P">Two-sided: 2 min(share of draws ≤ 0, share ≥ 0), at most 1.</param>
/// <param name="HolmP">P corrected for the number of labels (Holm 1979); P itself for a mean over labels.</param>
/// <param name="UndefinedDraws">Draws left out because either was undefined.</param>
public sealed record FigureDifference(double First, double Second, Estimate Difference, double P, double HolmP, int UndefinedDraws);

/// <summary>Differences of one label.</summary>
public sealed record LabelDifference(
    string Label, int Positives, int Negatives, IReadOnlyDictionary<LabelFigure, FigureDifference> Figures);

/// <summary>Differences of two models, both judged on the same draws of patients.</summary>
/// <param name="Rows">Records.</param>
/// <param name="Clusters">Patients.</param>
/// <param name="Macro">Means over the labels defined for both.</param>
/// <param name="Labels">Every label.</param>
public sealed record PairedDifference(
    int Rows, int Clusters, IReadOnlyDictionary<LabelFigure, FigureDifference> Macro, IReadOnlyList<LabelDifference> Labels)
{
    /// <summary>Compares two tables of the same rows, truths and labels.</summary>
    /// <param name="first">The first model's scores.</param>
    /// <param name="second">The second model's scores.</param>
    /// <param name="options">Null: the defaults. Its thresholds are the first model's, and the second's unless <paramref
    /// name="secondThresholds"/> are given.</param>
    /// <param name="secondThresholds">One threshold a label for the second model.</param>
    /// <exception cref="ArgumentException">The tables differ in labels, rows or truths.</exception>
    public static PairedDifference Of(
        ScoreTable first, ScoreTable second, EvaluationOptions? options = null, IReadOnlyList<double>? secondThresholds = null)
    {
        options ??= new();
        CheckSameRows(first, second);
        var a = new FigureDraws(first, options);
        var b = new FigureDraws(second, secondThresholds is null ? options : options with { Thresholds = secondThresholds });
        LabelFigure[] figures = Enum.GetValues<LabelFigure>();
        var byFigure = figures.ToDictionary(f => f, f => Corrected(
            [.. first.Labels.Select((_, k) => Difference(a.Value(k, f), b.Value(k, f), a.Draws(k, f), b.Draws(k, f), options.Level))]));
        return new(
            first.Rows,
            a.Clusters,
            figures.ToDictionary(f => f,
                f => Difference(a.Macro(f).Value, b.Macro(f).Value, a.MacroDraws(f), b.MacroDraws(f), options.Level)),
            [.. a.Labels.Select((label, k) => new LabelDifference(
                first.Labels[k], label.Positives, label.Negatives, figures.ToDictionary(f => f, f => byFigure[f][k])))]);
    }

    private static FigureDifference Difference(double first, double second, double[] firstDraws, double[] secondDraws, double level)
    {
        var distribution = new BootstrapDistribution(first - second, [.. firstDraws.Zip(secondDraws, (x, y) => x - y)]);
        double p = double.IsNaN(first - second) ? double.NaN : distribution.TwoSidedP;
        Estimate difference = double.IsNaN(p) ? new(double.NaN, double.NaN, double.NaN) : distribution.Percentile(level);
        return new(first, second, difference, p, p, distribution.Undefined);
    }

    private static FigureDifference[] Corrected(FigureDifference[] labels)
    {
        int[] defined = [.. Enumerable.Range(0, labels.Length).Where(k => !double.IsNaN(labels[k].P))];
        double[] holm = MultipleTesting.Holm([.. defined.Select(k => labels[k].P)]);
        for (int i = 0; i < defined.Length; i++) labels[defined[i]] = labels[defined[i]] with { HolmP = holm[i] };
        return labels;
    }

    private static void CheckSameRows(ScoreTable first, ScoreTable second)
    {
        if (!first.Labels.SequenceEqual(second.Labels))
            throw new ArgumentException("The two tables have other labels, or the same in another order.", nameof(second));
        if (!first.Clusters.SequenceEqual(second.Clusters))
            throw new ArgumentException("The two tables have other rows, or the same in another order.", nameof(second));
        for (int label = 0; label < first.Labels.Count; label++)
        {
            if (!first.Truths(label).SequenceEqual(second.Truths(label)))
                throw new ArgumentException($"The truths of label '{first.Labels[label]}' differ between the two tables.", nameof(second));
        }
    }
}
