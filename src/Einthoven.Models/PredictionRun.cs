// Predicts a list of files: reads ahead on one thread, computes on the calling one, goes on where a file is broken.

using System.Collections.Concurrent;
using System.Diagnostics;
using Einthoven.Models.Contracts;
using Einthoven.Models.Reporting;
using Einthoven.Signals;

namespace Einthoven.Models;

/// <summary>Predictions of many files in one run.</summary>
public static class PredictionRun
{
    // Enough to keep the network busy, few enough that memory does not grow with the list.
    private const int ReadAhead = 32;

    /// <summary>Reads, prepares and predicts every input, in their order.</summary>
    /// <param name="model">The model; used on the calling thread only.</param>
    /// <param name="inputs">What to read.</param>
    /// <param name="options">Facts that the files may lack.</param>
    /// <param name="batch">Windows in one forward pass, at least 1.</param>
    /// <param name="onPrediction">Told of each prediction, on the calling thread.</param>
    /// <param name="onFailure">Told of each input that gave none, on the calling thread.</param>
    /// <param name="cancellation">Ends the run after the batch at hand; what was told until then stands.</param>
    /// <returns>What was done; after a cancellation, until then.</returns>
    public static RunSummary Run(
        EcgModel model,
        IReadOnlyList<EcgInput> inputs,
        EcgReadOptions options,
        int batch,
        Action<Prediction> onPrediction,
        Action<FailedInput> onFailure,
        CancellationToken cancellation = default)
    {
        var clock = Stopwatch.StartNew();
        var failures = new List<FailedInput>();
        int records = 0;
        int windows = 0;

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var queue = new BlockingCollection<Outcome>(ReadAhead);
        var reader = new Thread(() => ReadAll(model, inputs, options, queue, stop.Token)) { IsBackground = true, Name = "ECG reader" };
        reader.Start();
        try
        {
            foreach (Prediction prediction in model.PredictMany(Prepared(), batch))
            {
                onPrediction(prediction);
                records++;
                windows += prediction.Windows;
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // What was predicted until now stands.
        }
        finally
        {
            stop.Cancel();
            reader.Join();
        }

        return new RunSummary(records, windows, clock.Elapsed, failures);

        IEnumerable<PreparedRecord> Prepared()
        {
            foreach (Outcome outcome in queue.GetConsumingEnumerable(cancellation))
            {
                if (outcome.Record is { } record)
                {
                    yield return record;
                }
                else
                {
                    failures.Add(outcome.Failure!);
                    onFailure(outcome.Failure!);
                }
            }
        }
    }

    private static void ReadAll(
        EcgModel model, IReadOnlyList<EcgInput> inputs, EcgReadOptions options, BlockingCollection<Outcome> queue, CancellationToken cancellation)
    {
        try
        {
            foreach (EcgInput input in inputs)
                queue.Add(Read(model, input, options, cancellation), cancellation);
        }
        catch (OperationCanceledException)
        {
            // The caller has seen enough.
        }

        queue.CompleteAdding();
    }

    private static Outcome Read(EcgModel model, EcgInput input, EcgReadOptions options, CancellationToken cancellation)
    {
        if (input.Error is { } error)
            return Outcome.Failed(input, error.Reason);
        try
        {
            return new Outcome(model.Prepare(EcgRecord.Read(input.Path, options, cancellation)), null);
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
