// Sets of classes that hold the true one as often as asked: LAC, APS and RAPS, for all classes alike or class by class.
namespace Einthoven.Evaluation.Conformal;

/// <summary>A rule that says how unlike its rows a class is.</summary>
public abstract record ConformalRule
{
    private ConformalRule()
    {
    }

    /// <summary>1 − p: the smallest sets on average, some empty (Sadinle, Lei and Wasserman 2019).</summary>
    public sealed record Lac : ConformalRule;

    /// <summary>
    /// Sum of the probabilities from the highest down to the class: sets that adapt to the row (Romano, Sesia and Candès 2020).
    /// </summary>
    /// <param name="Randomised">Less u times the class's own probability, u uniform: exact coverage.</param>
    public sealed record Aps(bool Randomised = false) : ConformalRule;

    /// <summary>APS plus a penalty for every rank beyond some: smaller sets (Angelopoulos et al. 2021).</summary>
    /// <param name="Penalty">For each rank beyond.</param>
    /// <param name="FreeRanks">Ranks without penalty.</param>
    /// <param name="Randomised">As in APS.</param>
    public sealed record Raps(double Penalty, int FreeRanks, bool Randomised = false) : ConformalRule;

    /// <summary>The score of every class of a row; classes of equal probability are ranked by number.</summary>
    /// <param name="probabilities">[classes]</param>
    /// <param name="uniform">0 to 1; read by randomised rules only.</param>
    public double[] Scores(ReadOnlySpan<double> probabilities, double uniform)
    {
        double[] p = probabilities.ToArray(), scores = new double[p.Length];
        if (this is Lac) return [.. p.Select(value => 1 - value)];
        (double penalty, int free, bool randomised) = this switch
        {
            Raps raps => (raps.Penalty, raps.FreeRanks, raps.Randomised),
            Aps aps => (0, 0, aps.Randomised),
            _ => throw new InvalidOperationException(),
        };
        double sum = 0;
        int rank = 0;
        foreach (int k in Enumerable.Range(0, p.Length).OrderByDescending(k => p[k]))
        {
            sum += p[k];
            scores[k] = sum - (randomised ? uniform * p[k] : 0) + (penalty * Math.Max(0, ++rank - free));
        }

        return scores;
    }
}

/// <summary>A calibrated predictor of sets.</summary>
/// <param name="Rule">How classes are scored.</param>
/// <param name="Quantiles">One threshold a class; the same for all unless calibrated class by class.</param>
public sealed record ConformalClasses(ConformalRule Rule, IReadOnlyList<double> Quantiles)
{
    /// <summary>Calibrates on rows apart from the training rows.</summary>
    /// <param name="rule">How classes are scored.</param>
    /// <param name="probabilities">Row-major [rows, classes].</param>
    /// <param name="truths">True class of each row.</param>
    /// <param name="uniforms">One a row for randomised rules; else may be empty.</param>
    /// <param name="alpha">Share of rows whose class may be missed.</param>
    /// <param name="byClass">Whether every class gets its own threshold: coverage then holds for each.</param>
    public static ConformalClasses Calibrate(
        ConformalRule rule, ReadOnlySpan<double> probabilities, ReadOnlySpan<int> truths, ReadOnlySpan<double> uniforms,
            double alpha, bool byClass = false)
    {
        if (truths.IsEmpty || probabilities.Length % truths.Length != 0)
            throw new ArgumentException($"{probabilities.Length} probabilities are not those of {truths.Length} calibration rows.",
                nameof(probabilities));
        int classes = probabilities.Length / truths.Length;
        var scores = new (int Class, double Score)[truths.Length];
        for (int row = 0; row < truths.Length; row++)
        {
            double[] all = rule.Scores(probabilities.Slice(row * classes, classes), uniforms.IsEmpty ? 0 : uniforms[row]);
            scores[row] = (truths[row], all[truths[row]]);
        }

        double common = ConformalQuantile.Of(scores.Select(s => s.Score), alpha);
        return new(rule, [.. Enumerable.Range(0, classes).Select(c =>
            byClass ? ConformalQuantile.Of(scores.Where(s => s.Class == c).Select(s => s.Score), alpha) : common)]);
    }

    /// <summary>Whether each class is in the set of a row.</summary>
    /// <param name="probabilities">[classes]</param>
    /// <param name="uniform">For randomised rules.</param>
    public bool[] Set(ReadOnlySpan<double> probabilities, double uniform = 0) =>
        [.. Rule.Scores(probabilities, uniform).Select((score, c) => score <= Quantiles[c])];
}

/// <summary>
/// How sets do on rows with known classes. Coverage is promised for rows like the calibration rows only: report it per source.
/// </summary>
/// <param name="Coverage">Share of rows whose class is in the set.</param>
/// <param name="MeanSize">Mean number of classes in a set.</param>
/// <param name="Empty">Number of empty sets.</param>
public readonly record struct SetFigures(double Coverage, double MeanSize, int Empty)
{
    /// <summary>Counts sets against truths.</summary>
    public static SetFigures Of(IReadOnlyList<bool[]> sets, ReadOnlySpan<int> truths)
    {
        int covered = 0;
        for (int row = 0; row < truths.Length; row++) if (sets[row][truths[row]]) covered++;
        return new((double)covered / truths.Length, sets.Average(s => s.Count(held => held)), sets.Count(s => !s.Contains(true)));
    }
}
