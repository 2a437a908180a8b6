// Reads and prepares a list of files ahead on one thread, for a caller that computes.

using System.Collections.Concurrent;
using Einthoven.Models.Contracts;
using Einthoven.Models.Reporting;
using Einthoven.Signals;

namespace Einthoven.Models;

/// <summary>Recordings of a list of files, ready for a model.</summary>
public static class PreparedRecords
{
    // Enough to keep the network busy, few enough that memory does not grow with the list.
    private const int ReadAhead = 32;

    /// <summary>Reads and prepares every input, in their order, on a thread of its own that stays a little ahead.</summary>
    /// <param name="model">The model they are prepared for.</param>
    /// <param name="inputs">What to read.</param>
    /// <param name="options">Facts that the files may lack.</param>
    /// <param name="onFailure">Told of each input that cannot be used, on the calling thread.</param>
    /// <param name="standIn">Takes what has too few leads for the model; null: such recordings fail.</param>
    /// <param name="change">What is done to every recording first; null: nothing.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public static IEnumerable<PreparedRecord> Read(
        EcgModel model, IReadOnlyList<EcgInput> inputs, EcgReadOptions options, Action<FailedInput> onFailure,
        StandIn? standIn = null, Func<EcgRecord, EcgRecord>? change = null, CancellationToken cancellation = default)
    {
        Outcome Prepare(EcgInput input) => Read(model, input, options, standIn, change, cancellation);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var queue = new BlockingCollection<Outcome>(ReadAhead);
        var reader = new Thread(() => ReadAll(inputs, Prepare, queue, stop.Token)) { IsBackground = true, Name = "ECG reader" };
        reader.Start();
        try
        {
            foreach (Outcome outcome in queue.GetConsumingEnumerable(cancellation))
            {
                if (outcome.Record is { } record)
                    yield return record;
                else
                    onFailure(outcome.Failure!);
            }
        }
        finally
        {
            stop.Cancel();
            reader.Join();
        }
    }

    private static void ReadAll(
        IReadOnlyList<EcgInput> inputs, Func<EcgInput, Outcome> read, BlockingCollection<Outcome> queue, CancellationToken cancellation)
    {
        try
        {
            foreach (EcgInput input in inputs)
                queue.Add(read(input), cancellation);
        }
        catch (OperationCanceledException)
        {
            // The caller has seen enough.
        }

        queue.CompleteAdding();
    }

    private static Outcome Read(
        EcgModel model, EcgInput input, EcgReadOptions options, StandIn? standIn, Func<EcgRecord, EcgRecord>? change, CancellationToken cancellation)
    {
        if (input.Error is { } error)
            return Outcome.Failed(input, error.Reason);
        try
        {
            EcgRecord record = EcgRecord.Read(input.Path, options, cancellation);
            record = change?.Invoke(record) ?? record;
            return new Outcome(standIn?.Prepare(model.Description, record) ?? model.Prepare(record), null);
        }
        catch (EcgFormatException broken)
        {
            return Outcome.Failed(input, broken.Reason);
        }
        catch (InputContractException refused)
        {
            return Outcome.Failed(input, refused.Reason);
        }
        catch (Exception unforeseen) when (unforeseen is not (OperationCanceledException or OutOfMemoryException))
        {
            // One file must never take the others with it.
            return Outcome.Failed(input, $"{unforeseen.GetType().Name}: {unforeseen.Message}");
        }
    }

    private sealed record Outcome(PreparedRecord? Record, FailedInput? Failure)
    {
        public static Outcome Failed(EcgInput input, string reason) => new(null, new FailedInput(input.Path, reason));
    }
}
