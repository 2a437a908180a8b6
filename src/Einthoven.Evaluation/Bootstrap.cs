// Percentile bootstrap of the areas of a table, patients drawn whole.
namespace Einthoven.Evaluation;

/// <summary>Area under the ROC curve of one label, with interval and counts.</summary>
public sealed record LabelAuroc(string Label, Estimate Area, int Positives, int Negatives);

/// <summary>Areas of all labels and their mean.</summary>
/// <param name="Macro">Mean over the labels that have both classes.</param>
/// <param name="Labels">Every label; NaN where a class is missing.</param>
/// <param name="Rows">Records.</param>
/// <param name="Clusters">Patients.</param>
public sealed record AurocReport(Estimate Macro, IReadOnlyList<LabelAuroc> Labels, int Rows, int Clusters);

/// <summary>The areas alone; <see cref="EvaluationReport"/> has every figure.</summary>
public static class Bootstrap
{
    /// <summary>Areas per label and macro, each with a 95 % interval from whole patients drawn with replacement.</summary>
    /// <param name="table">Scores and truths.</param>
    /// <param name="resamples">Draws, at least 1.</param>
    /// <param name="seed">Seed of the draws: same seed, same intervals.</param>
    public static AurocReport Auroc(ScoreTable table, int resamples = 1000, int seed = 1)
    {
        EvaluationReport report = EvaluationReport.Of(table, new() { Resamples = resamples, Seed = (ulong)seed });
        return new AurocReport(
            report.Macro[LabelFigure.Auroc].Estimate,
            [.. report.Labels.Select(l => new LabelAuroc(l.Label, l.Figures[LabelFigure.Auroc].Estimate, l.Positives, l.Negatives))],
            report.Rows,
            report.Clusters);
    }

    /// <summary>The mean of the values that are defined; NaN where none is.</summary>
    public static double MeanOfDefined(IEnumerable<double> values)
    {
        double sum = 0;
        int n = 0;
        foreach (double value in values)
        {
            if (double.IsNaN(value)) continue;
            sum += value;
            n++;
        }

        return n > 0 ? sum / n : double.NaN;
    }
}
