// Labels that a training cannot learn, or whose learning cannot be seen: said before it begins, not found in a table at the end.
using Einthoven.Training.Data;

namespace Einthoven.Training.Trainer;

/// <summary>Finds labels that are the same in all recordings of a part.</summary>
internal static class UnlearnableLabels
{
    private const int Named = 8;

    /// <summary>One line for each kind of trouble; none where every label is present and absent in both parts.</summary>
    internal static IEnumerable<string> Describe(RecordStore store, int[] training, int[] validation)
    {
        bool[] learned = Varies(store, training), judged = Varies(store, validation);
        if (Line(store, k => !learned[k]) is { } constant)
            yield return $"{constant}: the same in all training recordings that have it, so nothing can be learned about it. Leave it out, or add recordings";
        if (Line(store, k => learned[k] && !judged[k]) is { } unjudged)
            yield return $"{unjudged}: the same in all validation recordings that have it, so it is trained, and cannot be judged there";
    }

    private static bool[] Varies(RecordStore store, int[] records)
    {
        bool[] present = new bool[store.Labels.Count], absent = new bool[store.Labels.Count];
        var labels = new float[store.Labels.Count];
        foreach (int record in records)
        {
            store.CopyLabels(record, labels);
            for (int k = 0; k < labels.Length; k++)
            {
                present[k] |= labels[k] == 1;
                absent[k] |= labels[k] == 0;
            }
        }
        return [.. present.Zip(absent, (p, a) => p && a)];
    }

    private static string? Line(RecordStore store, Func<int, bool> chosen)
    {
        string[] names = [.. Enumerable.Range(0, store.Labels.Count).Where(chosen).Select(k => store.Labels[k])];
        return names.Length == 0 ? null
            : $"label{(names.Length == 1 ? "" : "s")} {string.Join(", ", names.Take(Named))}{(names.Length > Named ? $" and {names.Length - Named} more" : "")}";
    }
}
