// Makes micro-batches ahead of the compute thread.
using System.Threading.Channels;

namespace Einthoven.Training.Trainer;

/// <summary>Runs a source on threads of its own and hands the batches over in order.</summary>
internal static class BatchQueue
{
    private const int Ahead = 4;

    /// <summary>Micro-batches from one number on, for ever; ended by leaving the loop.</summary>
    internal static IEnumerable<HostBatch> From(IBatchSource source, long first, int rank, CancellationToken cancellation)
    {
        Channel<HostBatch> channel = Channel.CreateBounded<HostBatch>(Ahead);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task producer = Task.Run(
            async () =>
            {
                try
                {
                    for (long k = first; ; k++) await channel.Writer.WriteAsync(source.Make(k, rank), stop.Token).ConfigureAwait(false);
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
                while (channel.Reader.TryRead(out HostBatch? batch)) yield return batch;
        }
        finally
        {
            stop.Cancel();
            producer.GetAwaiter().GetResult();
        }
    }
}
