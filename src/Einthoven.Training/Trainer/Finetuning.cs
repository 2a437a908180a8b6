// Supervised training from a recipe to a model package: the loop, its checkpoints and its choice of the best epoch.
using System.Diagnostics;
using Einthoven.Evaluation;
using Einthoven.Models;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;
using Einthoven.Training.Data;
using Einthoven.Training.Recipes;

namespace Einthoven.Training.Trainer;

/// <summary>Where a run stands.</summary>
/// <param name="Message">One line for people.</param>
/// <param name="Lasting">Whether the line should stay, or gives way to the next.</param>
public readonly record struct TrainingProgress(string Message, bool Lasting);

/// <summary>What a run gave.</summary>
/// <param name="Folder">The model package.</param>
/// <param name="Report">Areas on the validation folds.</param>
/// <param name="Epoch">The epoch that was chosen.</param>
public sealed record FinetuneResult(string Folder, AurocReport Report, int Epoch);

/// <summary>
/// A supervised run. Its folder holds recipe.json, log.jsonl, state.safetensors (to resume) and best.safetensors;
/// the model package is written into its subfolder "model" at the end.
/// </summary>
public sealed class Finetuning
{
    private const ulong InitializationStream = 0;
    private const ulong NetworkStream = 3UL << 32;
    private readonly FinetuneRecipe _recipe;
    private readonly Manifest _manifest;
    private readonly string _folder;
    private readonly Action<TrainingProgress> _progress;
    private readonly TrainingLog _log;

    /// <summary>Prepares a run.</summary>
    /// <param name="recipe">What to do.</param>
    /// <param name="manifest">On which recordings.</param>
    /// <param name="folder">Where the run is kept.</param>
    /// <param name="progress">Told of progress.</param>
    public Finetuning(FinetuneRecipe recipe, Manifest manifest, string folder, Action<TrainingProgress> progress)
    {
        recipe.Validate();
        (_recipe, _manifest, _folder, _progress) = (recipe, manifest, folder, progress);
        _log = new TrainingLog(Path.Combine(folder, "log.jsonl"));
    }

    private string StatePath => Path.Combine(_folder, "state.safetensors");

    private string BestPath => Path.Combine(_folder, "best.safetensors");

    /// <summary>Trains, chooses the epoch and the thresholds on the validation folds, and writes the package.</summary>
    /// <param name="resume">Goes on where the folder's last finished epoch ended. Without it the folder must hold no run.</param>
    /// <param name="command">The command line, for the card.</param>
    /// <param name="cancellation">Ends the run; what was finished can be resumed.</param>
    /// <exception cref="DatasetException">The data cannot be used.</exception>
    /// <exception cref="CheckpointException">The state in the folder cannot be resumed.</exception>
    /// <exception cref="OperationCanceledException">The run was ended.</exception>
    public FinetuneResult Run(bool resume, string command, CancellationToken cancellation)
    {
        string recipeText = Presets.Write(_recipe);
        if (File.Exists(StatePath) && !resume)
            throw new DatasetException($"{_folder} holds a run already. Add --resume to go on with it, or choose another folder.");
        Directory.CreateDirectory(_folder);
        File.WriteAllText(Path.Combine(_folder, "recipe.json"), recipeText + "\n");

        using RecordStore store = Pack(cancellation);
        int[] training = Choose(store, _recipe.TrainFolds), validation = Choose(store, _recipe.ValidationFolds);
        using EcgNetwork network = Create(), average = Create();
        network.Initialize(new PhiloxRandom(_recipe.Seed, InitializationStream));
        average.Load(network.State().ToDictionary(s => s.Name, s => s.Tensor));
        network.ComputeType = ChooseType();
        average.Eval();
        using var optimizer = new AdamW(
            [.. network.NamedParameters().Select(p => new OptimizedParameter(p.Name, p.Tensor, Decay: p.Tensor.Dim > 1))],
            weightDecay: _recipe.WeightDecay);
        var progress = new Progress(0, 0, double.NegativeInfinity, 0);
        if (resume && File.Exists(StatePath)) progress = TrainingState.Load(StatePath, network, average, optimizer, recipeText);

        var loader = new BatchLoader(store, training, _recipe.Input.WindowSamples, _recipe.Augmentation, _recipe.Batch, _recipe.Seed);
        if (loader.StepsPerEpoch == 0)
            throw new DatasetException($"{training.Length} recordings do not fill one batch of {_recipe.Batch}. Lower batch, or add recordings.");
        long total = (long)_recipe.Epochs * loader.StepsPerEpoch;
        var schedule = new CosineSchedule(_recipe.LearningRate, (long)(_recipe.WarmupFraction * total), total);
        var weights = new WeightAverage(average, network, _recipe.AverageDecay);
        _log.Write("start", ("command", command), ("training", training.Length), ("validation", validation.Length),
            ("parameters", network.ParameterCount), ("compute", network.ComputeType.ToString()), ("threads", TorchRuntime.Threads),
            ("torch", TorchRuntime.Version), ("after_epoch", progress.Epochs));

        for (int epoch = progress.Epochs; epoch < _recipe.Epochs; epoch++)
        {
            long start = Stopwatch.GetTimestamp();
            double loss = TrainEpoch(epoch, network, optimizer, loader, schedule, weights, progress, cancellation);
            progress = progress with { Epochs = epoch + 1, Seconds = progress.Seconds + Stopwatch.GetElapsedTime(start).TotalSeconds };
            if ((epoch + 1) % _recipe.ValidateEvery == 0 || epoch + 1 == _recipe.Epochs) progress = Validate(average, store, validation, progress, loss);
            TrainingState.Save(StatePath, progress, network, average, optimizer, recipeText);
        }
        return new PackageWriter(_recipe, _manifest, command, progress.BestEpoch, progress.Seconds).Write(
            Path.Combine(_folder, "model"), BestPath, average, store, validation, _log);
    }

    private EcgNetwork Create() => ModelFamilies.Get(_recipe.Family).Create(_recipe.Network, _manifest.Labels.Count);

    /// <summary>The recordings, prepared once and kept beside the run: a run that is resumed finds them packed.</summary>
    private RecordStore Pack(CancellationToken cancellation)
    {
        string folder = Path.Combine(_folder, "store");
        string[] splits = [.. _recipe.TrainFolds.Concat(_recipe.ValidationFolds).Select(Split)];
        Manifest wanted = _manifest with { Rows = _manifest.InSplits(splits) };
        StoreBuilder.Build(
            wanted, _recipe.Input, folder, new PackOptions { Strict = true },
            p => _progress(new($"packing recordings: {p.Done} of {p.Total}", false)), cancellation);
        return RecordStore.Open(folder);
    }

    private int[] Choose(RecordStore store, IReadOnlyList<int> folds)
    {
        int[] records = store.InSplits([.. folds.Select(Split)]);
        _progress(new($"{records.Length} recordings in split {string.Join(", ", folds)}", true));
        return records;
    }

    private static string Split(int fold) => fold.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private ScalarType ChooseType()
    {
        if (_recipe.Precision == Precision.Float32) return ScalarType.Float32;
        if (_recipe.Precision == Precision.BFloat16) return ScalarType.BFloat16;
        double speedup = PrecisionProbe.BFloat16Speedup();
        // Casts and rounding cost something: bfloat16 must win clearly.
        ScalarType type = speedup > 1.3 ? ScalarType.BFloat16 : ScalarType.Float32;
        _progress(new($"arithmetic in {type} (bfloat16 is {speedup:F1} times as fast as float32 here), {TorchRuntime.Threads} threads", true));
        return type;
    }

    private double TrainEpoch(
        int epoch, EcgNetwork network, AdamW optimizer, BatchLoader loader, CosineSchedule schedule, WeightAverage weights,
        Progress before, CancellationToken cancellation)
    {
        double sum = 0;
        int done = 0;
        long start = Stopwatch.GetTimestamp(), shown = start;
        foreach (Batch batch in loader.Epoch(epoch, cancellation))
        {
            long step = optimizer.Steps;
            network.Train(new PhiloxRandom(_recipe.Seed, NetworkStream | (uint)step));
            sum += Step(network, optimizer, batch, schedule.Rate(step));
            weights.Update(optimizer.Steps);
            done++;
            if (Stopwatch.GetElapsedTime(shown).TotalSeconds < 1) continue;
            shown = Stopwatch.GetTimestamp();
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            double left = ((((double)_recipe.Epochs - epoch) * loader.StepsPerEpoch) - done) * seconds / done;
            _progress(new(
                $"epoch {epoch + 1} of {_recipe.Epochs}, step {done} of {loader.StepsPerEpoch}, loss {sum / done:F4}, "
                + $"{done * _recipe.Batch / seconds:F0} windows/s, {TimeSpan.FromSeconds(left):h\\:mm\\:ss} left", false));
        }
        double elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        _log.Write("epoch", ("epoch", epoch + 1), ("steps", optimizer.Steps), ("loss", sum / done), ("learning_rate", schedule.Rate(optimizer.Steps - 1)),
            ("windows_per_second", Math.Round(done * _recipe.Batch / elapsed, 1)), ("seconds", Math.Round(before.Seconds + elapsed, 1)));
        return sum / done;
    }

    private double Step(EcgNetwork network, AdamW optimizer, Batch batch, double rate)
    {
        using var scope = new Scope();
        int count = _recipe.Batch;
        network.ClearGradients();
        Tensor logits = network.Forward(Tensor.From(batch.Values, count, _recipe.Input.Leads.Count, batch.Samples));
        Tensor labels = Tensor.From(batch.Labels, count, _manifest.Labels.Count);
        Tensor? known = batch.Known is null ? null : Tensor.From(batch.Known, count, _manifest.Labels.Count);
        Tensor loss = Losses.BinaryCrossEntropyMean(logits, labels, known: known);
        loss.Backward();
        double value = loss.Item();
        if (!double.IsFinite(value))
            throw new DatasetException($"The loss is {value} at step {optimizer.Steps + 1}: lower learningRate, or look for absurd values in the data.");
        GradientNorm.Clip(network.NamedParameters().Select(p => p.Tensor), _recipe.ClipNorm);
        optimizer.Step(rate);
        return value;
    }

    private Progress Validate(EcgNetwork average, RecordStore store, int[] validation, Progress progress, double loss)
    {
        ScoreTable table = Validation.Score(average, store, validation, _recipe.Input.WindowSamples);
        double macro = Bootstrap.MeanOfDefined(Enumerable.Range(0, _manifest.Labels.Count).Select(k => Auroc.Of(table.Scores(k), table.Truths(k))));
        double crossEntropy = Validation.CrossEntropy(table);
        bool better = macro > progress.BestMetric;
        if (better)
        {
            SafeTensorsWriter.Write(BestPath, TrainingState.Named("", average.State()));
            progress = progress with { BestEpoch = progress.Epochs, BestMetric = macro };
        }
        _log.Write("validation", ("epoch", progress.Epochs), ("macro_auroc", macro), ("cross_entropy", crossEntropy), ("best", better));
        _progress(new(
            $"epoch {progress.Epochs}: loss {loss:F4}, validation cross-entropy {crossEntropy:F4}, macro AUROC {macro:F4}{(better ? " (best so far)" : "")}, "
            + $"{TimeSpan.FromSeconds(progress.Seconds):h\\:mm\\:ss}", true));
        return progress;
    }
}
