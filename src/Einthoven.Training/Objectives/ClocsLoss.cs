// The contrasts of CLOCS: views of one recording, and of one patient's other recordings.
// Source: Kiyasseh, Zhu, Clifton, "CLOCS", ICML 2021, §4; danikiyasseh/CLOCS, prepare_miscellaneous.py (facts).
using Einthoven.Torch;

namespace Einthoven.Training.Objectives;

/// <summary>Settings of CLOCS.</summary>
public sealed record ClocsOptions
{
    /// <summary>What similarities are divided by.</summary>
    public double Temperature { get; init; } = 0.1;

    /// <summary>
    /// As the published program: of several pairs of views only the last counts, yet the loss is divided by the number of all. For runs that
    /// must equal the original's.
    /// </summary>
    public bool LastPairOnly { get; init; }
}

/// <summary>The loss of CLOCS.</summary>
public static class ClocsLoss
{
    /// <summary>
    /// Mean over pairs of views and over its 2 to 4 terms of −log softmax: of row i at i, by row and by column, and, where rows share a patient,
    /// at the cells above the diagonal by row and below it by column.
    /// </summary>
    /// <param name="views">[rows, width, views].</param>
    /// <param name="patients">Whose each row is; null: nobody's, and only a row's own views belong together (CMC).</param>
    /// <param name="options">Settings.</param>
    public static Tensor Compute(Tensor views, IReadOnlyList<long>? patients, ClocsOptions options)
    {
        using Scope scope = new();
        (int rows, int count) = ((int)views.Size(0), (int)views.Size(2));
        if (count < 2) throw new ArgumentException("CLOCS compares at least two views.");
        Tensor own = Cells(rows, (i, j) => i == j), above = Cells(rows, (i, j) => i < j && Same(i, j)), below = Cells(rows, (i, j) => i > j && Same(i, j));
        bool shared = above.Sum().Item() > 0;
        (own, above, below) = (own.To(views.Device), above.To(views.Device), below.To(views.Device));
        int pairs = count * (count - 1) / 2;
        var terms = new List<Tensor>();
        for (int a = 0; a < count; a++)
        {
            for (int b = a + 1; b < count; b++)
            {
                if (options.LastPairOnly && a != count - 2) continue;
                Tensor logits = CosineLogits.Between(views.Select(2, a), views.Select(2, b), options.Temperature);
                Tensor byRow = logits.LogSoftmax(1), byColumn = logits.LogSoftmax(0);
                terms.Add(Mean(byRow, own) + Mean(byColumn, own));
                if (shared) terms.Add(Mean(byRow, above) + Mean(byColumn, below));
            }
        }

        return scope.Keep(Tensor.Stack(terms).Sum() / (pairs * (shared ? 4 : 2)));

        bool Same(int i, int j) => patients is not null && patients[i] == patients[j];
    }

    private static Tensor Mean(Tensor logarithms, Tensor cells) => -(logarithms * cells).Sum() / cells.Sum().Item();

    private static Tensor Cells(int rows, Func<int, int, bool> holds)
    {
        var cells = new float[rows * rows];
        for (int k = 0; k < cells.Length; k++) cells[k] = holds(k / rows, k % rows) ? 1 : 0;
        return Tensor.From(cells, rows, rows);
    }
}
