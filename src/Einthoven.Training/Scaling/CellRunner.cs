// Carries out the runs of a study, each in a folder of its own, and keeps what they score on the test splits.
using System.Diagnostics;
using System.Globalization;
using Einthoven.Evaluation;
using Einthoven.Models;
using Einthoven.Models.Contracts;
using Einthoven.Torch;
using Einthoven.Training.Data;
using Einthoven.Training.Probing;
using Einthoven.Training.Recipes;
using Einthoven.Training.Trainer;

namespace Einthoven.Training.Scaling;

/// <summary>Recordings and splits of a study.</summary>
/// <param name="Train">Splits to train on.</param>
/// <param name="Validation">Splits that choose the epoch.</param>
/// <param name="Test">Splits that the figures come from.</param>
internal sealed record StudySplits(IReadOnlyList<string> Train, IReadOnlyList<string> Validation, IReadOnlyList<string> Test)
{
    internal IReadOnlyList<string> All => [.. Train, .. Validation, .. Test];
}

/// <summary>Runs cells. The folder holds recipe.json, store/, and runs/ with a folder a cell.</summary>
internal sealed class CellRunner : IDisposable
{
    private readonly Manifest _manifest;
    private readonly RunOptions _options;
    private readonly InputContract _input;
    private readonly RecordStore _store;
    private readonly int[] _test;

    /// <summary>Claims the folder of a study and packs its recordings.</summary>
    /// <param name="recipe">The study's.</param>
    /// <param name="manifest">On which recordings.</param>
    /// <param name="options">Where and how; one process.</param>
    /// <param name="splits">Which parts.</param>
    /// <param name="input">How recordings are prepared, and the window that is judged.</param>
    /// <param name="cancellation">Ends the packing.</param>
    /// <exception cref="DatasetException">The data cannot be used, or the folder holds another study.</exception>
    internal CellRunner(IRecipe recipe, Manifest manifest, RunOptions options, StudySplits splits, InputContract input, CancellationToken cancellation)
    {
        (_manifest, _options, _input) = (manifest, options, input);
        RunFolder.Claim(options, RecipeJson.Write(recipe), "a study", "a study with another recipe. Use the recipe it was started with, or another folder.");
        using (ProcessGroup alone = ProcessGroup.Alone())
            RunFolder.Pack(manifest, input, splits.All, options with { StoreFolder = StoreFolder }, alone, cancellation).Dispose();
        _store = RecordStore.Open(StoreFolder);
        _test = _store.InSplits([.. splits.Test]);
        Features = new FrozenFeatures(_store, _store.InSplits([.. splits.All]), input.WindowSamples, options);
    }

    /// <summary>The packed recordings.</summary>
    internal string StoreFolder => Path.Combine(_options.Folder, "store");

    /// <summary>The same, open.</summary>
    internal RecordStore Store => _store;

    /// <summary>Features of frozen encoders.</summary>
    internal FrozenFeatures Features { get; }

    /// <summary>The folder of a run.</summary>
    internal string Folder(StudyCell cell) => Path.Combine(_options.Folder, "runs", cell.Name);

    /// <summary>Whether a run is done.</summary>
    internal bool IsDone(StudyCell cell) => StudyCell.IsDone(Folder(cell));

    /// <summary>What a run scored, and the seconds it took.</summary>
    internal (ScoreTable Table, double Seconds) Load(StudyCell cell) => StudyCell.Load(Folder(cell), _store, _test);

    /// <summary>Trains a head on a frozen encoder.</summary>
    /// <param name="cell">The run; its share says for how long.</param>
    /// <param name="recipe">The rest, seed too.</param>
    /// <param name="encoder">The encoder.</param>
    /// <param name="cancellation">Ends it; the same call goes on.</param>
    internal void Probe(StudyCell cell, ProbeRecipe recipe, FrozenEncoder encoder, CancellationToken cancellation)
    {
        recipe = recipe with
        {
            TrainShare = cell.Share.Share,
            ShareSeed = recipe.Seed,
            WindowSamples = _input.WindowSamples,
            Epochs = cell.Share.ProbeEpochs,
            ValidateEvery = cell.Share.ProbeValidateEvery,
        };
        recipe.Validate();
        (RunOptions options, long begun) = (OptionsOf(cell), Stopwatch.GetTimestamp());
        string text = RecipeJson.Write(recipe);
        using ProcessGroup group = RunFolder.Begin(options, text);
        int[] training = TrainingShare.Of(_store, _store.InSplits([.. recipe.TrainSplits]), recipe), validation = _store.InSplits([.. recipe.ValidationSplits]);
        LabelChecks.RequireBothClasses(_store, training);
        FeatureTable table = Features.Of(encoder, recipe.Seed, recipe.Layer, recipe.Pooling, [.. training, .. validation, .. _test], cancellation);
        using var head = new HeadTraining(recipe, options, _store, table, training);
        Progress progress = head.Run(group, text, validation, cancellation);
        head.TakeBest();
        Finish(cell, head.Scores(_test), begun, progress.BestEpoch);
    }

    /// <summary>Trains all weights.</summary>
    /// <param name="cell">The run; its share says for how long.</param>
    /// <param name="recipe">The rest, seed too.</param>
    /// <param name="startFrom">The weights it begins with; null: random ones.</param>
    /// <param name="cancellation">Ends it; the same call goes on.</param>
    internal void Finetune(StudyCell cell, FinetuneRecipe recipe, string? startFrom, CancellationToken cancellation)
    {
        recipe = recipe with
        {
            TrainShare = cell.Share.Share,
            ShareSeed = recipe.Seed,
            Epochs = cell.Share.Epochs,
            ValidateEvery = cell.Share.ValidateEvery,
            Batch = cell.Share.Batch,
        };
        (RunOptions options, long begun) = (OptionsOf(cell), Stopwatch.GetTimestamp());
        FinetuneResult result = new Finetuning(recipe, _manifest, options, startFrom).Run(cancellation)!;
        using EcgModel model = EcgModel.Load(result.Folder, _options.Device);
        Finish(cell, Validation.Score(model.Network, _store, _test, recipe.Input, _options.Device).AllScores(), begun, result.Epoch);
    }

    private RunOptions OptionsOf(StudyCell cell) =>
        _options with { Folder = Folder(cell), Resume = File.Exists(TrainingLoop.StateFile(Folder(cell))), StoreFolder = StoreFolder };

    private void Finish(StudyCell cell, double[] scores, long begun, int epoch)
    {
        string folder = Folder(cell);
        ScoreTable table = Validation.Table(_store, _test, scores);
        StudyCell.Save(folder, table, Stopwatch.GetElapsedTime(begun).TotalSeconds, epoch);
        // Weights of every run would fill a disk; its log, its card and its scores tell the rest.
        foreach (string weights in new[] { TrainingLoop.StateFile(folder), TrainingLoop.BestFile(folder) }) File.Delete(weights);
        double area = Bootstrap.MeanOfDefined(Enumerable.Range(0, table.Labels.Count).Select(k => Auroc.Of(table.Scores(k), table.Truths(k))));
        _options.Show(new(string.Create(CultureInfo.InvariantCulture, $"  {cell.Name}: {area:F3}"), true));
    }

    /// <inheritdoc/>
    public void Dispose() => _store.Dispose();
}
