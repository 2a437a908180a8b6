// Which examples make up which micro-batch, for any number of processes.
using Einthoven.Torch;

namespace Einthoven.Training.Trainer;

/// <summary>Shuffles examples anew every epoch and cuts them into micro-batches, of which every process takes an equal part.</summary>
internal sealed class EpochOrder
{
    private readonly int _examples;
    private readonly int _batch;
    private readonly int _processes;
    private readonly ulong _seed;
    private readonly Lock _lock = new();
    private long _epoch = -1;
    private int[] _order = [];

    /// <summary>Prepares orders.</summary>
    /// <exception cref="ArgumentException">The batch does not divide among the processes.</exception>
    internal EpochOrder(int examples, int batch, int processes, ulong seed)
    {
        if (batch % processes != 0) throw new ArgumentException($"A batch of {batch} does not divide among {processes} processes. Choose a multiple.");
        (_examples, _batch, _processes, _seed) = (examples, batch, processes, seed);
    }

    internal long PerEpoch => _examples / _batch;

    /// <summary>Positions in the whole micro-batch that a process has.</summary>
    internal int RowsOfProcess => _batch / _processes;

    /// <summary>The examples of a whole micro-batch, in order; process r has rows r · n to (r + 1) · n − 1.</summary>
    internal int[] Examples(long microBatch)
    {
        long epoch = microBatch / PerEpoch;
        int start = (int)(microBatch % PerEpoch) * _batch;
        lock (_lock)
        {
            if (epoch != _epoch)
            {
                _order = ((IRandomSource)Streams.Order(_seed, epoch)).Permutation(_examples);
                _epoch = epoch;
            }
            return _order.AsSpan(start, _batch).ToArray();
        }
    }
}
