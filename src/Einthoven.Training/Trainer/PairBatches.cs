// Micro-batches of pairs of segments: row order pair 0 segment 0, pair 0 segment 1, pair 1 segment 0, … as ECG-FM feeds them.
using Einthoven.Training.Augmentation;
using Einthoven.Training.Data;

namespace Einthoven.Training.Trainer;

/// <summary>Pairs of segments from a store, each segment varied by draws of its own.</summary>
internal sealed class PairBatches : IBatchSource
{
    private readonly RecordStore _store;
    private readonly SegmentPair[] _pairs;
    private readonly WindowReader _reader;
    private readonly EpochOrder _order;
    private readonly int _samples;
    private readonly ulong _seed;
    private readonly bool _twice;

    private PairBatches(
        RecordStore store, SegmentPair[] pairs, int samples, IReadOnlyList<WindowAugmentation> augmentations, int batch, int processes, ulong seed, bool twice)
    {
        (_store, _pairs, _samples, _seed, _twice) = (store, pairs, samples, seed, twice);
        _reader = new WindowReader(store, samples, augmentations);
        _order = new EpochOrder(pairs.Length, batch, processes, seed);
    }

    /// <inheritdoc/>
    public long PerEpoch => _order.PerEpoch;

    /// <summary>Pairs of neighbouring segments; rows with one record id are of one recording.</summary>
    /// <exception cref="DatasetException">No recording holds two segments.</exception>
    internal static PairBatches Neighbours(
        RecordStore store, int[] records, int samples, IReadOnlyList<WindowAugmentation> augmentations, int batch, int processes, ulong seed)
    {
        SegmentPair[] pairs = SegmentPairs.Of(store, records, samples);
        return pairs.Length > 0
            ? new PairBatches(store, pairs, samples, augmentations, batch, processes, seed, twice: false)
            : throw new DatasetException($"No recording holds two segments of {samples} samples: there are no pairs to learn from.");
    }

    /// <summary>Every segment twice, varied differently; rows with one record id are views of one segment.</summary>
    /// <exception cref="DatasetException">No recording holds a segment.</exception>
    internal static PairBatches Views(
        RecordStore store, int[] records, int samples, IReadOnlyList<WindowAugmentation> augmentations, int batch, int processes, ulong seed)
    {
        SegmentPair[] pairs =
            [.. records.SelectMany(record => Enumerable.Range(0, store.SegmentCount(record, samples)).Select(k => new SegmentPair(record, k, k)))];
        return pairs.Length > 0
            ? new PairBatches(store, pairs, samples, augmentations, batch, processes, seed, twice: true)
            : throw new DatasetException($"No recording holds a segment of {samples} samples.");
    }

    /// <inheritdoc/>
    public HostBatch Make(long microBatch, int rank)
    {
        int pairs = _order.RowsOfProcess, rows = 2 * pairs;
        int[] examples = _order.Examples(microBatch);
        var picks = new WindowPick[rows];
        var records = new long[rows];
        var segments = new int[rows];
        for (int row = 0; row < rows; row++)
        {
            int example = examples[(rank * pairs) + (row / 2)];
            SegmentPair pair = _pairs[example];
            segments[row] = row % 2;
            records[row] = _twice ? example : pair.Record;
            picks[row] = new WindowPick(pair.Record, (segments[row] == 0 ? pair.First : pair.Second) * _samples);
        }
        var values = new float[rows * _reader.WindowSize];
        _reader.Read(picks, _seed, Streams.Windows(microBatch, rank * rows), values);
        return new HostBatch(rows, _store.LeadCount, _samples, values, RecordIds: records, Segments: segments);
    }
}
