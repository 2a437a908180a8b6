// Prepares batches ahead of the compute thread; which examples and which draws depend on seed, epoch and step alone.
using System.Threading.Channels;
using Einthoven.Torch;
using Einthoven.Training.Augmentation;
using Einthoven.Training.Data;

namespace Einthoven.Training.Trainer;

/// <summary>A batch in main memory.</summary>
/// <param name="Values">[batch, leads, samples].</param>
/// <param name="Labels">[batch, labels]; 0 where unknown.</param>
/// <param name="Known">[batch, labels]: 1 where the label is known; null where all are.</param>
/// <param name="Samples">Samples of a lead.</param>
internal sealed record Batch(float[] Values, float[] Labels, float[]? Known, int Samples);

/// <summary>The batches of an epoch.</summary>
internal sealed class BatchLoader
{
    // Streams of one seed: each purpose has its own, so that changing one leaves the others as they were.
    private const ulong OrderStream = 1UL << 32;
    private const ulong VariationStream = 2UL << 32;
    private const int Ahead = 4;

    private readonly RecordStore _store;
    private readonly int[] _records;
    private readonly int _windowSamples;
    private readonly SupervisedAugmentation _augmentation;
    private readonly int _batch;
    private readonly ulong _seed;

    /// <param name="store">The recordings.</param>
    /// <param name="records">Those to draw from; an example is the first window of one.</param>
    /// <param name="windowSamples">Samples of a window.</param>
    /// <param name="augmentation">How windows are varied.</param>
    /// <param name="batch">Examples of a batch.</param>
    /// <param name="seed">Seed of every draw.</param>
    internal BatchLoader(RecordStore store, int[] records, int windowSamples, SupervisedAugmentation augmentation, int batch, ulong seed) =>
        (_store, _records, _windowSamples, _augmentation, _batch, _seed) = (store, records, windowSamples, augmentation, batch, seed);

    internal int StepsPerEpoch => _records.Length / _batch;

    /// <summary>The batches of an epoch in order, made by a thread of their own.</summary>
    internal IEnumerable<Batch> Epoch(int epoch, CancellationToken cancellation)
    {
        int[] order = new PhiloxRandom(_seed, OrderStream | (uint)epoch).Permutation(_records.Length);
        Channel<Batch> channel = Channel.CreateBounded<Batch>(Ahead);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task producer = Task.Run(
            async () =>
            {
                try
                {
                    for (int step = 0; step < StepsPerEpoch; step++)
                    {
                        long global = ((long)epoch * StepsPerEpoch) + step;
                        await channel.Writer.WriteAsync(Make(order.AsSpan(step * _batch, _batch), global), stop.Token).ConfigureAwait(false);
                    }
                    channel.Writer.Complete();
                }
                catch (Exception e)
                {
                    channel.Writer.Complete(e);
                }
            },
            CancellationToken.None);
        try
        {
            // The compute thread waits here on purpose: libtorch keeps its modes and its thread pool by thread.
            while (channel.Reader.WaitToReadAsync(cancellation).AsTask().GetAwaiter().GetResult())
                while (channel.Reader.TryRead(out Batch? batch)) yield return batch;
        }
        finally
        {
            stop.Cancel();
            producer.GetAwaiter().GetResult();
        }
    }

    private Batch Make(ReadOnlySpan<int> rows, long globalStep)
    {
        var random = new PhiloxRandom(_seed, VariationStream | (uint)globalStep);
        int samples = _augmentation.CropSamples > 0 ? _augmentation.CropSamples : _windowSamples;
        int leads = _store.LeadCount;
        int size = leads * samples;
        int labelCount = _store.Labels.Count;
        var window = new float[leads * _windowSamples];
        var values = new float[rows.Length * size];
        var labels = new float[rows.Length * labelCount];
        for (int k = 0; k < rows.Length; k++)
        {
            int record = _records[rows[k]];
            _store.Read(record, 0, _windowSamples, window);
            _augmentation.CopyVaried(window, values.AsSpan(k * size, size), leads, samples, random);
            _store.CopyLabels(record, labels.AsSpan(k * labelCount, labelCount));
        }
        float[]? known = null;
        if (Array.Exists(labels, float.IsNaN))
        {
            known = new float[labels.Length];
            for (int k = 0; k < labels.Length; k++)
            {
                known[k] = float.IsNaN(labels[k]) ? 0 : 1;
                if (float.IsNaN(labels[k])) labels[k] = 0;
            }
        }
        _augmentation.Mix(values, labels, rows.Length, random);
        return new Batch(values, labels, known, samples);
    }
}
