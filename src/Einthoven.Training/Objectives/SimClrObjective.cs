// SimCLR: two views of one window shall be nearest to each other among all views of the batch.
// Source: Chen et al., "A simple framework for contrastive learning of visual representations", ICML 2020, eq. 1 (NT-Xent).
using Einthoven.Torch;

namespace Einthoven.Training.Objectives;

/// <summary>Settings of SimCLR.</summary>
public sealed record SimClrOptions
{
    /// <summary>What similarities are divided by.</summary>
    public double Temperature { get; init; } = 0.1;

    /// <summary>Whether no gradient flows through the vectors' norms, as in ECG-FM's framework; false: as published by SimCLR's authors.</summary>
    public bool DetachNorm { get; init; }

    /// <summary>Which form of the loss.</summary>
    public NtXentVariant Variant { get; init; }
}

/// <summary>Forms of NT-Xent.</summary>
public enum NtXentVariant
{
    /// <summary>As published: cross entropy of the partner among all other rows.</summary>
    Standard,

    /// <summary>
    /// As one widespread program (PyTorch Lightning Bolts, and ECG-SimCLR's on it): from each row's sum e is taken instead of the row's own
    /// term exp(1/T), which is right at temperature 1 only. For runs that must equal the original's.
    /// </summary>
    Bolts,
}

/// <summary>
/// Term <c>nt_xent</c>; the sample size is the number of rows. Rows with one record id are the two views of a window, marked by segment 0
/// and 1; the augmentation that makes them belongs to the batches.
/// </summary>
public sealed class SimClrObjective(ViewNetwork network, SimClrOptions options) : IObjective
{
    private const double BoltsFloor = 1e-6;

    /// <inheritdoc/>
    public Module Network => network;

    /// <inheritdoc/>
    public ObjectiveResult Compute(TrainingBatch batch, ObjectiveContext context)
    {
        context.SetMode(network);
        using Scope scope = new();
        (Tensor sum, double accuracy) = NtXentSum(network.Forward(batch.Windows, batch.ValidSamples), Partners(batch), options);
        return new([new("nt_xent", scope.Keep(sum))], batch.Windows.Size(0), new Dictionary<string, double> { ["accuracy"] = accuracy });
    }

    /// <summary>Sum over rows of −log softmax of the row's partner among all other rows, and the share of rows nearest to it.</summary>
    /// <param name="vectors">[rows, width].</param>
    /// <param name="partners">The other view of each row.</param>
    /// <param name="options">Settings.</param>
    public static (Tensor Sum, double Accuracy) NtXentSum(Tensor vectors, IReadOnlyList<int> partners, SimClrOptions options)
    {
        using Scope scope = new();
        long rows = vectors.Size(0);
        Tensor unit = CosineLogits.Unit(vectors, options.DetachNorm);
        bool[] self = new bool[rows * rows];
        for (long r = 0; r < rows; r++) self[r * (rows + 1)] = true;
        Tensor similarities = unit.Matmul(unit.Transpose(0, 1)) / options.Temperature;
        Tensor logits = similarities.MaskedFill(Tensor.From(self, rows, rows).To(vectors.Device), double.NegativeInfinity); // [rows, rows]
        Tensor partner = Tensor.From([.. partners.Select(p => (long)p)], rows).To(vectors.Device);
        double accuracy = logits.Argmax(1).Eq(partner).To(ScalarType.Float32).Mean().Item();
        if (options.Variant == NtXentVariant.Standard) return (scope.Keep(Losses.CrossEntropySum(logits, partner)), accuracy);
        Tensor others = (similarities.Exp().Sum([1]) - Math.E).Clamp(BoltsFloor, null) + BoltsFloor;
        return (scope.Keep((others.Log() - similarities.Gather(1, partner.View(rows, 1)).Squeeze(1)).Sum()), accuracy);
    }

    private static int[] Partners(TrainingBatch batch)
    {
        int rows = (int)batch.Windows.Size(0);
        if (batch.RecordIds is not { } ids || batch.Segments is not { } views || ids.Count != rows || views.Count != rows)
            throw new ArgumentException($"SimCLR needs a record id and a view, 0 or 1, for each of {rows} rows.");
        Dictionary<(long, int), int> found = [];
        for (int row = 0; row < rows; row++)
            if (!found.TryAdd((ids[row], views[row]), row)) throw new ArgumentException($"Rows {found[(ids[row], views[row])]} and {row} are the same view of record {ids[row]}.");
        return [.. Enumerable.Range(0, rows).Select(row => found.TryGetValue((ids[row], 1 - views[row]), out int other)
            ? other
            : throw new ArgumentException($"Row {row} has no second view of record {ids[row]}: SimCLR's batches are pairs."))];
    }

    /// <inheritdoc/>
    public void Dispose() => network.Dispose();
}
