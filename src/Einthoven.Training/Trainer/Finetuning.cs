// Supervised training from a recipe to a model package.
using Einthoven.Evaluation;
using Einthoven.Models;
using Einthoven.Models.Packages;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;
using Einthoven.Training.Data;
using Einthoven.Training.Objectives;
using Einthoven.Training.Probing;
using Einthoven.Training.Recipes;

namespace Einthoven.Training.Trainer;

/// <summary>What a run gave.</summary>
/// <param name="Folder">The model package.</param>
/// <param name="Report">Areas on the validation splits; without labels where values are learned.</param>
/// <param name="Epoch">The epoch that was chosen.</param>
public sealed record FinetuneResult(string Folder, AurocReport Report, int Epoch)
{
    /// <summary>The task's own figures on the validation splits, the most telling first.</summary>
    public IReadOnlyList<TaskFigure> Figures { get; init; } = [];
}

/// <summary>
/// A supervised run. Its folder holds recipe.json, the packed recordings (store/), log.jsonl, report.html, state.safetensors (to resume) and
/// best.safetensors; the model package is written into its subfolder "model" at the end.
/// </summary>
public sealed class Finetuning
{
    private readonly FinetuneRecipe _recipe;
    private readonly Manifest _manifest;
    private readonly RunOptions _options;
    private readonly string? _startFrom;

    /// <summary>Prepares a run.</summary>
    /// <param name="recipe">What to do.</param>
    /// <param name="manifest">On which recordings.</param>
    /// <param name="options">Where and how.</param>
    /// <param name="startFrom">A model (name or package), or a pretraining (folder or weights), whose weights the run begins with; its head is kept where the labels are the same. Null: random weights.</param>
    public Finetuning(FinetuneRecipe recipe, Manifest manifest, RunOptions options, string? startFrom = null)
    {
        recipe.Validate();
        (_recipe, _manifest, _options, _startFrom) = (recipe, manifest, options, startFrom);
    }

    /// <summary>Trains, chooses the epoch and the thresholds on the validation splits, and writes the package.</summary>
    /// <returns>The result; null in every process but the first.</returns>
    /// <exception cref="DatasetException">The data cannot be used, or the folder holds a run already.</exception>
    /// <exception cref="CheckpointException">The state in the folder cannot be resumed.</exception>
    /// <exception cref="OperationCanceledException">The run was ended; its state was saved.</exception>
    public FinetuneResult? Run(CancellationToken cancellation)
    {
        string recipeText = RecipeJson.Write(_recipe);
        using ProcessGroup group = RunFolder.Begin(_options, recipeText);
        using RecordStore store = RunFolder.Pack(_manifest, _recipe.PackedInput(), [.. _recipe.TrainSplits, .. _recipe.ValidationSplits], _options, group, cancellation);
        int[] training = TrainingShare.Of(store, store.InSplits([.. _recipe.TrainSplits]), _recipe), validation = store.InSplits([.. _recipe.ValidationSplits]);
        SupervisedTask task = SupervisedTask.Of(_recipe, store, training, validation);
        if (group.IsFirst) _options.Show(new($"{training.Length} training and {validation.Length} validation recordings, {store.Labels.Count} labels", true));
        if (group.IsFirst && _recipe.Task == ModelTask.MultiLabel)
            foreach (string line in LabelChecks.Warnings(store, training, validation)) _options.Show(new(line, true));

        TeacherScores? teachers = TeacherScores.Read(_recipe.Teaching, store);
        if (group.IsFirst && teachers is not null)
            _options.Show(new($"taught beside the labels by {_recipe.Teaching.Scores.Count} score table{(_recipe.Teaching.Scores.Count == 1 ? "" : "s")} about {teachers.Count} recordings, weight {_recipe.Teaching.Weight}", true));

        HelperValues? helpers = HelperValues.Read(_recipe.Helpers, store, training);
        if (group.IsFirst && helpers is not null)
            _options.Show(new($"learned beside the labels: {helpers.Names.Count} values of {helpers.Count} recordings, weight {helpers.Weight}", true));

        EcgNetwork network = ModelFamilies.Get(_recipe.Family).Build(_recipe.Name, _recipe.Network, _recipe.Input, store.Labels.Count + (helpers?.Names.Count ?? 0));
        using IObjective objective = task.Objective(network, helpers);
        network.Initialize(Streams.Initialization(_recipe.Seed));
        if (_startFrom is not null) task.Before = LoadBody(network, store.Labels);
        else if (network is IStandardizing standardizing) Standardize(standardizing, store, training, cancellation);
        network.To(_options.Device);
        var batches = new LabeledBatches(store, training, _recipe.Augmentation, _recipe.Input, _recipe.Batch, group.Size, _recipe.Seed, teachers, helpers);
        var loop = new TrainingLoop(new TrainingTask(
            _recipe, recipeText, objective, batches, () => Validate(task, network, validation), type => network.ComputeType = type,
            group, _options));
        Progress progress = loop.Run(_options.Resume, cancellation);
        if (!group.IsFirst) return null;
        network.ComputeType = ScalarType.Float32;
        using SafeTensorsFile best = SafeTensorsFile.Open(TrainingLoop.BestFile(_options.Folder));
        FinetuneResult result = new PackageWriter(_recipe, _manifest.Name, _options, progress)
            .Write(Path.Combine(_options.Folder, "model"), best.Tensors, network, store, validation, task, helpers?.Names.Count ?? 0);
        TrainingReport.Write(_options.Folder, _recipe.Name);
        return result;
    }

    private void Standardize(IStandardizing network, RecordStore store, int[] training, CancellationToken cancellation)
    {
        network.Standardize(Batches());

        IEnumerable<Tensor> Batches()
        {
            int size = store.LeadCount * _recipe.Input.WindowSamples, done = 0;
            foreach (int[] records in training.Chunk(_recipe.Batch))
            {
                cancellation.ThrowIfCancellationRequested();
                _options.Show(new($"reading the training recordings for their scale: {done += records.Length} of {training.Length}", false));
                var values = new float[records.Length * size];
                for (int k = 0; k < records.Length; k++) store.Read(records[k], 0, _recipe.Input.WindowSamples, values.AsSpan(k * size, size));
                using Tensor windows = Tensor.From(values, records.Length, store.LeadCount, _recipe.Input.WindowSamples);
                yield return windows;
            }
        }
    }

    private ValidationOutcome Validate(SupervisedTask task, EcgNetwork network, int[] validation)
    {
        network.Eval();
        return task.Validate(network, validation, _options.Device);
    }

    /// <summary>A model's weights, but for a head that answers to other labels; or the encoder of a pretraining's weights.</summary>
    /// <returns>The model's labels where they are the same.</returns>
    private IReadOnlyList<ModelLabel>? LoadBody(EcgNetwork network, IReadOnlyList<string> labels)
    {
        string? name = null;
        IReadOnlyList<ModelLabel>? before = null;
        if (EncoderSource.WeightsOf(_startFrom!) is null)
        {
            using ModelPackage package = ModelCatalog.Open(_startFrom!);
            name = package.Description.Name;
            if (package.Description.Labels.Select(label => label.Key).SequenceEqual(labels)) before = package.Description.Labels;
        }
        EncoderSource.LoadWeights(_startFrom!, network, head: before is not null);
        _options.Show(new($"begins with the weights of {name ?? _startFrom}{(before is not null ? "" : ", with a new head")}", true));
        return before;
    }
}
