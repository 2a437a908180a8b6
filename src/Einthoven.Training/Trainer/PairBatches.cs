// Micro-batches of neighbouring segments: row order record 0 segment 0, record 0 segment 1, record 1 segment 0, … as ECG-FM feeds them.
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

    /// <summary>Prepares batches of the pairs of some recordings.</summary>
    /// <exception cref="DatasetException">No recording holds two segments.</exception>
    internal PairBatches(RecordStore store, int[] records, int samples, IReadOnlyList<WindowAugmentation> augmentations, int batch, int processes, ulong seed)
    {
        (_store, _samples, _seed) = (store, samples, seed);
        _pairs = SegmentPairs.Of(store, records, samples);
        if (_pairs.Length == 0) throw new DatasetException($"No recording holds two segments of {samples} samples: there are no pairs to learn from.");
        _reader = new WindowReader(store, samples, augmentations);
        _order = new EpochOrder(_pairs.Length, batch, processes, seed);
    }

    /// <inheritdoc/>
    public long PerEpoch => _order.PerEpoch;

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
            SegmentPair pair = _pairs[examples[(rank * pairs) + (row / 2)]];
            segments[row] = row % 2;
            records[row] = pair.Record;
            picks[row] = new WindowPick(pair.Record, (segments[row] == 0 ? pair.First : pair.Second) * _samples);
        }
        var values = new float[rows * _reader.WindowSize];
        _reader.Read(picks, _seed, Streams.Windows(microBatch, rank * rows), values);
        return new HostBatch(rows, _store.LeadCount, _samples, values, RecordIds: records, Segments: segments);
    }
}
