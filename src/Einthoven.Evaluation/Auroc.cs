// The area under the receiver operating characteristic, exact with ties and with weights.
namespace Einthoven.Evaluation;

/// <summary>
/// One label's scores sorted once, so that the area can be computed for many weightings of the rows (bootstrap) in linear time.
/// The area is the Mann–Whitney statistic: the share of (positive, negative) pairs ranked rightly, ties counting half
/// (Hanley and McNeil, Radiology 143:29, 1982).
/// </summary>
public sealed class Auroc
{
    private readonly int[] _order;      // rows with a known label, by ascending score
    private readonly bool[] _endsTie;   // whether the next one in order has a larger score
    private readonly bool[] _positive;  // in order

    /// <summary>Sorts one label's scores.</summary>
    /// <param name="scores">One score a row, none NaN.</param>
    /// <param name="labels">1 positive, 0 negative, NaN unknown: such a row is left out.</param>
    /// <exception cref="ArgumentException">Lengths differ, or a score is NaN.</exception>
    public Auroc(ReadOnlySpan<double> scores, ReadOnlySpan<float> labels)
    {
        if (scores.Length != labels.Length) throw new ArgumentException($"{scores.Length} scores for {labels.Length} labels.");
        var known = new List<int>(scores.Length);
        for (int row = 0; row < scores.Length; row++)
        {
            if (float.IsNaN(labels[row])) continue;
            if (double.IsNaN(scores[row])) throw new ArgumentException($"The score of row {row} is not a number.");
            known.Add(row);
        }
        _order = [.. known];
        var keys = new double[_order.Length];
        for (int k = 0; k < keys.Length; k++) keys[k] = scores[_order[k]];
        Array.Sort(keys, _order);
        _positive = new bool[_order.Length];
        _endsTie = new bool[_order.Length];
        for (int k = 0; k < _order.Length; k++)
        {
            _positive[k] = labels[_order[k]] > 0.5f;
            _endsTie[k] = k == _order.Length - 1 || keys[k] != keys[k + 1];
        }
        Positives = _positive.Count(p => p);
        Negatives = _positive.Length - Positives;
    }

    /// <summary>Rows known to be positive.</summary>
    public int Positives { get; }

    /// <summary>Rows known to be negative.</summary>
    public int Negatives { get; }

    /// <summary>The area, 0 to 1; NaN where one class is missing.</summary>
    public double Area() => Area(null);

    /// <summary>The area with a weight for each row (how often a bootstrap drew it); NaN where one class has no weight.</summary>
    public double Area(int[]? weights)
    {
        double below = 0, tiedNegatives = 0, tiedPositives = 0, pairs = 0, positives = 0;
        for (int k = 0; k < _order.Length; k++)
        {
            double weight = weights is null ? 1 : weights[_order[k]];
            if (_positive[k]) tiedPositives += weight;
            else tiedNegatives += weight;
            if (!_endsTie[k]) continue;
            pairs += tiedPositives * (below + (0.5 * tiedNegatives));
            positives += tiedPositives;
            below += tiedNegatives;
            tiedPositives = tiedNegatives = 0;
        }
        return positives > 0 && below > 0 ? pairs / (positives * below) : double.NaN;
    }

    /// <summary>The area of one label's scores; NaN where one class is missing.</summary>
    public static double Of(ReadOnlySpan<double> scores, ReadOnlySpan<float> labels) => new Auroc(scores, labels).Area();
}
