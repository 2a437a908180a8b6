// Every figure of every label of a table, as it stands and in every bootstrap draw.
using Einthoven.Evaluation.Intervals;

namespace Einthoven.Evaluation;

/// <summary>Values and draws by label and figure; macro draws average the labels that are defined in that draw.</summary>
internal sealed class FigureDraws
{
    private readonly double[,] _values;       // [labels, figures]
    private readonly double[,][] _draws;      // [labels, figures][resamples]

    public FigureDraws(ScoreTable table, EvaluationOptions options)
    {
        int labels = table.Labels.Count;
        if (options.Thresholds is { } given && given.Count != labels)
            throw new ArgumentException($"{given.Count} thresholds for {labels} labels.", nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Resamples, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.CalibrationBins, 1);
        Labels = [.. Enumerable.Range(0, labels).Select(k => Resampler(table, options, k))];
        (int[] clusterOf, int clusters) = table.ClusterNumbers();
        (Clusters, Resamples) = (clusters, options.Resamples);
        _values = new double[labels, LabelResampler.Figures];
        _draws = new double[labels, LabelResampler.Figures][];
        for (int label = 0; label < labels; label++)
            for (int f = 0; f < LabelResampler.Figures; f++) _draws[label, f] = new double[options.Resamples];

        Span<double> figures = stackalloc double[LabelResampler.Figures];
        int[] times = new int[table.Rows], drawn = new int[clusters];
        Array.Fill(times, 1);
        for (int label = 0; label < labels; label++)
        {
            Labels[label].Evaluate(times, figures);
            for (int f = 0; f < figures.Length; f++) _values[label, f] = figures[f];
        }

        var bootstrap = new BootstrapDraws(options.Seed, clusters);
        for (int resample = 0; resample < options.Resamples; resample++)
        {
            bootstrap.Count(resample, drawn);
            for (int row = 0; row < times.Length; row++) times[row] = drawn[clusterOf[row]];
            for (int label = 0; label < labels; label++)
            {
                Labels[label].Evaluate(times, figures);
                for (int f = 0; f < figures.Length; f++) _draws[label, f][resample] = figures[f];
            }
        }
    }

    public LabelResampler[] Labels { get; }

    public int Clusters { get; }

    public int Resamples { get; }

    public static double Threshold(EvaluationOptions options, int label) => options.Thresholds?[label] ?? 0.5;

    public double Value(int label, LabelFigure figure) => _values[label, (int)figure];

    public double[] Draws(int label, LabelFigure figure) => _draws[label, (int)figure];

    /// <summary>The mean over labels where the figure is defined, and of how many.</summary>
    public (double Value, int Labels) Macro(LabelFigure figure)
    {
        double[] defined = [.. Enumerable.Range(0, Labels.Length).Select(k => Value(k, figure)).Where(v => !double.IsNaN(v))];
        return (defined.Length > 0 ? defined.Sum() / defined.Length : double.NaN, defined.Length);
    }

    public double[] MacroDraws(LabelFigure figure)
    {
        double[] sums = new double[Resamples];
        int[] counts = new int[Resamples];
        for (int label = 0; label < Labels.Length; label++)
        {
            double[] draws = Draws(label, figure);
            for (int b = 0; b < sums.Length; b++)
            {
                if (double.IsNaN(draws[b])) continue;
                sums[b] += draws[b];
                counts[b]++;
            }
        }

        for (int b = 0; b < sums.Length; b++) sums[b] = counts[b] > 0 ? sums[b] / counts[b] : double.NaN;
        return sums;
    }

    private static LabelResampler Resampler(ScoreTable table, EvaluationOptions options, int label)
    {
        try
        {
            return new(table.Scores(label), table.Truths(label), Threshold(options, label), options.CalibrationBins);
        }
        catch (ArgumentException e)
        {
            throw new ArgumentException($"Label '{table.Labels[label]}': {e.Message}", nameof(table), e);
        }
    }
}
