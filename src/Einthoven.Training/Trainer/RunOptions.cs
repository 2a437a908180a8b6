// Where and how a training is carried out, whatever it trains.
using Einthoven.Torch;

namespace Einthoven.Training.Trainer;

/// <summary>Where and how a run is carried out, beside its recipe and data.</summary>
/// <param name="Folder">Where the run is kept.</param>
/// <param name="Resume">Whether to go on with the run that the folder holds; without it the folder must hold none.</param>
/// <param name="Command">The command line, for the card.</param>
/// <param name="Device">Where to compute.</param>
/// <param name="Show">Told of progress.</param>
public sealed record RunOptions(string Folder, bool Resume, string Command, Device Device, Action<TrainingProgress> Show)
{
    /// <summary>Updates after which this call ends as if interrupted, for machines that are lent by the hour; null: none.</summary>
    public long? StopAfterUpdates { get; init; }

    /// <summary>Where the packed recordings are kept, for runs that share them; null: in the run's folder.</summary>
    public string? StoreFolder { get; init; }

    /// <summary>The processes of the run, for programs that form the group themselves; the run disposes it. Null: as the environment says.</summary>
    public ProcessGroup? Group { get; init; }
}
