// All figures of one label for any number of copies of each row, in one pass over the rows: what a bootstrap of thousands of draws needs.
using Einthoven.Evaluation.Classification;

namespace Einthoven.Evaluation;

/// <summary>
/// Rows lie sorted by score once. A draw makes the running count of rows from the top; everything of ranking and thresholds follows from it
/// at the scores that hold a positive, which are few, and everything of calibration from the residuals beside it.
/// </summary>
internal sealed class LabelResampler
{
    public const int Figures = (int)LabelFigure.CalibrationError + 1;

    private readonly int[] _order;          // known rows, highest score first
    private readonly double[] _residuals;   // truth − score, in order
    private readonly int[] _binEnds;        // ends of the calibration bins within the order, highest bin first
    private readonly int[] _stepStarts;     // where the steps (ties) that hold a positive begin and end in the order
    private readonly int[] _stepEnds;
    private readonly int[] _positiveRows;   // rows of positives, step after step
    private readonly int[] _positiveEnds;   // ends of the steps within them
    private readonly int _called;           // rows at or above the threshold
    private readonly bool _areProbabilities;
    private readonly int[] _above;          // scratch: copies of rows before each place of the order

    public LabelResampler(double[] scores, float[] truths, double threshold, int bins)
    {
        _order = KnownRows.Descending(scores, truths);
        int n = _order.Length;
        Unknown = scores.Length - n;
        _residuals = new double[n];
        _above = new int[n + 1];
        List<int> stepStarts = [], stepEnds = [], positives = [], positiveEnds = [], binEnds = [];
        _areProbabilities = true;
        int start = 0, bin = -1;
        for (int k = 0; k < n; k++)
        {
            int row = _order[k];
            bool positive = truths[row] > 0.5f;
            double score = scores[row];
            _residuals[k] = (positive ? 1 : 0) - score;
            _areProbabilities &= score is >= 0 and <= 1;
            if (score >= threshold) _called = k + 1;
            if (_areProbabilities && CalibrationBin(score, bins) is int its && its != bin)
            {
                if (k > 0) binEnds.Add(k);
                bin = its;
            }

            if (positive) positives.Add(row);
            if (k < n - 1 && scores[_order[k + 1]] == score) continue;
            if (positives.Count > (positiveEnds.Count > 0 ? positiveEnds[^1] : 0))
            {
                stepStarts.Add(start);
                stepEnds.Add(k + 1);
                positiveEnds.Add(positives.Count);
            }

            start = k + 1;
        }

        binEnds.Add(n);
        (_stepStarts, _stepEnds, _binEnds) = ([.. stepStarts], [.. stepEnds], [.. binEnds]);
        (_positiveRows, _positiveEnds) = ([.. positives], [.. positiveEnds]);
    }

    public int Positives => _positiveRows.Length;

    public int Negatives => _order.Length - _positiveRows.Length;

    public int Unknown { get; }

    /// <summary>Bin b of B holds (b/B, (b + 1)/B], the first also 0.</summary>
    public static int CalibrationBin(double p, int bins)
    {
        int bin = Math.Clamp((int)Math.Ceiling(p * bins) - 1, 0, bins - 1);
        // The product may round across an edge: the edge itself decides.
        while (bin > 0 && p <= (double)bin / bins) bin--;
        while (bin < bins - 1 && p > (double)(bin + 1) / bins) bin++;
        return bin;
    }

    /// <summary>Fills in every figure by its number; NaN where undefined.</summary>
    /// <param name="times">How often each row of the table counts.</param>
    /// <param name="figures">[Figures]</param>
    public void Evaluate(ReadOnlySpan<int> times, Span<double> figures)
    {
        (double squares, double binned) = CountFromTop(times);
        long all = _above[^1], positives = 0;
        foreach (int row in _positiveRows) positives += times[row];
        long negatives = all - positives;

        long found = 0, atThreshold = 0, twiceAbove = 0;
        double precision = 0, f1 = 0;
        for (int step = 0, p = 0; step < _stepEnds.Length; step++)
        {
            long here = 0;
            for (; p < _positiveEnds[step]; p++) here += times[_positiveRows[p]];
            if (here == 0) continue;
            long before = _above[_stepStarts[step]], reached = _above[_stepEnds[step]];
            // Negatives above a positive are pairs ranked wrongly, tied ones half so.
            twiceAbove += here * ((2 * (before - found)) + (reached - before - here));
            found += here;
            if (_stepEnds[step] <= _called) atThreshold = found;
            precision += here * ((double)found / reached);
            f1 = Math.Max(f1, 2.0 * found / (reached + positives));
        }

        bool both = positives > 0 && negatives > 0;
        var counts = new ConfusionCounts(
            atThreshold, _above[_called] - atThreshold, positives - atThreshold, negatives - _above[_called] + atThreshold);
        figures[(int)LabelFigure.Auroc] = both ? 1 - (twiceAbove / 2.0 / ((double)positives * negatives)) : double.NaN;
        figures[(int)LabelFigure.AveragePrecision] = both ? precision / positives : double.NaN;
        figures[(int)LabelFigure.LargestF1] = both ? f1 : double.NaN;
        figures[(int)LabelFigure.F1] = positives > 0 ? counts.F1 : double.NaN;
        figures[(int)LabelFigure.Sensitivity] = counts.Sensitivity;
        figures[(int)LabelFigure.Specificity] = counts.Specificity;
        figures[(int)LabelFigure.Precision] = counts.Precision;
        figures[(int)LabelFigure.BalancedAccuracy] = counts.BalancedAccuracy;
        figures[(int)LabelFigure.Mcc] = counts.Mcc;
        figures[(int)LabelFigure.Brier] = _areProbabilities ? squares / all : double.NaN;
        figures[(int)LabelFigure.CalibrationError] = _areProbabilities ? binned / all : double.NaN;
    }

    // Running counts from the top; sum of squared residuals, and of the bins' absolute sums of residuals.
    private (double Squares, double Binned) CountFromTop(ReadOnlySpan<int> times)
    {
        double squares = 0, binned = 0;
        int above = 0, k = 0;
        foreach (int end in _binEnds)
        {
            double sum = 0;
            for (; k < end; k++)
            {
                int copies = times[_order[k]];
                double residual = _residuals[k], weighted = copies * residual;
                sum += weighted;
                squares += weighted * residual;
                above += copies;
                _above[k + 1] = above;
            }

            binned += Math.Abs(sum);
        }

        return (squares, binned);
    }
}
