// Everything that follows from the order of one label's scores: ROC and precision–recall points, their areas, the best thresholds.
namespace Einthoven.Evaluation.Classification;

/// <summary>What is called at one threshold.</summary>
/// <param name="Threshold">Scores at or above it are called; +∞ calls nothing.</param>
/// <param name="TruePositives">Weight of the positives called.</param>
/// <param name="FalsePositives">Weight of the negatives called.</param>
public readonly record struct RankingPoint(double Threshold, double TruePositives, double FalsePositives);

/// <summary>
/// The points of one label, one a distinct score from the highest down, after one that calls nothing. Equal scores form one step: no order
/// within a tie counts. Every figure is NaN where a class is missing.
/// </summary>
public sealed class RankingCurve
{
    private readonly RankingPoint[] _points;

    private RankingCurve(RankingPoint[] points, int positives, int negatives)
    {
        _points = points;
        (Positives, Negatives) = (positives, negatives);
        (PositiveWeight, NegativeWeight) = (points[^1].TruePositives, points[^1].FalsePositives);
    }

    /// <summary>From +∞ (nothing called) down to the lowest score (all called).</summary>
    public IReadOnlyList<RankingPoint> Points => _points;

    /// <summary>Rows known to be positive.</summary>
    public int Positives { get; }

    /// <summary>Rows known to be negative.</summary>
    public int Negatives { get; }

    /// <summary>Sum of the positives' weights; their number without weights.</summary>
    public double PositiveWeight { get; }

    /// <summary>Sum of the negatives' weights; their number without weights.</summary>
    public double NegativeWeight { get; }

    /// <summary>Whether both classes have weight.</summary>
    public bool IsDefined => PositiveWeight > 0 && NegativeWeight > 0;

    /// <summary>Orders one label's scores.</summary>
    /// <param name="scores">One score a row; NaN only where the label is unknown.</param>
    /// <param name="labels">1 positive, 0 negative, NaN unknown: such a row is left out.</param>
    /// <param name="weights">One weight a row, not negative; empty for equal weights.</param>
    /// <exception cref="ArgumentException">Lengths differ, or the score of a known row is NaN.</exception>
    public static RankingCurve Of(ReadOnlySpan<double> scores, ReadOnlySpan<float> labels, ReadOnlySpan<double> weights = default)
    {
        if (!weights.IsEmpty && weights.Length != scores.Length)
            throw new ArgumentException($"{weights.Length} weights for {scores.Length} scores.");
        int[] order = KnownRows.Descending(scores, labels);
        var points = new List<RankingPoint> { new(double.PositiveInfinity, 0, 0) };
        double truePositives = 0, falsePositives = 0;
        int positives = 0;
        for (int k = 0; k < order.Length; k++)
        {
            int row = order[k];
            double weight = weights.IsEmpty ? 1 : weights[row];
            if (labels[row] > 0.5f)
            {
                truePositives += weight;
                positives++;
            }
            else
            {
                falsePositives += weight;
            }

            if (k == order.Length - 1 || scores[order[k + 1]] != scores[row]) points.Add(new(scores[row], truePositives, falsePositives));
        }

        return new([.. points], positives, order.Length - positives);
    }

    /// <summary>
    /// Area under the ROC curve = the share of (positive, negative) pairs in right order, ties counting half (Hanley and McNeil 1982).
    /// </summary>
    public double Auroc
    {
        get
        {
            double area = 0;
            for (int k = 1; k < _points.Length; k++)
            {
                (RankingPoint before, RankingPoint at) = (_points[k - 1], _points[k]);
                area += (at.FalsePositives - before.FalsePositives) * (at.TruePositives + before.TruePositives) / 2;
            }

            return Defined(area / (PositiveWeight * NegativeWeight));
        }
    }

    /// <summary>Average precision: Σ (R_k − R_k₋₁) P_k over the points, without interpolation.</summary>
    public double AveragePrecision
    {
        get
        {
            double sum = 0;
            for (int k = 1; k < _points.Length; k++)
                sum += (_points[k].TruePositives - _points[k - 1].TruePositives) / PositiveWeight * PrecisionAt(k);
            return Defined(sum);
        }
    }

    /// <summary>
    /// Area under precision over recall by trapezoids, begun at (0, 1): higher than average precision as a rule, and not to be mixed with
    /// it.
    /// </summary>
    public double TrapezoidAuprc
    {
        get
        {
            double sum = 0;
            for (int k = 1; k < _points.Length; k++)
            {
                double width = (_points[k].TruePositives - _points[k - 1].TruePositives) / PositiveWeight;
                sum += width * (PrecisionAt(k) + PrecisionAt(k - 1)) / 2;
            }

            return Defined(sum);
        }
    }

    /// <summary>
    /// Area under precision gain over recall gain (Flach and Kull, NeurIPS 2015); 0 is what calling everything reaches, below 0 is worse.
    /// </summary>
    public double Auprg => IsDefined ? PrecisionRecallGain.Area(_points) : double.NaN;

    /// <summary>The largest F1 and the highest score that reaches it when called from there up.</summary>
    public ThresholdChoice LargestF1
    {
        get
        {
            if (PositiveWeight <= 0) return new(double.PositiveInfinity, double.NaN);
            ThresholdChoice best = new(_points[0].Threshold, 0);
            foreach (RankingPoint p in _points)
            {
                double f1 = 2 * p.TruePositives / (p.TruePositives + p.FalsePositives + PositiveWeight);
                if (f1 > best.F1) best = new(p.Threshold, f1);
            }

            return best;
        }
    }

    /// <summary>
    /// Youden's J = sensitivity + specificity − 1 at its largest, and the highest threshold there; +∞ where calling nothing is as good as
    /// any.
    /// </summary>
    public (double Threshold, double J) Youden
    {
        get
        {
            (double Threshold, double J) best = (double.PositiveInfinity, double.NegativeInfinity);
            foreach (RankingPoint p in _points)
            {
                double j = (p.TruePositives / PositiveWeight) - (p.FalsePositives / NegativeWeight);
                if (j > best.J) best = (p.Threshold, j);
            }

            return IsDefined ? best : (double.NaN, double.NaN);
        }
    }

    /// <summary>False and true positive rate of every point.</summary>
    public IReadOnlyList<(double FalsePositiveRate, double TruePositiveRate, double Threshold)> Roc =>
        [.. _points.Select(p => (p.FalsePositives / NegativeWeight, p.TruePositives / PositiveWeight, p.Threshold))];

    /// <summary>Recall and precision of every point; (0, 1) where nothing is called.</summary>
    public IReadOnlyList<(double Recall, double Precision)> PrecisionRecall =>
        [.. _points.Select((p, k) => (p.TruePositives / PositiveWeight, PrecisionAt(k)))];

    /// <summary>Area for false positive rates up to a limit, scaled so that chance is 0.5 and perfection 1 (McClish 1989).</summary>
    /// <param name="limit">Largest false positive rate, above 0 and at most 1; between two points the curve is a straight line.</param>
    public double PartialAuroc(double limit)
    {
        double area = 0;
        for (int k = 1; k < _points.Length; k++)
        {
            double x0 = _points[k - 1].FalsePositives / NegativeWeight, x1 = _points[k].FalsePositives / NegativeWeight;
            double y0 = _points[k - 1].TruePositives / PositiveWeight, y1 = _points[k].TruePositives / PositiveWeight;
            if (x0 >= limit) break;
            if (x1 > limit)
            {
                y1 = y0 + ((y1 - y0) * (limit - x0) / (x1 - x0));
                x1 = limit;
            }

            area += (x1 - x0) * (y0 + y1) / 2;
        }

        double chance = limit * limit / 2;
        return Defined(limit >= 1 ? area : 0.5 * (1 + ((area - chance) / (limit - chance))));
    }

    /// <summary>The largest sensitivity of a point whose specificity is at least this; no interpolation.</summary>
    public double SensitivityAtSpecificity(double specificity) =>
        Defined(Roc.Where(p => 1 - p.FalsePositiveRate >= specificity).Max(p => p.TruePositiveRate));

    /// <summary>The largest specificity of a point whose sensitivity is at least this; no interpolation.</summary>
    public double SpecificityAtSensitivity(double sensitivity) =>
        Defined(Roc.Where(p => p.TruePositiveRate >= sensitivity).Select(p => 1 - p.FalsePositiveRate).DefaultIfEmpty(double.NaN).Max());

    private double PrecisionAt(int k)
    {
        double called = _points[k].TruePositives + _points[k].FalsePositives;
        return called > 0 ? _points[k].TruePositives / called : 1;
    }

    private double Defined(double value) => IsDefined ? value : double.NaN;
}
