// The rows of a label that are known, by score from the highest down.
namespace Einthoven.Evaluation.Classification;

internal static class KnownRows
{
    /// <summary>Row numbers; equal scores in the order of the rows.</summary>
    /// <exception cref="ArgumentException">Lengths differ, or the score of a known row is NaN.</exception>
    public static int[] Descending(ReadOnlySpan<double> scores, ReadOnlySpan<float> labels)
    {
        if (scores.Length != labels.Length) throw new ArgumentException($"{scores.Length} scores for {labels.Length} labels.");
        var rows = new List<int>(scores.Length);
        for (int row = 0; row < scores.Length; row++)
        {
            if (float.IsNaN(labels[row])) continue;
            if (double.IsNaN(scores[row])) throw new ArgumentException($"The score of row {row} is not a number.");
            rows.Add(row);
        }

        int[] order = [.. rows];
        var keys = new double[order.Length];
        for (int k = 0; k < keys.Length; k++) keys[k] = -scores[order[k]];
        Array.Sort(keys, order);
        for (int start = 0; start < order.Length;)
        {
            int end = start + 1;
            while (end < order.Length && keys[end] == keys[start]) end++;
            if (end - start > 1) Array.Sort(order, start, end - start);
            start = end;
        }

        return order;
    }
}
