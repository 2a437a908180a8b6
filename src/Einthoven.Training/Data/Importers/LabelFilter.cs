// What is common to importers: rare labels dropped, labels that a source never uses made unknown there.
namespace Einthoven.Training.Data;

internal static class LabelFilter
{
    /// <summary>Leaves out labels with fewer positives.</summary>
    internal static Manifest Apply(Manifest manifest, int minimumPositives)
    {
        if (minimumPositives <= 0) return manifest;
        int[] kept = [.. Enumerable.Range(0, manifest.Labels.Count).Where(k => manifest.Rows.Count(r => r.Labels[k] == 1) >= minimumPositives)];
        return manifest with
        {
            Labels = [.. kept.Select(k => manifest.Labels[k])],
            Rows = [.. manifest.Rows.Select(r => r with { Labels = [.. kept.Select(k => r.Labels[k])] })],
        };
    }

    /// <summary>
    /// A diagnosis that a source never gives was not asked for there: its zeros become unknown, so that losses and metrics leave them out.
    /// </summary>
    internal static void MakeUnusedUnknown(Manifest manifest)
    {
        foreach (IGrouping<string, ManifestRow> source in manifest.Rows.GroupBy(r => r.Source))
        {
            for (int k = 0; k < manifest.Labels.Count; k++)
            {
                if (source.Any(r => r.Labels[k] == 1)) continue;
                foreach (ManifestRow row in source) row.Labels[k] = float.NaN;
            }
        }
    }

    /// <summary>The task that the options ask for, or the first.</summary>
    /// <exception cref="DatasetException">The importer does not know it.</exception>
    internal static string Task(this IDatasetImporter importer, ImportOptions options, params ReadOnlySpan<string> tasks)
    {
        if (options.Task.Length == 0) return tasks[0];
        return tasks.Contains(options.Task) ? options.Task : throw new DatasetException(
            $"{importer.Name} has no task '{options.Task}'; it has {string.Join(", ", tasks.ToArray())}.");
    }
}
