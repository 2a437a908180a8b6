// Supervised micro-batches from a store: one varied window a recording, mixed with a partner's.
using Einthoven.Models.Contracts;
using Einthoven.Torch;
using Einthoven.Training.Augmentation;
using Einthoven.Training.Data;

namespace Einthoven.Training.Trainer;

/// <summary>Labelled windows of a store's recordings.</summary>
internal sealed class LabeledBatches : IBatchSource
{
    private readonly RecordStore _store;
    private readonly int[] _records;
    private readonly SupervisedAugmentation _augmentation;
    private readonly EpochOrder _order;
    private readonly int _windowSamples;
    private readonly int _leads;
    private readonly bool _anyLead;
    private readonly int _samples;
    private readonly ulong _seed;
    private readonly TeacherScores? _teachers;
    private readonly HelperValues? _helpers;

    /// <summary>Prepares batches of some recordings; teachers' probabilities are mixed into the labels where there are any, helpers stand behind them.</summary>
    internal LabeledBatches(
        RecordStore store, int[] records, SupervisedAugmentation augmentation, InputContract input, int batch, int processes, ulong seed,
        TeacherScores? teachers = null, HelperValues? helpers = null)
    {
        (_teachers, _helpers) = (teachers, helpers);
        (_store, _records, _augmentation, _windowSamples, _leads, _seed) = (store, records, augmentation, input.WindowSamples, input.Leads.Count, seed);
        _anyLead = input.AnyLead;
        _samples = augmentation.SamplesOf(input);
        _order = new EpochOrder(records.Length, batch, processes, seed);
    }

    /// <inheritdoc/>
    public long PerEpoch => _order.PerEpoch;

    /// <inheritdoc/>
    public HostBatch Make(long microBatch, int rank)
    {
        int[] examples = _order.Examples(microBatch);
        int rows = _order.RowsOfProcess, leads = _leads, size = leads * _samples, labelCount = _store.Labels.Count + (_helpers?.Names.Count ?? 0);
        var values = new float[rows * size];
        var labels = new float[rows * labelCount];
        var whole = new float[_store.LeadCount * _windowSamples];
        var random = Streams.MicroBatch(_seed, microBatch);
        float own = _augmentation.MixupAlpha > 0 && examples.Length > 1 ? (float)_augmentation.DrawShare(random) : 1;
        int[] partners = own < 1 ? random.Permutation(examples.Length) : [];
        var partnerValues = new float[own < 1 ? size : 0];
        var partnerLabels = new float[labelCount];
        for (int row = 0; row < rows; row++)
        {
            int position = (rank * rows) + row;
            Span<float> rowValues = values.AsSpan(row * size, size), rowLabels = labels.AsSpan(row * labelCount, labelCount);
            Fill(microBatch, position, examples, whole, rowValues, rowLabels);
            if (own == 1) continue;
            // The partner is made here too, wherever it belongs: batches do not depend on how many processes share them.
            Fill(microBatch, partners[position], examples, whole, partnerValues, partnerLabels);
            Blend(rowValues, partnerValues, own);
            Blend(rowLabels, partnerLabels, own);
        }
        return new HostBatch(rows, leads, _samples, values, labels, TakeUnknown(labels));
    }

    /// <summary>Puts 0 in the place of unknown labels and tells which are known: 1 known, 0 not; null where all are.</summary>
    internal static float[]? TakeUnknown(float[] labels)
    {
        if (!Array.Exists(labels, float.IsNaN)) return null;
        float[] known = [.. labels.Select(label => float.IsNaN(label) ? 0f : 1f)];
        for (int k = 0; k < labels.Length; k++)
            if (float.IsNaN(labels[k])) labels[k] = 0;
        return known;
    }

    private void Fill(long microBatch, int position, int[] examples, float[] whole, Span<float> values, Span<float> labels)
    {
        int record = _records[examples[position]];
        var random = Streams.Example(_seed, microBatch, position);
        int spare = Math.Max(0, _store.Samples(record) - _windowSamples);
        int first = spare > 0 ? (int)random.Integer(spare + 1) : 0;
        _store.Read(record, first, _windowSamples, whole);
        Span<float> window = whole.AsSpan(0, _leads * _windowSamples);
        if (_anyLead)
        {
            window = new float[_windowSamples];
            AnyLeadDraw.Pick(whole, window, random);
        }
        else if (_augmentation.OtherLimbLeads > 0)
        {
            window = new float[_windowSamples];
            LimbLeadChoice.Pick(whole, window, _augmentation.OtherLimbLeads, random);
        }

        _augmentation.CopyVaried(window, values, _leads, _samples, random);
        int own = _store.Labels.Count;
        _store.CopyLabels(record, labels[..own]);
        _teachers?.Blend(record, labels[..own]);
        _helpers?.CopyTo(record, labels[own..]);
    }

    // An unknown label stays unknown in a mixture: NaN wins.
    private static void Blend(Span<float> row, ReadOnlySpan<float> partner, float own)
    {
        for (int k = 0; k < row.Length; k++) row[k] = (own * row[k]) + ((1 - own) * partner[k]);
    }
}
