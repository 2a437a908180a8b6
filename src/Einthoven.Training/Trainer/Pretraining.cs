// Self-supervised training of an encoder, from a recipe to its weights.
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;
using Einthoven.Training.Augmentation;
using Einthoven.Training.Data;
using Einthoven.Training.Objectives;
using Einthoven.Training.Recipes;

namespace Einthoven.Training.Trainer;

/// <summary>What a pretraining gave.</summary>
/// <param name="Weights">The network's best weights under the names of published checkpoints: fine-tuning begins with them.</param>
/// <param name="Epoch">The epoch that was chosen.</param>
/// <param name="Loss">Its validation loss a target.</param>
public sealed record PretrainResult(string Weights, int Epoch, double Loss);

/// <summary>
/// A self-supervised run. Its folder holds recipe.json, the packed recordings (store/), log.jsonl, report.html, state.safetensors (to resume),
/// best.safetensors, the weights, and for masked autoencoders a picture of what they paint after every validation.
/// </summary>
public sealed class Pretraining
{
    // Enough pairs for steady figures, few enough that looking costs little beside an epoch.
    private const int ValidationBatches = 24;

    private readonly PretrainRecipe _recipe;
    private readonly Manifest _manifest;
    private readonly RunOptions _options;

    /// <summary>Prepares a run.</summary>
    /// <param name="recipe">What to do.</param>
    /// <param name="manifest">On which recordings; labels are not looked at.</param>
    /// <param name="options">Where and how.</param>
    public Pretraining(PretrainRecipe recipe, Manifest manifest, RunOptions options)
    {
        recipe.Validate();
        (_recipe, _manifest, _options) = (recipe, manifest, options);
    }

    /// <summary>Trains and keeps the weights of the epoch with the lowest validation loss, or of the last one, as the recipe has it.</summary>
    /// <returns>The result; null in every process but the first.</returns>
    /// <exception cref="DatasetException">The data cannot be used, or the folder holds a run already.</exception>
    /// <exception cref="CheckpointException">The state in the folder cannot be resumed.</exception>
    /// <exception cref="OperationCanceledException">The run was ended; its state was saved.</exception>
    public PretrainResult? Run(CancellationToken cancellation)
    {
        string recipeText = RecipeJson.Write(_recipe);
        using ProcessGroup group = RunFolder.Begin(_options, recipeText);
        using RecordStore store = RunFolder.Pack(_manifest, _recipe.Input, [.. _recipe.TrainSplits, .. _recipe.ValidationSplits], _options, group, cancellation);
        PairBatches training = Batches(store, _recipe.TrainSplits, _recipe.Augmentations, _recipe.Batch, group.Size);
        // Always the same examples and draws: figures of different epochs can be compared. Views are nothing without augmentation.
        bool views = _recipe.Objective.Examples() == ExampleKind.Views;
        PairBatches validation = Batches(store, _recipe.ValidationSplits, views ? _recipe.Augmentations : [], _recipe.Batch / group.Size, 1);
        PretrainingParts parts = PretrainingParts.Of(_recipe);
        using (IObjective objective = parts.Objective)
        {
            objective.Network.Initialize(Streams.Initialization(_recipe.Seed));
            objective.Network.To(_options.Device);
            var loop = new TrainingLoop(new TrainingTask(
                _recipe, recipeText, objective, training, () => Validate(parts, validation), parts.SetCompute, group, _options)
            {
                AfterValidation = parts.Paint is { } paint ? (epoch, _, _, log) => DrawPaintings(paint, validation, epoch, log) : null,
            });
            Progress progress = loop.Run(_options.Resume, cancellation);
            if (!group.IsFirst) return null;
            TrainingReport.Write(_options.Folder, _recipe.Name);
            return new PretrainResult(TrainingLoop.BestFile(_options.Folder), progress.BestEpoch, -progress.BestMetric);
        }
    }

    private PairBatches Batches(RecordStore store, IReadOnlyList<string> splits, IReadOnlyList<WindowAugmentation> augmentations, int batch, int processes) =>
        PairBatches.Of(store, [.. splits], _recipe.Objective, _recipe.Input.WindowSamples, augmentations, batch, processes, _recipe.Seed);

    private void DrawPaintings(Func<Tensor, IRandomSource, Tensor> paint, PairBatches validation, int epoch, TrainingLog log)
    {
        using var scope = new Scope();
        using var noGrad = GradMode.Off();
        Tensor windows = validation.Make(0, 0).On(_options.Device).Windows;
        windows = windows.Narrow(0, 0, Math.Min(PaintingSheet.Windows, windows.Size(0)));
        new PaintingSheet(_recipe.Input.Leads, _recipe.Input.SamplingRateHz, _options.Folder)
            .Draw(windows, paint(windows, Streams.Validation(_recipe.Seed, 0)), epoch, log);
    }

    private ValidationOutcome Validate(PretrainingParts parts, PairBatches validation)
    {
        if (validation.PerEpoch == 0) throw new DatasetException($"The validation splits do not fill one batch of {_recipe.Batch} examples. Lower batch, or add recordings.");
        var figures = new RunningFigures();
        var embeddings = new List<float>();
        int width = 1;
        using var noGrad = GradMode.Off();
        using ProcessGroup alone = ProcessGroup.Alone();
        for (long k = 0; k < Math.Min(ValidationBatches, validation.PerEpoch); k++)
        {
            using var scope = new Scope();
            TrainingBatch batch = validation.Make(k, 0).On(_options.Device);
            figures.Add(parts.Objective.Compute(batch, new ObjectiveContext(Streams.Validation(_recipe.Seed, k), long.MaxValue, Training: false)));
            parts.Objective.Network.Eval();
            Tensor vectors = parts.Embed(batch.Windows);
            width = (int)vectors.Size(1);
            embeddings.AddRange(vectors.ToArray<float>());
        }
        int pairs = embeddings.Count / width / 2;
        EmbeddingDiagnostics spread = EmbeddingDiagnostics.Of([.. embeddings.Take(2 * pairs * width)], width);
        IReadOnlyList<(string Name, double Value)> means = figures.Take(alone);
        // Where examples are single windows nothing belongs together.
        IEnumerable<(string, double)> alignment = _recipe.Objective.Examples() == ExampleKind.Windows ? [] : [("alignment", spread.Alignment)];
        return new ValidationOutcome(-means[0].Value, [.. means, .. alignment, ("uniformity", spread.Uniformity), ("effective_rank", spread.EffectiveRank)]);
    }
}
