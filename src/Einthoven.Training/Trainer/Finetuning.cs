// Supervised training from a recipe to a model package.
using Einthoven.Evaluation;
using Einthoven.Models;
using Einthoven.Models.EcgFm;
using Einthoven.Models.Packages;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;
using Einthoven.Training.Data;
using Einthoven.Training.Objectives;
using Einthoven.Training.Recipes;

namespace Einthoven.Training.Trainer;

/// <summary>What a run gave.</summary>
/// <param name="Folder">The model package.</param>
/// <param name="Report">Areas on the validation splits.</param>
/// <param name="Epoch">The epoch that was chosen.</param>
public sealed record FinetuneResult(string Folder, AurocReport Report, int Epoch);

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
    /// <param name="startFrom">A model (name or package) whose weights the run begins with; its head is kept where the labels are the same. Null: random weights.</param>
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
        using RecordStore store = RunFolder.Pack(_manifest, _recipe.Input, [.. _recipe.TrainSplits, .. _recipe.ValidationSplits], _options, group, cancellation);
        int[] training = store.InSplits([.. _recipe.TrainSplits]), validation = store.InSplits([.. _recipe.ValidationSplits]);
        RequireBothClasses(store, training);
        if (group.IsFirst) _options.Show(new($"{training.Length} training and {validation.Length} validation recordings, {store.Labels.Count} labels", true));

        EcgNetwork network = ModelFamilies.Get(_recipe.Family).Create(_recipe.Network, store.Labels.Count);
        using var objective = new MultiLabelObjective(
            network, _recipe.PositiveWeighting == PositiveWeighting.Balanced ? PositiveWeights(store, training) : null);
        network.Initialize(Streams.Initialization(_recipe.Seed));
        if (_startFrom is not null) LoadBody(network, store.Labels);
        network.To(_options.Device);
        var batches = new LabeledBatches(store, training, _recipe.Augmentation, _recipe.Input.WindowSamples, _recipe.Batch, group.Size, _recipe.Seed);
        var loop = new TrainingLoop(new TrainingTask(
            _recipe, recipeText, objective, batches, () => Validate(network, store, validation), type => network.ComputeType = type,
            group, _options));
        Progress progress = loop.Run(_options.Resume, cancellation);
        if (!group.IsFirst) return null;
        network.ComputeType = ScalarType.Float32;
        FinetuneResult result = new PackageWriter(_recipe, _manifest.Name, _options, progress).Write(
            Path.Combine(_options.Folder, "model"), TrainingLoop.BestFile(_options.Folder), network, store, validation);
        TrainingReport.Write(_options.Folder, _recipe.Name);
        return result;
    }

    private ValidationOutcome Validate(EcgNetwork network, RecordStore store, int[] validation)
    {
        network.Eval();
        ScoreTable table = Validation.Score(network, store, validation, _recipe.Input.WindowSamples, _options.Device);
        double macro = Bootstrap.MeanOfDefined(Enumerable.Range(0, table.Labels.Count).Select(k => Auroc.Of(table.Scores(k), table.Truths(k))));
        double crossEntropy = Validation.CrossEntropy(table);
        // Where no label has both classes in the validation part, the loss must choose.
        return new ValidationOutcome(double.IsNaN(macro) ? -crossEntropy : macro, [("macro_auroc", macro), ("cross_entropy", crossEntropy)]);
    }

    /// <summary>A model's weights, but for a head that answers to other labels; or the encoder of a pretraining's weights.</summary>
    private void LoadBody(EcgNetwork network, IReadOnlyList<string> labels)
    {
        bool pretrained = File.Exists(_startFrom) && Path.GetExtension(_startFrom) == ".safetensors";
        using ModelPackage? package = pretrained ? null : ModelCatalog.Open(_startFrom!);
        using SafeTensorsFile file = package?.OpenWeights() ?? SafeTensorsFile.Open(_startFrom!);
        bool sameLabels = package is not null && package.Description.Labels.Select(l => l.Code.Length > 0 ? l.Code[(l.Code.IndexOf(':', StringComparison.Ordinal) + 1)..] : l.Name).SequenceEqual(labels);
        IEnumerable<CheckpointTensor> tensors = pretrained && network is EcgFmClassifier
            ? EcgFmWeights.Encoder(file.Tensors).Select(t => t with { Name = $"encoder.{t.Name}" })
            : file.Tensors;
        using var scope = new Scope();
        Dictionary<string, Tensor> state = network.State().ToDictionary(s => s.Name, s => s.Tensor);
        foreach (CheckpointTensor tensor in tensors)
        {
            if (!sameLabels && tensor.Name.StartsWith(network.HeadPrefix, StringComparison.Ordinal)) continue;
            state[tensor.Name] = Tensor.FromBytes(tensor.Data.Span, tensor.DType, tensor.Shape);
        }
        network.Load(state);
        _options.Show(new($"begins with the weights of {package?.Description.Name ?? _startFrom}{(sameLabels ? "" : ", with a new head")}", true));
    }

    private static void RequireBothClasses(RecordStore store, int[] training)
    {
        var positives = new int[store.Labels.Count];
        var known = new int[store.Labels.Count];
        var labels = new float[store.Labels.Count];
        foreach (int record in training)
        {
            store.CopyLabels(record, labels);
            for (int k = 0; k < labels.Length; k++)
            {
                if (float.IsNaN(labels[k])) continue;
                if (labels[k] is not (0 or 1))
                    throw new DatasetException($"Recording {store.Row(record).Record} has {labels[k]} for label {store.Labels[k]}; use 1, 0, or leave it empty for unknown.");
                known[k]++;
                if (labels[k] == 1) positives[k]++;
            }
        }
        string[] constant = [.. Enumerable.Range(0, labels.Length).Where(k => positives[k] == 0 || positives[k] == known[k]).Select(k => store.Labels[k])];
        // PTB-XL's rarest statements may miss a small part; a label that no example speaks for cannot be learned at all.
        if (constant.Length == labels.Length)
            throw new DatasetException($"No label has both positive and negative training recordings ({string.Join(", ", constant.Take(5))}): there is nothing to learn.");
    }

    private static double[] PositiveWeights(RecordStore store, int[] training)
    {
        int count = store.Labels.Count;
        var positives = new double[count];
        var negatives = new double[count];
        var labels = new float[count];
        foreach (int record in training)
        {
            store.CopyLabels(record, labels);
            for (int k = 0; k < count; k++)
            {
                if (labels[k] == 1) positives[k]++;
                if (labels[k] == 0) negatives[k]++;
            }
        }
        return [.. positives.Select((p, k) => p > 0 ? negatives[k] / p : 1)];
    }
}
