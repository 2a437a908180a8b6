// Writes predictions for people or programs: one writer a format.

namespace Einthoven.Models.Reporting;

/// <summary>An input that gave no prediction.</summary>
/// <param name="Path">The file, as it was given.</param>
/// <param name="Reason">Why, in plain words.</param>
public sealed record FailedInput(string Path, string Reason);

/// <summary>What a run over many recordings did.</summary>
/// <param name="Records">Recordings predicted.</param>
/// <param name="Windows">Their windows.</param>
/// <param name="Elapsed">From the first file to the last result.</param>
/// <param name="Failures">Inputs without a prediction.</param>
public sealed record RunSummary(int Records, int Windows, TimeSpan Elapsed, IReadOnlyList<FailedInput> Failures);

/// <summary>Writes predictions in one format, as they come.</summary>
public abstract class PredictionWriter : IDisposable
{
    /// <summary>Belongs to every result.</summary>
    public const string Notice = "Research use; not a medical device.";

    /// <summary>Writes one prediction.</summary>
    public abstract void Write(Prediction prediction);

    /// <summary>Writes what ends the document. Without predictions before, the document is still well formed.</summary>
    public abstract void Complete(RunSummary summary);

    /// <summary>Frees what the writer holds; the output stays open.</summary>
    public virtual void Dispose() => GC.SuppressFinalize(this);
}
