// Percentile bootstrap that resamples patients, not records.
namespace Einthoven.Evaluation;

/// <summary>A figure with its 95 % interval.</summary>
public readonly record struct Estimate(double Value, double Low, double High)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Value:F3} ({Low:F3}–{High:F3})";
}

/// <summary>Area under the ROC curve of one label, with interval and counts.</summary>
public sealed record LabelAuroc(string Label, Estimate Area, int Positives, int Negatives);

/// <summary>Areas of all labels and their mean.</summary>
/// <param name="Macro">Mean over the labels that have both classes.</param>
/// <param name="Labels">Every label; NaN where a class is missing.</param>
/// <param name="Rows">Records.</param>
/// <param name="Clusters">Patients.</param>
public sealed record AurocReport(Estimate Macro, IReadOnlyList<LabelAuroc> Labels, int Rows, int Clusters);

/// <summary>Percentile bootstrap (Efron and Tibshirani, "An introduction to the bootstrap", 1993, §13.3) over clusters.</summary>
public static class Bootstrap
{
    /// <summary>Areas per label and macro, each with a 95 % interval from whole patients drawn with replacement.</summary>
    /// <param name="table">Scores and truths.</param>
    /// <param name="resamples">Draws, at least 1.</param>
    /// <param name="seed">Seed of the draws: same seed, same intervals.</param>
    public static AurocReport Auroc(ScoreTable table, int resamples = 1000, int seed = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(resamples, 1);
        Auroc[] areas = [.. Enumerable.Range(0, table.Labels.Count).Select(k => new Auroc(table.Scores(k), table.Truths(k)))];
        double[] values = [.. areas.Select(a => a.Area())];

        var clusterOf = new Dictionary<string, int>(StringComparer.Ordinal);
        int[] cluster = [.. table.Clusters.Select(c => clusterOf.TryGetValue(c, out int k) ? k : clusterOf[c] = clusterOf.Count)];
        var random = new Random(seed);
        var drawn = new double[areas.Length][];
        for (int label = 0; label < areas.Length; label++) drawn[label] = new double[resamples];
        var macro = new double[resamples];
        var times = new int[clusterOf.Count];
        var weights = new int[table.Rows];
        for (int resample = 0; resample < resamples; resample++)
        {
            Array.Clear(times);
            for (int k = 0; k < times.Length; k++) times[random.Next(times.Length)]++;
            for (int row = 0; row < weights.Length; row++) weights[row] = times[cluster[row]];
            for (int label = 0; label < areas.Length; label++) drawn[label][resample] = areas[label].Area(weights);
            macro[resample] = MeanOfDefined(drawn.Select(d => d[resample]));
        }
        return new AurocReport(
            Interval(MeanOfDefined(values), macro),
            [.. areas.Select((a, k) => new LabelAuroc(table.Labels[k], Interval(values[k], drawn[k]), a.Positives, a.Negatives))],
            table.Rows,
            clusterOf.Count);
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

    /// <summary>2.5th and 97.5th percentile (linear between order statistics) of the draws in which the figure was defined.</summary>
    private static Estimate Interval(double value, double[] draws)
    {
        double[] sorted = [.. draws.Where(d => !double.IsNaN(d)).Order()];
        return sorted.Length == 0 ? new(value, double.NaN, double.NaN) : new(value, Percentile(sorted, 0.025), Percentile(sorted, 0.975));
    }

    private static double Percentile(double[] sorted, double share)
    {
        double position = share * (sorted.Length - 1);
        int below = (int)position;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((position - below) * (sorted[above] - sorted[below]));
    }
}
