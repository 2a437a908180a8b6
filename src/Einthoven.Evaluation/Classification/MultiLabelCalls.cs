// Calls of several labels against truth: precision, recall, F and Jaccard by every way of averaging.
namespace Einthoven.Evaluation.Classification;

/// <summary>How figures of several labels become one.</summary>
public enum Averaging
{
    /// <summary>All cells pooled.</summary>
    Micro,

    /// <summary>Mean over labels.</summary>
    Macro,

    /// <summary>Mean over labels weighted by their positives.</summary>
    Weighted,

    /// <summary>Mean over rows.</summary>
    Samples,
}

/// <summary>Counts by label and by row. Here a division by zero gives 0, as the usual tables have it.</summary>
/// <param name="Labels">Counts of each label.</param>
/// <param name="Rows">Counts of each row.</param>
public sealed record MultiLabelCalls(IReadOnlyList<ConfusionCounts> Labels, IReadOnlyList<ConfusionCounts> Rows)
{
    /// <summary>Counts calls against truth, both row-major [rows, labels].</summary>
    public static MultiLabelCalls Of(ReadOnlySpan<bool> calls, ReadOnlySpan<bool> truths, int labels)
    {
        var byLabel = new ConfusionCounts[labels];
        var byRow = new ConfusionCounts[calls.Length / labels];
        for (int cell = 0; cell < calls.Length; cell++)
        {
            ConfusionCounts counts = (calls[cell], truths[cell]) switch
            {
                (true, true) => new(1, 0, 0, 0),
                (true, false) => new(0, 1, 0, 0),
                (false, true) => new(0, 0, 1, 0),
                _ => new(0, 0, 0, 1),
            };
            byLabel[cell % labels] = byLabel[cell % labels].Plus(counts);
            byRow[cell / labels] = byRow[cell / labels].Plus(counts);
        }

        return new(byLabel, byRow);
    }

    /// <summary>Share of rows with every label right.</summary>
    public double SubsetAccuracy => Rows.Average(r => r.FalsePositives + r.FalseNegatives == 0 ? 1.0 : 0);

    /// <summary>Share of wrong cells.</summary>
    public double HammingLoss => Rows.Average(r => (r.FalsePositives + r.FalseNegatives) / Labels.Count);

    /// <summary>Averages a figure of counts, as in <c>Average(c => c.F1, Averaging.Macro)</c>.</summary>
    public double Average(Func<ConfusionCounts, double> figure, Averaging averaging)
    {
        switch (averaging)
        {
            case Averaging.Micro:
                return Defined(Labels.Aggregate((a, b) => a.Plus(b)));
            case Averaging.Macro:
                return Labels.Average(Defined);
            case Averaging.Weighted:
                double positives = Labels.Sum(c => c.TruePositives + c.FalseNegatives);
                return positives > 0 ? Labels.Sum(c => (c.TruePositives + c.FalseNegatives) * Defined(c)) / positives : 0;
            default:
                return Rows.Average(Defined);
        }

        double Defined(ConfusionCounts counts) => figure(counts) is double value && !double.IsNaN(value) ? value : 0;
    }
}
