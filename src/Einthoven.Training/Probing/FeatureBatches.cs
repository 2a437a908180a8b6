// Micro-batches of features with labels, shaped for the training loop.
using Einthoven.Models;
using Einthoven.Models.Probes;
using Einthoven.Torch;
using Einthoven.Training.Data;
using Einthoven.Training.Trainer;

namespace Einthoven.Training.Probing;

/// <summary>Features of a table's recordings in shuffled micro-batches; a batch's rows are [positions, read].</summary>
internal sealed class FeatureBatches(FeatureTable table, RecordStore store, int[] records, int batch, ulong seed) : IBatchSource
{
    // A small share of the labels may not fill a batch: then all of it is one.
    private readonly EpochOrder _order = new(records.Length, Math.Min(batch, records.Length), 1, seed);

    /// <inheritdoc/>
    public long PerEpoch => _order.PerEpoch;

    /// <inheritdoc/>
    public HostBatch Make(long microBatch, int rank)
    {
        int[] examples = _order.Examples(microBatch);
        int size = table.Positions * table.Read, labelCount = store.Labels.Count;
        var values = new float[examples.Length * size];
        var labels = new float[examples.Length * labelCount];
        for (int row = 0; row < examples.Length; row++)
        {
            int record = records[examples[row]];
            table[record].CopyTo(values, row * size);
            store.CopyLabels(record, labels.AsSpan(row * labelCount));
        }
        return new HostBatch(examples.Length, table.Positions, table.Read, values, labels, LabeledBatches.TakeUnknown(labels));
    }
}

/// <summary>A probe's head in the place of a network: its windows are gathered features.</summary>
internal sealed class HeadNetwork : EcgNetwork
{
    private readonly ProbeHead _head;

    internal HeadNetwork(ProbeHead head) => _head = Child("head", head);

    /// <inheritdoc/>
    public override string HeadPrefix => "head.";

    /// <inheritdoc/>
    public override IReadOnlyList<FeatureLayer> Layers => [];

    /// <inheritdoc/>
    public override Tensor Forward(Tensor windows, StageObserver? observe = null) => _head.Read(windows);
}
