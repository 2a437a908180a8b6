// What a model is worth on a table: every figure of every label, with interval and counts.
using Einthoven.Evaluation.Intervals;

namespace Einthoven.Evaluation;

/// <summary>How a report is made.</summary>
public sealed record EvaluationOptions
{
    /// <summary>Bootstrap draws, at least 1.</summary>
    public int Resamples { get; init; } = 1000;

    /// <summary>Seed of the draws: same seed, same intervals.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Coverage of the intervals, above 0 and below 1.</summary>
    public double Level { get; init; } = 0.95;

    /// <summary>Bins of the calibration error.</summary>
    public int CalibrationBins { get; init; } = 15;

    /// <summary>One threshold a label, chosen on other rows; null: 0.5 for all.</summary>
    public IReadOnlyList<double>? Thresholds { get; init; }
}

/// <summary>One label's figures.</summary>
/// <param name="Label">Its name.</param>
/// <param name="Positives">Rows known to be positive.</param>
/// <param name="Negatives">Rows known to be negative.</param>
/// <param name="Unknown">Rows whose truth is unknown: left out of every figure.</param>
/// <param name="Threshold">Scores at or above it are called.</param>
/// <param name="Figures">Every figure.</param>
public sealed record LabelReport(
    string Label, int Positives, int Negatives, int Unknown, double Threshold, IReadOnlyDictionary<LabelFigure, ReportedFigure> Figures);

/// <summary>Figures of a table, per label and macro, with bootstrap intervals that draw whole patients.</summary>
/// <param name="Options">How it was made.</param>
/// <param name="Rows">Records.</param>
/// <param name="Clusters">Patients.</param>
/// <param name="Macro">Means over the labels where a figure is defined; an undefined label drops out of a draw instead of counting some
/// number.</param>
/// <param name="Labels">In the table's order.</param>
public sealed record EvaluationReport(
    EvaluationOptions Options, int Rows, int Clusters, IReadOnlyDictionary<LabelFigure, ReportedFigure> Macro,
        IReadOnlyList<LabelReport> Labels)
{
    /// <summary>Evaluates a table; 71 labels of 2,200 rows with 1,000 draws take about a second.</summary>
    /// <param name="table">Scores, truths and whose rows they are.</param>
    /// <param name="options">Null: the defaults.</param>
    /// <exception cref="ArgumentException">The thresholds are not one a label, or the score of a known row is NaN.</exception>
    public static EvaluationReport Of(ScoreTable table, EvaluationOptions? options = null)
    {
        options ??= new();
        var draws = new FigureDraws(table, options);
        LabelFigure[] figures = Enum.GetValues<LabelFigure>();
        return new(
            options,
            table.Rows,
            draws.Clusters,
            figures.ToDictionary(f => f, f => Reported(draws.Macro(f), draws.MacroDraws(f), options.Level)),
            [.. draws.Labels.Select((label, k) => new LabelReport(
                table.Labels[k], label.Positives, label.Negatives, label.Unknown, FigureDraws.Threshold(options, k),
                figures.ToDictionary(f => f,
                    f => Reported((draws.Value(k, f), double.IsNaN(draws.Value(k, f)) ? 0 : 1), draws.Draws(k, f), options.Level))))]);
    }

    private static ReportedFigure Reported((double Value, int Labels) value, double[] draws, double level)
    {
        // A figure that the rows themselves do not define gets no interval from draws that happen to.
        if (double.IsNaN(value.Value)) return new(new(double.NaN, double.NaN, double.NaN), draws.Count(double.IsNaN), 0);
        var distribution = new BootstrapDistribution(value.Value, draws);
        return new(distribution.Percentile(level), distribution.Undefined, value.Labels);
    }
}
