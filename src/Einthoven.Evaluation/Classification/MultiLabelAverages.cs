// One number for many labels: how areas are averaged when some truths are unknown and some labels have one class only.
namespace Einthoven.Evaluation.Classification;

/// <summary>Areas of every label of a table, and the averages in use.</summary>
/// <param name="Curves">One a label.</param>
/// <param name="MicroAuroc">Area of all known cells pooled.</param>
/// <param name="MicroAurocOfDefined">The same over labels that have both classes.</param>
public sealed record MultiLabelAverages(IReadOnlyList<RankingCurve> Curves, double MicroAuroc, double MicroAurocOfDefined)
{
    /// <summary>Area of each label; NaN where a class is missing.</summary>
    public IReadOnlyList<double> Auroc => [.. Curves.Select(c => c.Auroc)];

    /// <summary>Average precision of each label; NaN where a class is missing.</summary>
    public IReadOnlyList<double> AveragePrecision => [.. Curves.Select(c => c.AveragePrecision)];

    /// <summary>Mean area over the labels that have both classes: what Einthoven reports.</summary>
    public double MacroAuroc => Bootstrap.MeanOfDefined(Auroc);

    /// <summary>Mean average precision over the labels that have both classes.</summary>
    public double MacroAveragePrecision => Bootstrap.MeanOfDefined(AveragePrecision);

    /// <summary>
    /// Mean area where an undefined label counts 0.5, as in the reality check (arXiv 2509.25095); for comparison with its tables only.
    /// </summary>
    public double MacroAurocUndefinedAsHalf => Curves.Count > 0 ? Auroc.Average(a => double.IsNaN(a) ? 0.5 : a) : double.NaN;

    /// <summary>Mean area weighted by the number of positives, over the labels that have both classes.</summary>
    public double WeightedAuroc
    {
        get
        {
            RankingCurve[] defined = [.. Curves.Where(c => c.IsDefined)];
            return defined.Sum(c => c.Auroc * c.Positives) / defined.Sum(c => (double)c.Positives);
        }
    }

    /// <summary>Averages of a table.</summary>
    public static MultiLabelAverages Of(ScoreTable table)
    {
        double[][] scores = [.. table.Labels.Select((_, k) => table.Scores(k))];
        float[][] truths = [.. table.Labels.Select((_, k) => table.Truths(k))];
        RankingCurve[] curves = [.. scores.Select((s, k) => RankingCurve.Of(s, truths[k]))];
        int[] defined = [.. Enumerable.Range(0, curves.Length).Where(k => curves[k].IsDefined)];
        return new(
            curves,
            Evaluation.Auroc.Of([.. scores.SelectMany(s => s)], [.. truths.SelectMany(t => t)]),
            Evaluation.Auroc.Of([.. defined.SelectMany(k => scores[k])], [.. defined.SelectMany(k => truths[k])]));
    }
}
