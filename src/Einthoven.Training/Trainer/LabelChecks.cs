// What labels must be for anything to be learned from them, and how rare they are.
using Einthoven.Models.Packages;
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

    /// <summary>What is wrong with single labels, a line for each kind of trouble: said before training, not found in a table at the end.</summary>
    internal static IEnumerable<string> Warnings(RecordStore store, int[] training, int[] validation)
    {
        bool[] learned = Varies(store, training), judged = Varies(store, validation);
        if (Named(store, k => !learned[k]) is { } constant)
            yield return $"{constant}: the same in all training recordings that have it, so nothing can be learned about it. Leave it out, or add recordings";
        if (Named(store, k => learned[k] && !judged[k]) is { } unjudged)
            yield return $"{unjudged}: the same in all validation recordings that have it, so it is trained, and cannot be judged there";
    }

    private static bool[] Varies(RecordStore store, int[] records)
    {
        (double[] positives, double[] negatives) = Count(store, records);
        return [.. positives.Select((p, k) => p > 0 && negatives[k] > 0)];
    }

    private static string? Named(RecordStore store, Func<int, bool> chosen)
    {
        string[] names = [.. Enumerable.Range(0, store.Labels.Count).Where(chosen).Select(k => store.Labels[k])];
        return names.Length == 0 ? null
            : $"label{(names.Length == 1 ? "" : "s")} {string.Join(", ", names.Take(8))}{(names.Length > 8 ? $" and {names.Length - 8} more" : "")}";
    }

    /// <summary>Negatives ÷ positives of each label; 1 where there are no positives.</summary>
    internal static double[] PositiveWeights(RecordStore store, int[] training)
    {
        (double[] positives, double[] negatives) = Count(store, training);
        return [.. positives.Select((p, k) => p > 0 ? negatives[k] / p : 1)];
    }

    /// <summary>Share of positives of each label among those known, half a recording of either kind added: never 0 or 1.</summary>
    internal static double[] Prevalence(RecordStore store, int[] training)
    {
        (double[] positives, double[] negatives) = Count(store, training);
        return [.. positives.Select((p, k) => (p + 0.5) / (p + negatives[k] + 1))];
    }

    private static (double[] Positives, double[] Negatives) Count(RecordStore store, int[] training)
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
        return (positives, negatives);
    }

    /// <summary>Refuses recordings without exactly one class, where any is known, and data of one class only.</summary>
    /// <exception cref="DatasetException">They are such.</exception>
    internal static void RequireOneClass(RecordStore store, int[] training, int[] validation)
    {
        var seen = new HashSet<int>();
        var labels = new float[store.Labels.Count];
        foreach ((int record, bool learned) in training.Select(r => (r, true)).Concat(validation.Select(r => (r, false))))
        {
            store.CopyLabels(record, labels);
            if (Array.TrueForAll(labels, float.IsNaN)) continue;
            int ones = labels.Count(value => value == 1);
            if (ones != 1 || !Array.TrueForAll(labels, value => value is 0 or 1))
            {
                throw new DatasetException(
                    $"Recording {store.Row(record).Record} has {ones} classes of {labels.Length}; the task multi-class wants a single 1, and 0 in the other columns, or none filled in.");
            }
            if (learned) seen.Add(Array.IndexOf(labels, 1f));
        }
        if (seen.Count < 2)
            throw new DatasetException($"The training recordings are of {seen.Count} class: there is nothing to learn.");
    }

    /// <summary>Mean and standard deviation of each label over the training part: the scale on which a network learns it.</summary>
    /// <exception cref="DatasetException">A label does not vary, or is known for none.</exception>
    internal static ValueScale[] Scales(RecordStore store, int[] training)
    {
        var values = store.Labels.Select(_ => new List<double>()).ToArray();
        var labels = new float[store.Labels.Count];
        foreach (int record in training)
        {
            store.CopyLabels(record, labels);
            for (int k = 0; k < labels.Length; k++)
                if (!float.IsNaN(labels[k])) values[k].Add(labels[k]);
        }
        return [.. values.Select((known, k) =>
        {
            double mean = known.Count > 0 ? known.Average() : 0, deviation = known.Count > 0 ? Math.Sqrt(known.Average(v => (v - mean) * (v - mean))) : 0;
            return deviation > 0
                ? new ValueScale(Unit(store.Labels[k]), mean, deviation)
                : throw new DatasetException($"Label {store.Labels[k]} has {(known.Count == 0 ? "no value" : $"the value {known[0]} throughout")} in the training part: there is nothing to learn.");
        })];
    }

    /// <summary>The unit that a label's name ends with: ms of "QT [ms]" or "QT (ms)".</summary>
    internal static string Unit(string label) =>
        label.TrimEnd() is [.., ']' or ')'] name && name.LastIndexOfAny(['[', '(']) is > 0 and var open ? name[(open + 1)..^1].Trim() : "";
}
