// Recordings prepared by a model's input contract and held in memory, with their labels.
using System.Runtime.ExceptionServices;
using Einthoven.Models.Contracts;
using Einthoven.Signals;

namespace Einthoven.Training.Data;

/// <summary>One example: the first window of a recording, float32 [leads, samples], and its labels.</summary>
public sealed record LabeledWindow(ManifestRow Row, ReadOnlyMemory<float> Values);

/// <summary>Examples of one shape.</summary>
public sealed record LabeledWindows(int Leads, int Samples, IReadOnlyList<LabeledWindow> Items)
{
    /// <summary>Reads and prepares recordings, on all cores, in the order of the rows.</summary>
    /// <param name="rows">What to read.</param>
    /// <param name="contract">How to prepare it.</param>
    /// <param name="progress">Told how many are done.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="DatasetException">A recording cannot be read or prepared; the first one is named.</exception>
    public static LabeledWindows Read(IReadOnlyList<ManifestRow> rows, InputContract contract, Action<int>? progress, CancellationToken cancellation)
    {
        var items = new LabeledWindow[rows.Count];
        int done = 0;
        try
        {
            Parallel.For(0, rows.Count, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, k =>
            {
                items[k] = new LabeledWindow(rows[k], Prepare(rows[k], contract, cancellation));
                int n = Interlocked.Increment(ref done);
                if (n % 500 == 0) progress?.Invoke(n);
            });
        }
        catch (AggregateException several)
        {
            // Each core may have met a fault of its own; one is enough to act on.
            ExceptionDispatchInfo.Throw(several.InnerExceptions[0]);
        }
        return new LabeledWindows(contract.Leads.Count, contract.WindowSamples, items);
    }

    private static ReadOnlyMemory<float> Prepare(ManifestRow row, InputContract contract, CancellationToken cancellation)
    {
        try
        {
            return contract.Apply(EcgRecord.Read(row.Path, cancellation))[0];
        }
        catch (Exception e) when (e is EcgFormatException or InputContractException)
        {
            throw new DatasetException($"Recording {row.Record} cannot be used: {e.Message}", e);
        }
    }
}
