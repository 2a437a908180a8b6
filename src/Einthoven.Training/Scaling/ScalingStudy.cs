// The study of label efficiency: every method with every share of the labels, run by run, resumable between and within runs.
using System.Globalization;
using Einthoven.Models;
using Einthoven.Torch;
using Einthoven.Training.Data;
using Einthoven.Training.Probing;
using Einthoven.Training.Recipes;
using Einthoven.Training.Trainer;

namespace Einthoven.Training.Scaling;

/// <summary>
/// Compares what an encoder's own weights and random ones give with 1 %, 10 % … of the labels. The folder holds the recipe, the packed
/// recordings, a folder a run, and table.md, table.csv, scaling.svg and report.html, renewed after every run.
/// </summary>
public sealed class ScalingStudy
{
    private readonly ScalingRecipe _recipe;
    private readonly Manifest _manifest;
    private readonly RunOptions _options;
    private readonly EncoderSource _source;
    private readonly FinetuneRecipe _finetune;
    private readonly ProbeRecipe _probe;

    /// <summary>Prepares a study.</summary>
    /// <param name="recipe">What to do.</param>
    /// <param name="manifest">On which recordings.</param>
    /// <param name="options">Where and how; one process.</param>
    /// <param name="source">The encoder.</param>
    /// <exception cref="ArgumentException">A recipe does not work.</exception>
    public ScalingStudy(ScalingRecipe recipe, Manifest manifest, RunOptions options, EncoderSource source)
    {
        recipe.Validate();
        (_recipe, _manifest, _options, _source) = (recipe, manifest, options, source);
        _finetune = Presets.Read<FinetuneRecipe>(recipe.Finetune).For(source) with { TrainSplits = recipe.TrainSplits, ValidationSplits = recipe.ValidationSplits };
        _finetune.Validate();
        _probe = Presets.Read<ProbeRecipe>(recipe.Probe) with
        {
            WindowSamples = _finetune.Input.WindowSamples,
            TrainSplits = recipe.TrainSplits,
            ValidationSplits = recipe.ValidationSplits,
        };
    }

    private string StoreFolder => Path.Combine(_options.Folder, "store");

    /// <summary>Does the runs that are not done yet, and writes the tables.</summary>
    /// <returns>The table, as Markdown.</returns>
    /// <exception cref="DatasetException">The data cannot be used, or the folder holds another study.</exception>
    /// <exception cref="OperationCanceledException">It was ended; the same call goes on.</exception>
    public string Run(CancellationToken cancellation)
    {
        Begin();
        using (ProcessGroup alone = ProcessGroup.Alone())
            RunFolder.Pack(_manifest, _finetune.PackedInput(), [.. _recipe.TrainSplits, .. _recipe.ValidationSplits, .. _recipe.TestSplits], _options, alone, cancellation).Dispose();
        using RecordStore store = RecordStore.Open(StoreFolder);
        int[] test = store.InSplits([.. _recipe.TestSplits]);
        ScalingCell[] cells = [.. ScalingCell.Of(_recipe)];
        var done = new List<ScalingCell>();
        string table = "";
        foreach (ScalingCell cell in cells)
        {
            string folder = Path.Combine(_options.Folder, "runs", cell.Name);
            if (!ScalingCell.IsDone(folder))
            {
                _options.Show(new($"run {done.Count + 1} of {cells.Length}: {cell.Name}", true));
                RunCell(cell, folder, store, test, cancellation);
            }
            done.Add(cell);
            // A picture after every share: the intervals of a table take seconds.
            if (done.Count == cells.Length || cells[done.Count].Share != cell.Share)
                table = ScalingReport.Write(_options.Folder, _recipe, _source.Name, done, c => ScalingCell.Load(Path.Combine(_options.Folder, "runs", c.Name), store, test));
        }
        return table;
    }

    private void Begin()
    {
        Directory.CreateDirectory(_options.Folder);
        string file = Path.Combine(_options.Folder, "recipe.json"), text = RecipeJson.Write(_recipe) + "\n";
        if (File.Exists(file) && !_options.Resume)
            throw new DatasetException($"{_options.Folder} holds a study already. Add --resume to go on with it, or choose another folder.");
        if (File.Exists(file) && File.ReadAllText(file) != text)
            throw new DatasetException($"{_options.Folder} holds a study with another recipe. Use the recipe it was started with, or another folder.");
        File.WriteAllText(file, text);
    }

    private void RunCell(ScalingCell cell, string folder, RecordStore store, int[] test, CancellationToken cancellation)
    {
        RunOptions options = _options with { Folder = folder, Resume = File.Exists(TrainingLoop.StateFile(folder)), StoreFolder = StoreFolder };
        ulong seed = _recipe.Seed + (ulong)cell.Repeat - 1;
        bool random = cell.Method is ScalingMethod.RandomFinetune or ScalingMethod.RandomProbe;
        long begun = System.Diagnostics.Stopwatch.GetTimestamp();
        FinetuneResult result = cell.Method is ScalingMethod.Probe or ScalingMethod.RandomProbe
            ? new Probe(
                _probe with
                {
                    TrainShare = cell.Share.Share,
                    ShareSeed = seed,
                    Seed = seed,
                    Epochs = cell.Share.ProbeEpochs,
                    ValidateEvery = cell.Share.ProbeValidateEvery,
                },
                _manifest, options, _source, random).Run(cancellation)
            : new Finetuning(
                _finetune with
                {
                    TrainShare = cell.Share.Share,
                    ShareSeed = seed,
                    Seed = seed,
                    Epochs = cell.Share.Epochs,
                    ValidateEvery = cell.Share.ValidateEvery,
                    Batch = cell.Share.Batch,
                },
                _manifest, options, random ? null : _source.Path).Run(cancellation)!;

        using EcgModel model = EcgModel.Load(result.Folder, _options.Device);
        var scores = Validation.Score(model.Network, store, test, _finetune.Input, _options.Device);
        ScalingCell.Save(folder, scores, System.Diagnostics.Stopwatch.GetElapsedTime(begun).TotalSeconds, result.Epoch);
        // Weights of every run would fill a disk; its log, its card and its scores tell the rest.
        foreach (string weights in new[] { TrainingLoop.StateFile(folder), TrainingLoop.BestFile(folder) }) File.Delete(weights);
        _options.Show(new(string.Create(CultureInfo.InvariantCulture,
            $"  {cell.Name}: {Evaluation.Bootstrap.MeanOfDefined(Enumerable.Range(0, scores.Labels.Count).Select(k => Evaluation.Auroc.Of(scores.Scores(k), scores.Truths(k)))):F3}"), true));
    }
}
