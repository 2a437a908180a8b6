// Several runs of one method on the same rows: the mean of a figure over the runs, and how far two methods differ.
using Einthoven.Evaluation.Intervals;

namespace Einthoven.Evaluation;

/// <summary>Figures of methods that were run several times, on the same draws of patients.</summary>
/// <remarks>The interval is over patients, with the runs as they are: how much runs differ among themselves is told apart from it.</remarks>
public sealed class RepeatedScores
{
    private readonly EvaluationOptions _options;
    private readonly double[] _draws;

    /// <summary>Averages a macro figure over runs.</summary>
    /// <param name="runs">Tables of the same rows, one a run.</param>
    /// <param name="figure">Which figure.</param>
    /// <param name="options">Null: the defaults. Methods to be compared need equal ones.</param>
    /// <exception cref="ArgumentException">There are no runs.</exception>
    public RepeatedScores(IReadOnlyList<ScoreTable> runs, LabelFigure figure = LabelFigure.Auroc, EvaluationOptions? options = null)
    {
        if (runs.Count == 0) throw new ArgumentException("There are no runs to average.", nameof(runs));
        _options = options ?? new();
        FigureDraws[] all = [.. runs.Select(run => new FigureDraws(run, _options))];
        Runs = [.. all.Select(run => run.Macro(figure).Value)];
        Labels = all[0].Macro(figure).Labels;
        double[][] draws = [.. all.Select(run => run.MacroDraws(figure))];
        _draws = [.. Enumerable.Range(0, _options.Resamples).Select(b => draws.Average(run => run[b]))];
        Mean = new BootstrapDistribution(Runs.Average(), _draws).Percentile(_options.Level);
    }

    /// <summary>The figure of each run.</summary>
    public IReadOnlyList<double> Runs { get; }

    /// <summary>Labels that the figure is the mean of.</summary>
    public int Labels { get; }

    /// <summary>The mean over the runs with its interval.</summary>
    public Estimate Mean { get; }

    /// <summary>This method's mean minus another's, draw by draw.</summary>
    /// <exception cref="ArgumentException">They were drawn differently.</exception>
    public FigureDifference Minus(RepeatedScores other)
    {
        if (_options.Seed != other._options.Seed || _draws.Length != other._draws.Length)
            throw new ArgumentException("The two methods have other draws.", nameof(other));
        var distribution = new BootstrapDistribution(Mean.Value - other.Mean.Value, [.. _draws.Zip(other._draws, (a, b) => a - b)]);
        double p = distribution.TwoSidedP;
        return new FigureDifference(Mean.Value, other.Mean.Value, distribution.Percentile(_options.Level), p, p, distribution.Undefined);
    }
}
