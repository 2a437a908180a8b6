// Micro-batches of a pretraining: windows, or pairs of them in the row order pair 0 first, pair 0 second, pair 1 first, … as ECG-FM feeds them.
using Einthoven.Training.Augmentation;
using Einthoven.Training.Data;
using Einthoven.Training.Recipes;

namespace Einthoven.Training.Trainer;

/// <summary>Examples from a store, each window varied by draws of its own.</summary>
internal sealed class PairBatches : IBatchSource
{
    private readonly RecordStore _store;
    private readonly Example[] _examples;
    private readonly WindowReader _reader;
    private readonly EpochOrder _order;
    private readonly int _samples;
    private readonly ulong _seed;
    private readonly int _rowsEach;

    private PairBatches(
        RecordStore store, Example[] examples, int rowsEach, int samples, IReadOnlyList<WindowAugmentation> augmentations, int batch, int processes, ulong seed)
    {
        (_store, _examples, _rowsEach, _samples, _seed) = (store, examples, rowsEach, samples, seed);
        _reader = new WindowReader(store, samples, augmentations);
        _order = new EpochOrder(examples.Length, batch, processes, seed);
    }

    /// <inheritdoc/>
    public long PerEpoch => _order.PerEpoch;

    /// <summary>The examples that an objective needs.</summary>
    /// <param name="store">Where the recordings lie.</param>
    /// <param name="splits">Splits to take them from.</param>
    /// <param name="objective">What they are for.</param>
    /// <param name="samples">Samples of a window.</param>
    /// <param name="augmentations">What varies every window.</param>
    /// <param name="batch">Examples of a micro-batch, over all processes.</param>
    /// <param name="processes">Processes.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <exception cref="DatasetException">There is no such example.</exception>
    internal static PairBatches Of(
        RecordStore store, string[] splits, PretrainingObjective objective, int samples, IReadOnlyList<WindowAugmentation> augmentations, int batch, int processes, ulong seed)
    {
        ExampleKind kind = objective.Examples();
        int[] records = store.InSplits(splits, kind == ExampleKind.Neighbours ? 2 * samples : samples);
        (Example[] examples, string missing) = kind switch
        {
            ExampleKind.Neighbours => (Neighbours(store, records, samples), $"No recording holds two segments of {samples} samples: there are no pairs to learn from."),
            ExampleKind.Patients => (SamePatient(store, records), $"No patient has two recordings of {samples} samples: there are no pairs to learn from."),
            // 3KG takes all views of a patient together, every other objective tells windows apart.
            _ => (Windows(store, records, samples, byPatient: objective == PretrainingObjective.ThreeKg), $"No recording holds a segment of {samples} samples."),
        };
        return examples.Length > 0
            ? new PairBatches(store, examples, kind == ExampleKind.Windows ? 1 : 2, samples, augmentations, batch, processes, seed)
            : throw new DatasetException(missing);
    }

    // Rows with one id are of one recording.
    private static Example[] Neighbours(RecordStore store, int[] records, int samples) =>
        [.. SegmentPairs.Of(store, records, samples).Select(p => new Example(new(p.Record, p.First * samples), new(p.Record, p.Second * samples), p.Record))];

    private static Example[] Windows(RecordStore store, int[] records, int samples, bool byPatient)
    {
        WindowPick[] windows = [.. records.SelectMany(record => Enumerable.Range(0, store.SegmentCount(record, samples)).Select(k => new WindowPick(record, k * samples)))];
        return [.. windows.Select((window, k) => new Example(window, window, byPatient ? store.Person(window.Record) : k))];
    }

    // Each recording with the patient's next one, the last with the first where there are more than two.
    private static Example[] SamePatient(RecordStore store, int[] records)
    {
        var examples = new List<Example>();
        foreach (IGrouping<int, int> person in records.GroupBy(store.Person))
        {
            int[] own = [.. person];
            int pairs = own.Length == 2 ? 1 : own.Length > 2 ? own.Length : 0;
            for (int k = 0; k < pairs; k++) examples.Add(new(new(own[k], 0), new(own[(k + 1) % own.Length], 0), examples.Count));
        }

        return [.. examples];
    }

    /// <inheritdoc/>
    public HostBatch Make(long microBatch, int rank)
    {
        int count = _order.RowsOfProcess, rows = _rowsEach * count;
        int[] chosen = _order.Examples(microBatch);
        var picks = new WindowPick[rows];
        var ids = new long[rows];
        var sides = new int[rows];
        for (int row = 0; row < rows; row++)
        {
            Example example = _examples[chosen[(rank * count) + (row / _rowsEach)]];
            sides[row] = row % _rowsEach;
            ids[row] = example.Id;
            picks[row] = sides[row] == 0 ? example.First : example.Second;
        }

        var values = new float[rows * _reader.WindowSize];
        _reader.Read(picks, _seed, Streams.Windows(microBatch, rank * rows), values);
        return new HostBatch(rows, _store.LeadCount, _samples, values, RecordIds: ids, Segments: sides);
    }

    private readonly record struct Example(WindowPick First, WindowPick Second, long Id);
}
