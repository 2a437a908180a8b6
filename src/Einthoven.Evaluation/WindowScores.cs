// From the scores of a recording's windows to the recording's.
namespace Einthoven.Evaluation;

/// <summary>How windows become one; a table must say which (published ones differ).</summary>
public enum WindowAggregation
{
    /// <summary>Mean over the windows.</summary>
    Mean,

    /// <summary>Largest of the windows.</summary>
    Maximum,
}

/// <summary>Scores of windows.</summary>
public static class WindowScores
{
    /// <summary>Aggregates windows by record, label by label.</summary>
    /// <param name="scores">Row-major [windows, labels].</param>
    /// <param name="recordOfWindow">Record of each window, 0 to records − 1, in any order.</param>
    /// <param name="labels">Number of labels.</param>
    /// <param name="aggregation">How.</param>
    /// <returns>Row-major [records, labels]; NaN for a record without windows.</returns>
    /// <exception cref="ArgumentException">The sizes do not fit one another.</exception>
    public static double[] ByRecord(ReadOnlySpan<double> scores, ReadOnlySpan<int> recordOfWindow, int labels,
        WindowAggregation aggregation)
    {
        if (scores.Length != recordOfWindow.Length * labels)
            throw new ArgumentException($"{scores.Length} scores for {recordOfWindow.Length} windows of {labels} labels.");
        int records = 0;
        foreach (int record in recordOfWindow) records = Math.Max(records, record + 1);
        var result = new double[records * labels];
        var counts = new int[records];
        for (int window = 0; window < recordOfWindow.Length; window++)
        {
            int record = recordOfWindow[window];
            Span<double> into = result.AsSpan(record * labels, labels);
            ReadOnlySpan<double> from = scores.Slice(window * labels, labels);
            for (int k = 0; k < labels; k++)
                into[k] = counts[record] == 0 ? from[k] : aggregation == WindowAggregation.Mean ? into[k] + from[k] : Math.Max(into[k], from[k]);
            counts[record]++;
        }

        for (int cell = 0; cell < result.Length; cell++)
        {
            int windows = counts[cell / labels];
            if (windows == 0) result[cell] = double.NaN;
            else if (aggregation == WindowAggregation.Mean) result[cell] /= windows;
        }

        return result;
    }
}
