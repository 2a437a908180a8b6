// The training of a head on features that are computed already.
using Einthoven.Models.Probes;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;
using Einthoven.Training.Data;
using Einthoven.Training.Objectives;
using Einthoven.Training.Recipes;
using Einthoven.Training.Trainer;

namespace Einthoven.Training.Probing;

/// <summary>A head, what it reads, and how it learns.</summary>
internal sealed class HeadTraining : IDisposable
{
    private readonly ProbeRecipe _recipe;
    private readonly RunOptions _options;
    private readonly RecordStore _store;
    private readonly FeatureTable _table;
    private readonly int[] _training;
    private readonly ProbeHead _head;
    private readonly MultiLabelObjective _objective;

    /// <summary>Prepares a head for the store's labels.</summary>
    /// <param name="recipe">How.</param>
    /// <param name="options">Where.</param>
    /// <param name="store">Has the labels.</param>
    /// <param name="table">Features of all recordings that teach, choose, or are scored.</param>
    /// <param name="training">Recordings that teach.</param>
    internal HeadTraining(ProbeRecipe recipe, RunOptions options, RecordStore store, FeatureTable table, int[] training)
    {
        (_recipe, _options, _store, _table, _training) = (recipe, options, store, table, training);
        _head = new ProbeHead(recipe.Pooling, table.Width, recipe.Heads, store.Labels.Count);
        _objective = new MultiLabelObjective(
            new HeadNetwork(_head), recipe.PositiveWeighting == PositiveWeighting.Balanced ? LabelChecks.PositiveWeights(store, training) : null);
        _objective.Network.Initialize(Streams.Initialization(recipe.Seed));
        (float[] mean, float[] deviation) = table.Spread(training);
        _head.Standardize(mean, deviation);
        if (recipe.PositiveWeighting == PositiveWeighting.None) _head.BeginAt(LabelChecks.Prevalence(store, training));
        _objective.Network.To(options.Device);
    }

    /// <summary>Trains; the head ends with its last weights, best.safetensors has the best.</summary>
    /// <exception cref="OperationCanceledException">It was ended; its state was saved.</exception>
    internal Progress Run(ProcessGroup group, string recipeText, int[] validation, CancellationToken cancellation) =>
        new TrainingLoop(new TrainingTask(
            _recipe, recipeText, _objective, new FeatureBatches(_table, _store, _training, _recipe.Batch, _recipe.Seed),
            () => Validation.Outcome(Validation.Table(_store, validation, Scores(validation))), _ => { }, group, _options)).Run(_options.Resume, cancellation);

    /// <summary>Takes the best weights of the run.</summary>
    internal void TakeBest()
    {
        using var scope = new Scope();
        using SafeTensorsFile best = SafeTensorsFile.Open(TrainingLoop.BestFile(_options.Folder));
        _objective.Network.Load(best.Tensors.ToDictionary(t => t.Name, t => Tensor.FromBytes(t.Data.Span, t.DType, t.Shape)));
    }

    /// <summary>Probabilities of recordings, row-major [records, labels].</summary>
    internal double[] Scores(int[] records)
    {
        int labels = _store.Labels.Count, each = _table.Positions * _table.Read;
        var scores = new double[records.Length * labels];
        using var noGrad = GradMode.Off();
        const int Rows = 512;
        for (int start = 0; start < records.Length; start += Rows)
        {
            using var scope = new Scope();
            int count = Math.Min(Rows, records.Length - start);
            Tensor x = Tensor.Empty([count, _table.Positions, _table.Read]);
            Span<float> values = x.AsSpan<float>();
            for (int k = 0; k < count; k++) _table[records[start + k]].CopyTo(values[(k * each)..]);
            _head.Read(x.To(_options.Device)).To(ScalarType.Float64).Sigmoid().CopyTo(scores.AsSpan(start * labels, count * labels));
        }
        return scores;
    }

    /// <inheritdoc/>
    public void Dispose() => _objective.Dispose();
}
