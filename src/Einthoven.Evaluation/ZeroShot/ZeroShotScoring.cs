// How a model that was asked in words is scored: cosines, and MERL's figures of them.
// Source: cheliu-computation/MERL-ICML2024, zeroshot/; Liu et al., ICML 2024 (arXiv 2403.06659).
using Einthoven.Evaluation.Classification;

namespace Einthoven.Evaluation.ZeroShot;

/// <summary>Figures of one class, 0 to 1; NaN where a class is missing.</summary>
/// <param name="Auroc">Area under the receiver operating characteristic.</param>
/// <param name="LargestF1">The largest F1 over all thresholds <b>of the same rows</b>: an optimistic figure, kept for comparison.</param>
/// <param name="Threshold">The lowest score that reaches it.</param>
/// <param name="Accuracy">Share of rows called rightly by scores <b>strictly above</b> the threshold, as published.</param>
public readonly record struct ZeroShotFigure(double Auroc, double LargestF1, double Threshold, double Accuracy);

/// <summary>Scores of ECGs against classes, and what they are worth.</summary>
public static class ZeroShotScoring
{
    /// <summary>Cosine of every ECG with every class: [ecgs · classes], row by row. A vector of zeros gives 0.</summary>
    /// <param name="ecgs">Embeddings, row by row.</param>
    /// <param name="classes">Embeddings of the classes' texts, row by row.</param>
    /// <param name="width">Length of an embedding.</param>
    /// <exception cref="ArgumentException">The lengths are no multiples of the width.</exception>
    public static double[] Cosines(ReadOnlySpan<double> ecgs, ReadOnlySpan<double> classes, int width)
    {
        if (width < 1 || ecgs.Length % width != 0 || classes.Length % width != 0)
            throw new ArgumentException($"{ecgs.Length} and {classes.Length} numbers are no rows of {width}.", nameof(width));
        int rows = ecgs.Length / width, columns = classes.Length / width;
        double[] scores = new double[rows * columns];
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < columns; j++) scores[(i * columns) + j] = Cosine(ecgs.Slice(i * width, width), classes.Slice(j * width, width));
        return scores;
    }

    /// <summary>The figures of one class.</summary>
    /// <param name="scores">One score a row.</param>
    /// <param name="labels">1 positive, 0 negative, NaN unknown: such a row is left out.</param>
    /// <exception cref="ArgumentException">Lengths differ, or a score is NaN.</exception>
    public static ZeroShotFigure Figures(ReadOnlySpan<double> scores, ReadOnlySpan<float> labels)
    {
        RankingCurve curve = RankingCurve.Of(scores, labels);
        if (!curve.IsDefined) return new(double.NaN, double.NaN, double.NaN, double.NaN);
        (double threshold, double largest) = (double.PositiveInfinity, 0);
        foreach (RankingPoint p in curve.Points)
        {
            // The points come from the highest score down: of equal ones the last has the lowest threshold.
            double f1 = 2 * p.TruePositives / (p.TruePositives + p.FalsePositives + curve.PositiveWeight);
            if (f1 >= largest) (threshold, largest) = (p.Threshold, f1);
        }

        (int right, int known) = (0, 0);
        for (int row = 0; row < labels.Length; row++)
        {
            if (float.IsNaN(labels[row])) continue;
            known++;
            if (scores[row] > threshold == labels[row] > 0.5f) right++;
        }

        return new(curve.Auroc, largest, threshold, (double)right / known);
    }

    /// <summary>Means over the classes whose figures are defined; the threshold has none.</summary>
    public static ZeroShotFigure Macro(IEnumerable<ZeroShotFigure> figures)
    {
        List<ZeroShotFigure> defined = [.. figures.Where(f => !double.IsNaN(f.Auroc))];
        return defined.Count == 0
            ? new(double.NaN, double.NaN, double.NaN, double.NaN)
            : new(defined.Average(f => f.Auroc), defined.Average(f => f.LargestF1), double.NaN, defined.Average(f => f.Accuracy));
    }

    private static double Cosine(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double dot = 0, squares = 0, others = 0;
        for (int k = 0; k < a.Length; k++)
        {
            dot += a[k] * b[k];
            squares += a[k] * a[k];
            others += b[k] * b[k];
        }

        double norms = Math.Sqrt(squares) * Math.Sqrt(others);
        return norms > 0 ? dot / norms : 0;
    }
}
