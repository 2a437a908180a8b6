// A micro-batch in main memory, and who makes them.
using Einthoven.Models.Text;
using Einthoven.Torch;
using Einthoven.Training.Objectives;

namespace Einthoven.Training.Trainer;

/// <summary>One process's part of a micro-batch, row-major.</summary>
/// <param name="Rows">Examples.</param>
/// <param name="Leads">Leads.</param>
/// <param name="Samples">Samples of a lead.</param>
/// <param name="Values">[rows, leads, samples].</param>
/// <param name="Labels">[rows, labels], 0 where unknown; null where nothing is labelled.</param>
/// <param name="Known">[rows, labels], 1 where known; null where all are.</param>
/// <param name="RecordIds">The recording of each row, for objectives that pair rows.</param>
/// <param name="Segments">Which of its recording's two segments each row is.</param>
internal sealed record HostBatch(
    int Rows, int Leads, int Samples, float[] Values, float[]? Labels = null, float[]? Known = null,
    long[]? RecordIds = null, int[]? Segments = null)
{
    /// <summary>The text of each row; null: there is none.</summary>
    internal TokenBatch? Texts { get; init; }

    /// <summary>The texts that the first rows shall be written as; null: none.</summary>
    internal TokenBatch? Written { get; init; }

    /// <summary>True where the text of one row holds for the ECG of another too, [ECGs, texts]; null: nothing is known.</summary>
    internal bool[]? AlsoTrue { get; init; }

    /// <summary>The batch as tensors on a device.</summary>
    internal TrainingBatch On(Device device) => new(
        Tensor.From(Values, Rows, Leads, Samples).To(device),
        Labels is null ? null : Tensor.From(Labels, Rows, Labels.Length / Rows).To(device),
        Known is null ? null : Tensor.From(Known, Rows, Known.Length / Rows).To(device),
        RecordIds,
        Segments)
    {
        Texts = Texts,
        Written = Written,
        AlsoTrue = AlsoTrue,
    };
}

/// <summary>Makes the micro-batches of a run; safe to call from any thread.</summary>
internal interface IBatchSource
{
    /// <summary>Micro-batches of an epoch.</summary>
    long PerEpoch { get; }

    /// <summary>One process's part of a micro-batch: a function of its number and the process's rank alone.</summary>
    HostBatch Make(long microBatch, int rank);
}
