// The rows of a data set: which file, whose, which part of the data, which labels.
namespace Einthoven.Training.Data;

/// <summary>One recording of a data set.</summary>
/// <param name="Record">Its name: unique in the data set.</param>
/// <param name="Path">The file to read.</param>
/// <param name="Patient">Whose it is; recordings of one patient stay in one part.</param>
/// <param name="Fold">The part: PTB-XL's stratified folds 1 to 10.</param>
/// <param name="Labels">One value a label: 1 present, 0 absent, NaN unknown.</param>
public sealed record ManifestRow(string Record, string Path, string Patient, int Fold, float[] Labels);

/// <summary>A data set: its labels and its rows.</summary>
/// <param name="Name">For messages and cards.</param>
/// <param name="Labels">Codes of the labels, in the order of <see cref="ManifestRow.Labels"/>.</param>
/// <param name="Rows">The recordings, in the order of the source.</param>
public sealed record Manifest(string Name, IReadOnlyList<string> Labels, IReadOnlyList<ManifestRow> Rows)
{
    /// <summary>The rows of some folds, in order.</summary>
    /// <exception cref="DatasetException">There are none.</exception>
    public IReadOnlyList<ManifestRow> InFolds(IReadOnlyCollection<int> folds)
    {
        var rows = Rows.Where(r => folds.Contains(r.Fold)).ToList();
        return rows.Count > 0 ? rows : throw new DatasetException($"{Name} has no recording in fold {string.Join(", ", folds)}.");
    }
}
