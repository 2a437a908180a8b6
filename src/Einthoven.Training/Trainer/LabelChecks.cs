// What labels must be for anything to be learned from them, and how rare they are.
using Einthoven.Training.Data;

namespace Einthoven.Training.Trainer;

/// <summary>Looks at the labels of a training part.</summary>
internal static class LabelChecks
{
    /// <summary>Refuses labels that are no 0 or 1, and data in which no label has both.</summary>
    /// <exception cref="DatasetException">They are such.</exception>
    internal static void RequireBothClasses(RecordStore store, int[] training)
    {
        var positives = new int[store.Labels.Count];
        var known = new int[store.Labels.Count];
        var labels = new float[store.Labels.Count];
        foreach (int record in training)
        {
            store.CopyLabels(record, labels);
            for (int k = 0; k < labels.Length; k++)
            {
                if (float.IsNaN(labels[k])) continue;
                if (labels[k] is not (0 or 1))
                    throw new DatasetException($"Recording {store.Row(record).Record} has {labels[k]} for label {store.Labels[k]}; use 1, 0, or leave it empty for unknown.");
                known[k]++;
                if (labels[k] == 1) positives[k]++;
            }
        }
        string[] constant = [.. Enumerable.Range(0, labels.Length).Where(k => positives[k] == 0 || positives[k] == known[k]).Select(k => store.Labels[k])];
        // PTB-XL's rarest statements may miss a small part; a label that no example speaks for cannot be learned at all.
        if (constant.Length == labels.Length)
            throw new DatasetException($"No label has both positive and negative training recordings ({string.Join(", ", constant.Take(5))}): there is nothing to learn.");
    }

    /// <summary>Negatives ÷ positives of each label; 1 where there are no positives.</summary>
    internal static double[] PositiveWeights(RecordStore store, int[] training)
    {
        int count = store.Labels.Count;
        var positives = new double[count];
        var negatives = new double[count];
        var labels = new float[count];
        foreach (int record in training)
        {
            store.CopyLabels(record, labels);
            for (int k = 0; k < count; k++)
            {
                if (labels[k] == 1) positives[k]++;
                if (labels[k] == 0) negatives[k]++;
            }
        }
        return [.. positives.Select((p, k) => p > 0 ? negatives[k] / p : 1)];
    }
}
