// Training of a generator, from a recipe to its package.
using System.Globalization;
using System.Text.Json;
using Einthoven.Models;
using Einthoven.Models.Generating;
using Einthoven.Models.Packages;
using Einthoven.Models.Vocabularies;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;
using Einthoven.Training.Data;
using Einthoven.Training.Objectives;
using Einthoven.Training.Recipes;

namespace Einthoven.Training.Trainer;

/// <summary>What a run gave.</summary>
/// <param name="Folder">The generator's package.</param>
/// <param name="Epoch">The epoch that was chosen.</param>
/// <param name="Loss">Its validation loss: mean squared error of the noise.</param>
public sealed record GeneratorResult(string Folder, int Epoch, double Loss);

/// <summary>
/// A run. Its folder holds recipe.json, the packed recordings (store/), log.jsonl, report.html, state.safetensors (to resume) and
/// best.safetensors, pictures of samples, and in its subfolder "model" the package of the best epoch so far.
/// </summary>
public sealed class GeneratorTraining
{
    private readonly GeneratorRecipe _recipe;
    private readonly Manifest _manifest;
    private readonly RunOptions _options;

    /// <summary>Prepares a run.</summary>
    /// <param name="recipe">What to do.</param>
    /// <param name="manifest">On which recordings; its labels are what the generator will be told.</param>
    /// <param name="options">Where and how.</param>
    public GeneratorTraining(GeneratorRecipe recipe, Manifest manifest, RunOptions options)
    {
        recipe.Validate();
        (_recipe, _manifest, _options) = (recipe, manifest, options);
    }

    /// <summary>Trains, keeps the weights of the epoch with the lowest validation loss, and writes the package.</summary>
    /// <returns>The result; null in every process but the first.</returns>
    /// <exception cref="DatasetException">The data cannot be used, or the folder holds a run already.</exception>
    /// <exception cref="CheckpointException">The state in the folder cannot be resumed.</exception>
    /// <exception cref="OperationCanceledException">The run was ended; its state was saved.</exception>
    public GeneratorResult? Run(CancellationToken cancellation)
    {
        string recipeText = RecipeJson.Write(_recipe);
        if (_manifest.Labels.Count == 0) throw new DatasetException($"{_manifest.Name} has no labels: a generator is told them.");
        using ProcessGroup group = RunFolder.Begin(_options, recipeText);
        using RecordStore store = RunFolder.Pack(_manifest, _recipe.Input, [.. _recipe.TrainSplits, .. _recipe.ValidationSplits], _options, group, cancellation);
        int[] training = store.InSplits([.. _recipe.TrainSplits]), validation = store.InSplits([.. _recipe.ValidationSplits]);
        LabelChecks.RequireBothClasses(store, training);
        if (group.IsFirst) _options.Show(new($"{training.Length} training and {validation.Length} validation recordings, {store.Labels.Count} labels", true));
        DiffusionNetwork network = CreateNetwork(store.Labels.Count);
        using var objective = new DiffusionObjective(network, new DiffusionOptions { WithheldLabels = _recipe.WithheldLabels, Weighting = _recipe.Weighting });
        network.Initialize(Streams.Initialization(_recipe.Seed));
        network.To(_options.Device);
        var samples = new SampleSheet(_recipe, Describe(store), _options.Folder);
        var batches = new LabeledBatches(store, training, new(), _recipe.Input, _recipe.Batch, group.Size, _recipe.Seed);
        var judged = new LabeledBatches(store, validation, new(), _recipe.Input, Math.Min(_recipe.Batch, validation.Length), 1, _recipe.Seed);
        var task = new TrainingTask(
            _recipe, recipeText, objective, batches, () => Validate(objective, judged), type => network.ComputeType = type, group, _options)
        {
            AfterValidation = (epoch, outcome, best, log) =>
            {
                samples.Draw(network, epoch, log);
                if (best) WritePackage(network, store, epoch, -outcome.Metric);
            },
        };
        Progress progress = new TrainingLoop(task).Run(_options.Resume, cancellation);
        if (!group.IsFirst) return null;
        TrainingReport.Write(_options.Folder, _recipe.Name);
        return new GeneratorResult(PackageFolder, progress.BestEpoch, -progress.BestMetric);
    }

    private string PackageFolder => Path.Combine(_options.Folder, "model");

    private void WritePackage(DiffusionNetwork network, RecordStore store, int epoch, double loss)
    {
        using var scope = new Scope();
        ModelDescription description = Describe(store) with { Provenance = Provenance(epoch, loss, network.ParameterCount) };
        // Buffers stay: a kernel swings with its state matrices over hundreds of samples, and would drift.
        var learned = network.NamedParameters().Select(p => p.Name).ToHashSet(StringComparer.Ordinal);
        CheckpointTensor[] weights = [.. ModelPackage.WeightsOf(network).Select(t => learned.Contains(t.Name) ? PackageWriter.Halve(t) : t)];
        using EcgGenerator generator = EcgGenerator.Create(description, weights);
        ModelPackage.Save(PackageFolder, description, weights, Card(description), GeneratorCheck.Record(generator));
    }

    private DiffusionNetwork CreateNetwork(int labels)
    {
        try
        {
            DiffusionNetwork network = GeneratorFamilies.Get(_recipe.Family).Create(_recipe.Network, labels);
            if (network.SexClasses == 0) return network;
            network.Dispose();
            throw new ArgumentException("sexClasses is not 0, but recordings are learned without the sex");
        }
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            throw new DatasetException($"The recipe's network is none of the family {_recipe.Family}: {error.Message}", error);
        }
    }

    // Always the same recordings, steps and noise: figures of different epochs can be compared.
    private ValidationOutcome Validate(DiffusionObjective objective, LabeledBatches judged)
    {
        var figures = new RunningFigures();
        using var noGrad = GradMode.Off();
        using ProcessGroup alone = ProcessGroup.Alone();
        for (long k = 0; k < Math.Min(_recipe.ValidationBatches, judged.PerEpoch); k++)
        {
            using var scope = new Scope();
            figures.Add(objective.Compute(judged.Make(k, 0).On(_options.Device), new ObjectiveContext(Streams.Validation(_recipe.Seed, k), long.MaxValue, Training: false)));
        }

        IReadOnlyList<(string Name, double Value)> means = figures.Take(alone);
        return new ValidationOutcome(-means[0].Value, means);
    }

    private ModelDescription Describe(RecordStore store) => new()
    {
        Name = _recipe.Name,
        Summary = _recipe.Summary,
        Family = _recipe.Family,
        Configuration = _recipe.Network,
        Input = _recipe.Input,
        Labels = [.. store.Labels.Select(Label)],
    };

    private Dictionary<string, string> Provenance(int epoch, double loss, long parameters) => new()
    {
        ["trainedOn"] = $"{_manifest.Name}, split {string.Join(", ", _recipe.TrainSplits)}",
        ["chosenOn"] = $"{_manifest.Name}, split {string.Join(", ", _recipe.ValidationSplits)}: epoch {epoch} of {_recipe.Epochs}",
        ["validationLoss"] = loss.ToString("F4", CultureInfo.InvariantCulture),
        ["withheldLabels"] = _recipe.WithheldLabels.ToString(CultureInfo.InvariantCulture),
        ["parameters"] = parameters.ToString("N0", CultureInfo.InvariantCulture),
        ["command"] = _options.Command,
        ["software"] = $"Einthoven {EcgModel.LibraryVersion}, libtorch {TorchRuntime.Version}",
    };

    private static ModelLabel Label(string code) => PtbXlStatements.Find(code) is { } statement
        ? new ModelLabel { Name = statement.Name, Code = statement.QualifiedCode, Snomed = statement.Snomed?.Code ?? "", Category = statement.Category }
        : new ModelLabel { Name = code };

    private static string Card(ModelDescription description) =>
        $"""
        # {description.Name}

        {description.Summary}

        A generator: it makes synthetic ECGs of the statements it is told. How faithful they are to each statement was not judged by this
        training; the validation loss tells only how well noise is recognised. Its recordings come from nobody and are no evidence about anybody.

        {string.Join('\n', description.Provenance.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"- {entry.Key}: {entry.Value}"))}

        Research use; not a medical device.

        """;
}
