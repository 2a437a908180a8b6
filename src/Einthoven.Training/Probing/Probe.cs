// A head on a frozen network, from a recipe to a model package.
using Einthoven.Evaluation;
using Einthoven.Models;
using Einthoven.Models.Contracts;
using Einthoven.Models.Probes;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;
using Einthoven.Training.Data;
using Einthoven.Training.Objectives;
using Einthoven.Training.Recipes;
using Einthoven.Training.Trainer;

namespace Einthoven.Training.Probing;

/// <summary>
/// A run that trains a head on a network that stays as it is. Features are computed once; the folder holds what a fine-tuning's does, and
/// the package in its subfolder "model" has network and head.
/// </summary>
public sealed class Probe
{
    private readonly ProbeRecipe _recipe;
    private readonly Manifest _manifest;
    private readonly RunOptions _options;
    private readonly EncoderSource _source;
    private readonly bool _random;

    /// <summary>Prepares a run.</summary>
    /// <param name="recipe">What to do.</param>
    /// <param name="manifest">On which recordings.</param>
    /// <param name="options">Where and how; probes run in one process.</param>
    /// <param name="source">The network.</param>
    /// <param name="randomWeights">Reads the network with random weights instead of its own: what its architecture alone gives.</param>
    public Probe(ProbeRecipe recipe, Manifest manifest, RunOptions options, EncoderSource source, bool randomWeights = false)
    {
        recipe.Validate();
        (_recipe, _manifest, _options, _source, _random) = (recipe, manifest, options, source, randomWeights);
    }

    private InputContract Input => _recipe.WindowSamples == 0 ? _source.Input
        : _source.Input with { WindowSamples = _recipe.WindowSamples, StrideSamples = _recipe.WindowSamples };

    /// <summary>Trains the head, chooses epoch and thresholds on the validation splits, and writes the package.</summary>
    /// <exception cref="DatasetException">The data cannot be used, or the folder holds a run already.</exception>
    /// <exception cref="CheckpointException">The network's weights or the state in the folder do not fit.</exception>
    /// <exception cref="OperationCanceledException">The run was ended; its state was saved.</exception>
    public FinetuneResult Run(CancellationToken cancellation)
    {
        string recipeText = RecipeJson.Write(_recipe);
        using ProcessGroup group = RunFolder.Begin(_options, recipeText);
        if (group.Size > 1) throw new DatasetException("A probe is trained by one process: start it without --nproc.");
        using RecordStore store = RunFolder.Pack(_manifest, Input, [.. _recipe.TrainSplits, .. _recipe.ValidationSplits], _options, group, cancellation);
        int[] training = TrainingShare.Of(store, store.InSplits([.. _recipe.TrainSplits]), _recipe), validation = store.InSplits([.. _recipe.ValidationSplits]);
        LabelChecks.RequireBothClasses(store, training);
        _options.Show(new($"{training.Length} training and {validation.Length} validation recordings, {store.Labels.Count} labels", true));
        foreach (string line in LabelChecks.Warnings(store, training, validation)) _options.Show(new(line, true));

        using EcgNetwork encoder = _source.Create(1, Streams.Initialization(_recipe.Seed), load: !_random);
        encoder.To(_options.Device);
        FeatureTable table = FeatureTable.Of(
            encoder, store, [.. training, .. validation], Input.WindowSamples, _recipe.Layer, _recipe.Pooling, _options.Device,
            done => _options.Show(new($"computing features: {done} of {training.Length + validation.Length}", false)), cancellation);
        _options.Show(new($"features of {table.Layer}: {table.Positions} × {table.Read} values a recording", true));

        using var head = new HeadTraining(_recipe, _options, store, table, training);
        Progress progress = head.Run(group, recipeText, validation, cancellation);
        return Package(encoder, store, table, validation, progress);
    }

    private FinetuneResult Package(EcgNetwork encoder, RecordStore store, FeatureTable table, int[] validation, Progress progress)
    {
        var config = new ProbeConfig
        {
            Family = _source.Family,
            Network = _source.Network,
            Layer = table.Layer,
            Width = table.Width,
            Pooling = _recipe.Pooling,
            Heads = _recipe.Heads,
        };
        using var network = new ProbeNetwork(config, store.Labels.Count);
        using SafeTensorsFile best = SafeTensorsFile.Open(TrainingLoop.BestFile(_options.Folder));
        CheckpointTensor[] weights =
            [.. TrainingState.Named("encoder.", encoder.State()), .. best.Tensors];
        FinetuneResult result = new PackageWriter(AsFinetuning(config), _manifest.Name, _options, progress)
            .Write(Path.Combine(_options.Folder, "model"), weights, network, store, validation);
        TrainingReport.Write(_options.Folder, _recipe.Name);
        return result;
    }

    // A probe is a fine-tuning whose encoder never moves: card and package say it in those words.
    private FinetuneRecipe AsFinetuning(ProbeConfig config) => new()
    {
        Name = _recipe.Name,
        Summary = _recipe.Summary.Length > 0 ? $"{_recipe.Summary} ({_source.Name}{(_random ? ", random weights" : "")})" : _source.Name,
        Family = ProbeNetwork.Row.Name,
        Network = config.Write(),
        Input = Input,
        TrainSplits = _recipe.TrainSplits,
        ValidationSplits = _recipe.ValidationSplits,
        TrainShare = _recipe.TrainShare,
        ShareSeed = _recipe.ShareSeed,
        PositiveWeighting = _recipe.PositiveWeighting,
        FewPositives = _recipe.FewPositives,
        Frozen = new Dictionary<string, long> { ["encoder."] = long.MaxValue },
        Epochs = _recipe.Epochs,
        Batch = _recipe.Batch,
        LearningRate = _recipe.LearningRate,
        Schedule = _recipe.Schedule,
        WarmupFraction = _recipe.WarmupFraction,
        WeightDecay = _recipe.WeightDecay,
        ClipNorm = _recipe.ClipNorm,
        AverageDecay = _recipe.AverageDecay,
        Precision = _recipe.Precision,
        Seed = _recipe.Seed,
        Patience = _recipe.Patience,
    };
}
