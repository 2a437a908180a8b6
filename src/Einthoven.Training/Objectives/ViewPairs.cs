// Takes a batch of pairs apart.
using Einthoven.Torch;

namespace Einthoven.Training.Objectives;

internal static class ViewPairs
{
    /// <summary>The first and the second view of every pair, [pairs, leads, samples] each.</summary>
    /// <exception cref="ArgumentException">The rows are no pairs, one view after the other.</exception>
    internal static (Tensor First, Tensor Second) Split(TrainingBatch batch)
    {
        long rows = batch.Windows.Size(0);
        Require(batch);
        return (Take(0), Take(1));

        Tensor Take(int view) =>
            batch.Windows.IndexSelect(0, Tensor.From([.. Enumerable.Range(0, (int)rows / 2).Select(k => (2L * k) + view)], rows / 2).To(batch.Windows.Device));
    }

    /// <summary>Checks that the rows are pairs.</summary>
    /// <exception cref="ArgumentException">They are not.</exception>
    internal static void Require(TrainingBatch batch)
    {
        long rows = batch.Windows.Size(0);
        if (rows % 2 != 0 || batch.RecordIds is not { } ids || batch.Segments is not { } views || ids.Count != rows || views.Count != rows
            || Enumerable.Range(0, (int)rows / 2).Any(k => views[2 * k] != 0 || views[(2 * k) + 1] != 1 || ids[2 * k] != ids[(2 * k) + 1]))
            throw new ArgumentException($"{rows} rows are no pairs: this objective needs the two views of a window, or two windows of one recording or patient, one after the other.");
    }
}
