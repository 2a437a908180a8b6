// The loop that every training shares: batches, gradients, updates, averages, states, validation, log, over one process or many.
using System.Diagnostics;
using System.Text.Json.Nodes;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;
using Einthoven.Training.Data;
using Einthoven.Training.Objectives;
using Einthoven.Training.Recipes;

namespace Einthoven.Training.Trainer;

/// <summary>Where a run stands.</summary>
/// <param name="Message">One line for people.</param>
/// <param name="Lasting">Whether the line should stay, or gives way to the next.</param>
public readonly record struct TrainingProgress(string Message, bool Lasting);

/// <summary>What a validation found.</summary>
/// <param name="Metric">The figure that chooses the best weights; larger is better.</param>
/// <param name="Figures">All figures by name, for the log.</param>
internal sealed record ValidationOutcome(double Metric, IReadOnlyList<(string Name, double Value)> Figures);

/// <summary>What a loop works on.</summary>
/// <param name="Recipe">How.</param>
/// <param name="RecipeText">The whole recipe, which a resumed run must share.</param>
/// <param name="Objective">What for.</param>
/// <param name="Batches">On what.</param>
/// <param name="Validate">Judges the network as it stands; called on the first process only.</param>
/// <param name="SetCompute">Sets the network's type of arithmetic.</param>
/// <param name="Group">The processes.</param>
/// <param name="Options">Where and how; its folder gets log.jsonl, state.safetensors and best.safetensors.</param>
internal sealed record TrainingTask(
    TrainingRecipe Recipe, string RecipeText, IObjective Objective, IBatchSource Batches, Func<ValidationOutcome> Validate,
    Action<ScalarType> SetCompute, ProcessGroup Group, RunOptions Options)
{
    /// <summary>Called on the first process after the validation of an epoch, while the network has the weights that were validated: the epoch, what was found, whether it is the best so far.</summary>
    internal Action<int, ValidationOutcome, bool, TrainingLog>? AfterValidation { get; init; }

    internal string Folder => Options.Folder;

    internal Device Device => Options.Device;

    /// <summary>Tells of progress; called on the first process only.</summary>
    internal void Show(TrainingProgress progress) => Options.Show(progress);
}

/// <summary>Runs a task to its end, from its beginning or from its last saved state.</summary>
internal sealed class TrainingLoop
{
    private readonly TrainingTask _task;
    private readonly TrainingRecipe _recipe;
    private readonly Module _network;
    private readonly IReadOnlyList<(string Name, Tensor Tensor)> _parameters;
    private readonly long _updatesPerEpoch;
    private readonly ILearningRateSchedule _schedule;
    private readonly TrainingLog _log;
    private readonly RunningFigures _figures = new();

    internal TrainingLoop(TrainingTask task)
    {
        (_task, _recipe, _network) = (task, task.Recipe, task.Objective.Network);
        _parameters = [.. _network.NamedParameters()];
        _updatesPerEpoch = task.Batches.PerEpoch / _recipe.Accumulate;
        if (_updatesPerEpoch == 0)
            throw new DatasetException($"There are too few training recordings for one update of {_recipe.Accumulate} × {_recipe.Batch}. Take smaller steps, such as --set batch=8{(_recipe.Accumulate > 1 ? " --set accumulate=1" : "")}, or add recordings.");
        _schedule = _recipe.Schedule.Create(_recipe.LearningRate, (long)(_recipe.WarmupFraction * TotalUpdates), TotalUpdates);
        _log = new TrainingLog(Path.Combine(task.Folder, "log.jsonl"));
    }

    internal static string StateFile(string folder) => Path.Combine(folder, "state.safetensors");

    internal static string BestFile(string folder) => Path.Combine(folder, "best.safetensors");

    private long TotalUpdates => _recipe.Epochs * _updatesPerEpoch;

    /// <summary>Trains. The network ends with its last weights; the best ones are in best.safetensors.</summary>
    /// <exception cref="OperationCanceledException">Ended from outside; the state was saved first.</exception>
    internal Progress Run(bool resume, CancellationToken cancellation)
    {
        using IOptimizer optimizer = CreateOptimizer(_recipe, _parameters, _task.Objective.Decays);
        using WeightAverage? average = _recipe.AverageDecay > 0 ? new WeightAverage(_network, _recipe.AverageDecay) : null;
        using var gradients = new GradientSum([.. _parameters.Select(p => p.Tensor)], _task.Group);
        bool resumed = resume && File.Exists(StateFile(_task.Folder));
        Progress progress = resumed
            ? TrainingState.Load(StateFile(_task.Folder), _network, average, optimizer, _recipe)
            : new Progress(
                0, 0, double.NegativeInfinity, 0, 0, ChooseType(),
                _recipe.Plateau is { } plateau ? PlateauRate.Begin(_recipe.LearningRate, plateau) : null);
        _task.SetCompute(progress.Compute);
        if (_task.Group.IsFirst)
        {
            if (resumed) _log.ForgetAfter(progress.Updates);
            _log.Write("start", ("updates", progress.Updates), ("parameters", _network.ParameterCount), ("compute", progress.Compute.ToString()),
                ("device", _task.Device.ToString()), ("processes", _task.Group.Size), ("threads", TorchRuntime.Threads), ("torch", TorchRuntime.Version));
        }

        long saved = Stopwatch.GetTimestamp(), begun = saved, shown = saved, first = progress.Updates;
        double before = progress.Seconds;
        try
        {
            using IEnumerator<HostBatch> batches =
                BatchQueue.From(_task.Batches, MicroBatchOf(progress.Updates), _task.Group.Rank, CancellationToken.None).GetEnumerator();
            while (progress.Updates < TotalUpdates && !IsStale(progress))
            {
                cancellation.ThrowIfCancellationRequested();
                if (progress.Updates - first >= _task.Options.StopAfterUpdates) throw new OperationCanceledException("The updates asked for in this call are made.");
                double norm = Update(progress, optimizer, gradients, batches);
                average?.Update(optimizer.Steps);
                progress = progress with { Updates = progress.Updates + 1, Seconds = before + Stopwatch.GetElapsedTime(begun).TotalSeconds };
                bool epochEnds = progress.Updates % _updatesPerEpoch == 0;
                if (epochEnds || (_recipe.LogEvery > 0 && progress.Updates % _recipe.LogEvery == 0)) WriteFigures(progress, norm, first, before);
                if (epochEnds) progress = EndEpoch(progress, average);
                if (_task.Group.IsFirst && (epochEnds || Stopwatch.GetElapsedTime(saved).TotalSeconds > _recipe.SaveEverySeconds))
                {
                    Save(progress, average, optimizer);
                    saved = Stopwatch.GetTimestamp();
                }
                if (Stopwatch.GetElapsedTime(shown).TotalSeconds > 0.5)
                {
                    Show(progress, first, before);
                    shown = Stopwatch.GetTimestamp();
                }
            }
        }
        catch (OperationCanceledException)
        {
            if (_task.Group.IsFirst) Save(progress, average, optimizer);
            throw;
        }
        return progress;
    }

    /// <summary>The first micro-batch of an update. Micro-batches left over at an epoch's end are not used.</summary>
    private long MicroBatchOf(long update) =>
        (update / _updatesPerEpoch * _task.Batches.PerEpoch) + (update % _updatesPerEpoch * _recipe.Accumulate);

    private double Update(Progress progress, IOptimizer optimizer, GradientSum gradients, IEnumerator<HostBatch> batches)
    {
        long update = progress.Updates;
        Freeze(update);
        _network.ClearGradients();
        double sampleSize = 0;
        for (int k = 0; k < _recipe.Accumulate; k++)
        {
            if (!batches.MoveNext()) throw new InvalidOperationException("The batches ended before the run did.");
            using var scope = new Scope();
            var context = new ObjectiveContext(Streams.Network(_recipe.Seed, MicroBatchOf(update) + k, _task.Group.Rank), update, Training: true) { TotalUpdates = TotalUpdates };
            ObjectiveResult result = _task.Objective.Compute(batches.Current.On(_task.Device), context);
            Tensor total = result.Total();
            if (!double.IsFinite(total.Item()))
                throw new DatasetException($"The loss is {total.Item()} at update {update + 1}: lower learningRate, or look for absurd values in the data (dataset check).");
            total.Backward();
            sampleSize += result.SampleSize;
            _figures.Add(result);
        }
        SkipLeftOver(update, batches);
        double norm = gradients.Finish(sampleSize, _recipe.ClipNorm);
        optimizer.Step(Rate(update, progress), _schedule.Beta1(update), WeightDecay(update));
        return norm;
    }

    private void SkipLeftOver(long update, IEnumerator<HostBatch> batches)
    {
        if ((update + 1) % _updatesPerEpoch != 0) return;
        for (long left = _task.Batches.PerEpoch - (_updatesPerEpoch * _recipe.Accumulate); left > 0; left--) batches.MoveNext();
    }

    private void Freeze(long update)
    {
        if (_recipe.Frozen.Count == 0) return;
        foreach ((string name, Tensor tensor) in _parameters)
        {
            bool trains = !_recipe.Frozen.Any(f => update < f.Value && name.StartsWith(f.Key, StringComparison.Ordinal));
            if (tensor.RequiresGrad != trains) tensor.RequiresGrad = trains;
        }
    }

    private Progress EndEpoch(Progress progress, WeightAverage? average)
    {
        int epoch = (int)(progress.Updates / _updatesPerEpoch);
        bool last = epoch == _recipe.Epochs;
        bool validates = epoch % _recipe.ValidateEvery == 0 || last;
        // One process judges, the others wait; what it found decides for all of them.
        Span<double> found = [0, 0];
        if (_task.Group.IsFirst)
        {
            average?.Swap();
            try
            {
                if (_recipe.KeepLast > 0) KeepEpoch(epoch);
                if (validates) found[0] = Judge(progress, epoch);
                if (validates && IsBetter(found[0], progress)) SafeTensorsWriter.Write(BestFile(_task.Folder), TrainingState.Named("", _network.State()));
            }
            finally
            {
                average?.Swap();
            }
        }
        _task.Group.Sum(found);
        if (!validates) return progress;
        progress = progress with { Plateau = progress.Plateau?.After(found[0], _recipe.Plateau!) };
        return IsBetter(found[0], progress)
            ? progress with { BestEpoch = epoch, BestMetric = found[0], Stale = 0 }
            : progress with { Stale = progress.Stale + 1 };
    }

    private double Judge(Progress progress, int epoch)
    {
        ValidationOutcome outcome = _task.Validate();
        bool better = IsBetter(outcome.Metric, progress);
        _log.Write("validation",
            [("epoch", epoch), ("updates", progress.Updates), ("metric", Finite(outcome.Metric)), ("best", better), .. outcome.Figures.Select(f => (f.Name, Finite(f.Value)))]);
        string figures = string.Join(", ", outcome.Figures.Take(4).Select(f => $"{f.Name} {f.Value:G4}"));
        _task.Show(new($"epoch {epoch} of {_recipe.Epochs}: {figures}{(better && !_recipe.KeepsLast ? " (best so far)" : "")}, {TimeSpan.FromSeconds(progress.Seconds):h\\:mm\\:ss}", true));
        _task.AfterValidation?.Invoke(epoch, outcome, better, _log);
        return outcome.Metric;
    }

    private bool IsBetter(double metric, Progress progress) => _recipe.KeepsLast || metric > progress.BestMetric;

    private bool IsStale(Progress progress) => _recipe.Patience > 0 && progress.Stale >= _recipe.Patience;

    private void KeepEpoch(int epoch)
    {
        SafeTensorsWriter.Write(Path.Combine(_task.Folder, $"epoch-{epoch}.safetensors"), TrainingState.Named("", _network.State()));
        File.Delete(Path.Combine(_task.Folder, $"epoch-{epoch - _recipe.KeepLast}.safetensors"));
    }

    private void Save(Progress progress, WeightAverage? average, IOptimizer optimizer) =>
        TrainingState.Save(StateFile(_task.Folder), progress, _network, average, optimizer, _task.RecipeText);

    private void WriteFigures(Progress progress, double norm, long first, double before)
    {
        IReadOnlyList<(string Name, double Value)> means = _figures.Take(_task.Group);
        if (!_task.Group.IsFirst) return;
        _log.Write("train",
        [
            ("epoch", (int)((progress.Updates + _updatesPerEpoch - 1) / _updatesPerEpoch)), ("updates", progress.Updates), ("rate", Rate(progress.Updates - 1, progress)),
            ("gradient_norm", Finite(norm)), ("windows_per_second", Math.Round(Speed(progress, first, before), 1)), ("seconds", Math.Round(progress.Seconds, 1)),
            .. means.Select(m => (m.Name, Finite(m.Value))),
        ]);
    }

    private void Show(Progress progress, long first, double before)
    {
        if (!_task.Group.IsFirst) return;
        double left = (TotalUpdates - progress.Updates) * (progress.Seconds - before) / Math.Max(1, progress.Updates - first);
        _task.Show(new(
            $"epoch {(progress.Updates / _updatesPerEpoch) + 1} of {_recipe.Epochs}, update {progress.Updates % _updatesPerEpoch} of {_updatesPerEpoch}, "
            + $"{Speed(progress, first, before):F0} windows/s, {TimeSpan.FromSeconds(left):h\\:mm\\:ss} left", false));
    }

    private double Speed(Progress progress, long first, double before) =>
        (progress.Updates - first) * _recipe.Accumulate * _recipe.Batch / Math.Max(1e-9, progress.Seconds - before);

    /// <summary>The optimiser of a recipe.</summary>
    /// <param name="recipe">Which, and its settings.</param>
    /// <param name="named">What it changes.</param>
    /// <param name="decays">Whether a parameter decays, where the objective says; the recipe's decayAll overrules it.</param>
    internal static IOptimizer CreateOptimizer(TrainingRecipe recipe, IReadOnlyList<(string Name, Tensor Tensor)> named, Func<string, bool?> decays)
    {
        bool all = recipe.Optimizer != OptimizerKind.AdamW || recipe.DecayAll;
        OptimizedParameter[] parameters =
            [.. named.Select(p => new OptimizedParameter(p.Name, p.Tensor, Decay: all || (decays(p.Name) ?? p.Tensor.Dim > 1), RateFactor(recipe, p.Name)))];
        return recipe.Optimizer switch
        {
            OptimizerKind.Adam => new Adam(parameters, recipe.Beta1, recipe.Beta2, recipe.Epsilon, recipe.WeightDecay),
            OptimizerKind.Lars => new LarsOptimizer(parameters, recipe.Beta1, recipe.WeightDecay),
            OptimizerKind.FairseqAdam => new FairseqAdam(parameters, recipe.Beta1, recipe.Beta2, recipe.Epsilon, recipe.WeightDecay),
            _ => new AdamW(parameters, recipe.Beta1, recipe.Beta2, recipe.Epsilon, recipe.WeightDecay),
        };
    }

    private static double RateFactor(TrainingRecipe recipe, string name) =>
        recipe.RateFactors.Where(f => name.StartsWith(f.Key, StringComparison.Ordinal)).OrderByDescending(f => f.Key.Length).Select(f => (double?)f.Value).FirstOrDefault() ?? 1;

    private double? WeightDecay(long update) =>
        _recipe.LastWeightDecay is { } last ? JepaCourses.Cosine(update, TotalUpdates, _recipe.WeightDecay, last) : null;

    private double Rate(long update, Progress progress) => _schedule.Rate(update) * (progress.Plateau is { } p ? p.Rate / _recipe.LearningRate : 1);

    /// <summary>The type of the arithmetic; where it is left to the machine, bfloat16 must win clearly: casts and rounding cost something.</summary>
    /// <param name="precision">What the recipe says.</param>
    /// <param name="speedup">How many times faster bfloat16 is than float32; asked for only where it matters.</param>
    internal static ScalarType TypeOf(Precision precision, Func<double> speedup) => precision switch
    {
        Precision.Float32 => ScalarType.Float32,
        Precision.BFloat16 => ScalarType.BFloat16,
        _ => speedup() > 1.3 ? ScalarType.BFloat16 : ScalarType.Float32,
    };

    private ScalarType ChooseType()
    {
        if (_recipe.Precision != Precision.Auto) return TypeOf(_recipe.Precision, () => 1);
        // The first process's measurement counts for all.
        Span<double> speedup = [_task.Group.IsFirst ? PrecisionProbe.BFloat16Speedup() : 0];
        _task.Group.Sum(speedup);
        double measured = speedup[0];
        ScalarType type = TypeOf(_recipe.Precision, () => measured);
        if (_task.Group.IsFirst)
            _task.Show(new($"arithmetic in {type} (bfloat16 is {measured:F1} times as fast as float32 here), {TorchRuntime.Threads} threads", true));
        return type;
    }

    // JSON has no NaN: an undefined figure is null.
    private static JsonNode? Finite(double value) => double.IsFinite(value) ? value : null;
}
