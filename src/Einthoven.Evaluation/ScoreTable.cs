// Scores and truths of many rows and labels, and whose rows they are.
namespace Einthoven.Evaluation;

/// <summary>What an evaluation works on.</summary>
public sealed class ScoreTable
{
    private readonly double[] _scores;
    private readonly float[] _truths;

    /// <summary>Makes a table.</summary>
    /// <param name="labels">Names of the labels (columns).</param>
    /// <param name="clusters">Whose each row is: rows of one patient are resampled together.</param>
    /// <param name="scores">Probabilities, row-major [rows, labels].</param>
    /// <param name="truths">1 present, 0 absent, NaN unknown, row-major [rows, labels].</param>
    /// <exception cref="ArgumentException">The sizes do not fit one another.</exception>
    public ScoreTable(IReadOnlyList<string> labels, IReadOnlyList<string> clusters, double[] scores, float[] truths)
    {
        if (scores.Length != labels.Count * clusters.Count || truths.Length != scores.Length)
            throw new ArgumentException($"{scores.Length} scores and {truths.Length} truths for {clusters.Count} rows of {labels.Count} labels.");
        (Labels, Clusters, Rows) = (labels, clusters, clusters.Count);
        (_scores, _truths) = (scores, truths);
    }

    /// <summary>Names of the labels.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>The cluster (patient) of each row.</summary>
    public IReadOnlyList<string> Clusters { get; }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>One label's scores, a value a row.</summary>
    public double[] Scores(int label) => Column(_scores, label);

    /// <summary>All scores, row-major [rows, labels].</summary>
    public double[] AllScores() => [.. _scores];

    /// <summary>One label's truths, a value a row.</summary>
    public float[] Truths(int label) => Column(_truths, label);

    /// <summary>All truths, row-major [rows, labels].</summary>
    public float[] AllTruths() => [.. _truths];

    /// <summary>The table with some labels alone, in the order in which they are named.</summary>
    /// <param name="labels">Places of the labels.</param>
    public ScoreTable Keep(IReadOnlyList<int> labels) => new([.. labels.Select(k => Labels[k])], Clusters, Columns(_scores, labels), Columns(_truths, labels));

    /// <summary>The number of each row's cluster, counted from 0 in order of appearance, and how many there are.</summary>
    internal (int[] OfRow, int Count) ClusterNumbers()
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        int[] ofRow = [.. Clusters.Select(c => numbers.TryGetValue(c, out int k) ? k : numbers[c] = numbers.Count)];
        return (ofRow, numbers.Count);
    }

    private T[] Columns<T>(T[] values, IReadOnlyList<int> labels) =>
        [.. Enumerable.Range(0, Rows).SelectMany(row => labels.Select(label => values[(row * Labels.Count) + label]))];

    private T[] Column<T>(T[] values, int label)
    {
        var column = new T[Rows];
        for (int row = 0; row < Rows; row++) column[row] = values[(row * Labels.Count) + label];
        return column;
    }
}
