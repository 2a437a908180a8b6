// Predicts a list of files, and goes on where one is broken.

using System.Diagnostics;
using Einthoven.Models.Reporting;
using Einthoven.Signals;

namespace Einthoven.Models;

/// <summary>Predictions of many files in one run.</summary>
public static class PredictionRun
{
    /// <summary>Reads, prepares and predicts every input, in their order.</summary>
    /// <param name="model">The model; used on the calling thread only.</param>
    /// <param name="inputs">What to read.</param>
    /// <param name="options">Facts that the files may lack.</param>
    /// <param name="batch">Windows in one forward pass, at least 1.</param>
    /// <param name="onPrediction">Told of each prediction, on the calling thread.</param>
    /// <param name="onFailure">Told of each input that gave none, on the calling thread.</param>
    /// <param name="standIn">Answers recordings with too few leads for the model; null: they fail.</param>
    /// <param name="change">What is done to every recording first; null: nothing.</param>
    /// <param name="cancellation">Ends the run after the batch at hand; what was told until then stands.</param>
    /// <returns>What was done; after a cancellation, until then.</returns>
    public static RunSummary Run(
        EcgModel model,
        IReadOnlyList<EcgInput> inputs,
        EcgReadOptions options,
        int batch,
        Action<Prediction> onPrediction,
        Action<FailedInput> onFailure,
        StandIn? standIn = null,
        Func<EcgRecord, EcgRecord>? change = null,
        CancellationToken cancellation = default)
    {
        var clock = Stopwatch.StartNew();
        var failures = new List<FailedInput>();
        int records = 0;
        int windows = 0;

        try
        {
            foreach (IReadOnlyList<PreparedRecord> together in EcgModel.Groups(PreparedRecords.Read(model, inputs, options, Fail, standIn, change, cancellation), batch))
            {
                foreach (Prediction prediction in (together[0].By?.Model ?? model).Predict(together, batch))
                {
                    onPrediction(prediction);
                    records++;
                    windows += prediction.Windows;
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // What was predicted until now stands.
        }

        return new RunSummary(records, windows, clock.Elapsed, failures);

        void Fail(FailedInput failure)
        {
            failures.Add(failure);
            onFailure(failure);
        }
    }
}
