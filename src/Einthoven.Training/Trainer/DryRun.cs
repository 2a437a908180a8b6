// What a recipe would do, without doing it: examples, updates, memory and time, the last two measured on random windows.
using System.Globalization;
using Einthoven.Models;
using Einthoven.Signals;
using Einthoven.Torch;
using Einthoven.Training.Data;
using Einthoven.Training.Objectives;
using Einthoven.Training.Recipes;

namespace Einthoven.Training.Trainer;

/// <summary>Counts and measures what a run would need.</summary>
public static class DryRun
{
    // Weights, gradients and two moments in single precision, and the average where there is one.
    private const int BytesPerParameter = 16;

    /// <summary>A supervised run, in a few lines.</summary>
    /// <param name="recipe">Fitted to the data.</param>
    /// <param name="manifest">On which recordings.</param>
    /// <param name="device">Where to compute.</param>
    /// <exception cref="DatasetException">The splits are empty.</exception>
    public static IReadOnlyList<string> Describe(FinetuneRecipe recipe, Manifest manifest, Device device)
    {
        int training = manifest.InSplits([.. recipe.TrainSplits]).Count, validation = manifest.InSplits([.. recipe.ValidationSplits]).Count;
        training = Math.Max(1, (int)Math.Round(recipe.TrainShare * training));
        int samples = recipe.Augmentation.SamplesOf(recipe.Input);
        int labels = manifest.Labels.Count, leads = recipe.Input.Leads.Count;
        EcgNetwork network = ModelFamilies.Get(recipe.Family).Build(recipe.Name, recipe.Network, recipe.Input, labels);
        using IObjective objective = new MultiLabelObjective(network);
        network.Initialize(Streams.Initialization(recipe.Seed));
        UpdateProbe probe = UpdateProbe.Measure(recipe, objective, type => network.ComputeType = type, device, rows =>
            new HostBatch(rows, leads, samples, Windows(rows * leads * samples, recipe.Seed), new float[rows * labels]));
        return
        [
            Text($"{training} training and {validation} validation recordings, {labels} labels"),
            .. Needs(recipe, network.ParameterCount, training, probe, "recordings"),
        ];
    }

    /// <summary>A pretraining, in a few lines; every recording is taken to be as long as the first.</summary>
    /// <param name="recipe">Fitted to the data.</param>
    /// <param name="manifest">On which recordings.</param>
    /// <param name="device">Where to compute.</param>
    /// <exception cref="DatasetException">The splits are empty, or the first recording gives no example.</exception>
    /// <exception cref="EcgFormatException">The first recording cannot be read.</exception>
    public static IReadOnlyList<string> Describe(PretrainRecipe recipe, Manifest manifest, Device device)
    {
        int training = manifest.InSplits([.. recipe.TrainSplits]).Count, validation = manifest.InSplits([.. recipe.ValidationSplits]).Count;
        PretrainTrial trial = Try(recipe, manifest, device);
        return
        [
            Text($"{training} training and {validation} validation recordings; {trial.Examples:N0} {trial.What} an epoch if all are as long as the first ({trial.Seconds:0.#} s)"),
            .. Needs(recipe, trial.Parameters, trial.Examples, trial.Probe, trial.What),
        ];
    }

    /// <summary>Seconds that a pretraining would take, without reading and validation.</summary>
    /// <exception cref="DatasetException">The splits are empty, or the first recording gives no example.</exception>
    /// <exception cref="EcgFormatException">The first recording cannot be read.</exception>
    internal static double Seconds(PretrainRecipe recipe, Manifest manifest, Device device)
    {
        PretrainTrial trial = Try(recipe, manifest, device);
        return recipe.Epochs * (trial.Examples / recipe.Batch / recipe.Accumulate) * trial.Probe.SecondsPerUpdate;
    }

    /// <param name="Examples">Examples of an epoch.</param>
    /// <param name="What">What an example is.</param>
    /// <param name="Seconds">Length of the first recording.</param>
    /// <param name="Parameters">Trained.</param>
    /// <param name="Probe">What updates took.</param>
    private sealed record PretrainTrial(long Examples, string What, double Seconds, long Parameters, UpdateProbe Probe);

    private static PretrainTrial Try(PretrainRecipe recipe, Manifest manifest, Device device)
    {
        IReadOnlyList<ManifestRow> training = manifest.InSplits([.. recipe.TrainSplits]);
        double seconds = EcgRecord.Read(training[0].Path).Duration.TotalSeconds;
        int segments = (int)Math.Floor((seconds * recipe.Input.SamplingRateHz / recipe.Input.WindowSamples) + 1e-6);
        (int each, string what, int rowsEach) = recipe.Objective.Examples() switch
        {
            ExampleKind.Windows => (segments, "segments", 1),
            ExampleKind.Neighbours => (segments / 2, "pairs of segments", 2),
            // As if every recording had a partner.
            ExampleKind.Patients => (Math.Min(1, segments), "pairs of recordings", 2),
            _ => (segments, "segments", 2),
        };
        if (each == 0)
            throw new DatasetException($"{training[0].Path} has {seconds:0.#} s: too short for the recipe's {what} of {recipe.Input.WindowSeconds()} s.");
        int leads = recipe.Input.Leads.Count, samples = recipe.Input.WindowSamples;
        PretrainingParts parts = PretrainingParts.Of(recipe);
        using (IObjective objective = parts.Objective)
        {
            objective.Network.Initialize(Streams.Initialization(recipe.Seed));
            UpdateProbe probe = UpdateProbe.Measure(recipe, objective, parts.SetCompute, device, examples => new HostBatch(
                rowsEach * examples, leads, samples, Windows(rowsEach * examples * leads * samples, recipe.Seed),
                RecordIds: [.. Enumerable.Range(0, rowsEach * examples).Select(row => (long)(row / rowsEach))],
                Segments: [.. Enumerable.Range(0, rowsEach * examples).Select(row => row % rowsEach)]));
            return new((long)each * training.Count, what, seconds, objective.Network.ParameterCount, probe);
        }
    }

    /// <summary>What every kind of training needs, as lines.</summary>
    internal static IEnumerable<string> Needs(TrainingRecipe recipe, long parameters, long examples, UpdateProbe probe, string what)
    {
        long updates = recipe.Epochs * (examples / recipe.Batch / recipe.Accumulate);
        double computed = parameters * (BytesPerParameter + (recipe.AverageDecay > 0 ? 4 : 0)) / 1e6;
        yield return Text($"{parameters:N0} parameters; {updates:N0} updates of {recipe.Accumulate} × {recipe.Batch} {what}");
        bool whole = probe.Examples == recipe.Batch;
        string timed = whole
            ? $"timed on {Count(probe.MicroBatches, "micro-batch", "micro-batches")} of random windows"
            : Text($"scaled from {Count(probe.MicroBatches, "micro-batch", "micro-batches")} of {probe.Examples} random {what}, because {recipe.Batch} would take too long to try: the true time is rather below");
        yield return Text($"{Seconds(probe.SecondsPerUpdate)} an update in {probe.Compute} with {Count(TorchRuntime.Threads, "thread", "threads")} ({timed}): about {Hours(updates * probe.SecondsPerUpdate)} without reading and validation, one process");
        string part = whole ? "" : Text($", with {probe.Examples} of {recipe.Batch} {what} in a micro-batch: the whole wants more");
        yield return Text($"{computed:F0} MB for weights, gradients and optimiser; {probe.PeakBytes / 1e6:F0} MB at most in this trial{part}");
    }

    private static string Seconds(double seconds) => seconds < 100 ? Text($"{seconds:G3} s") : Text($"{seconds:N0} s");

    private static string Hours(double seconds) => seconds switch
    {
        < 90 => Text($"{seconds:F0} s"),
        < 5400 => Text($"{seconds / 60:F0} min"),
        < 172_800 => Text($"{seconds / 3600:F1} h"),
        _ => Text($"{seconds / 86_400:F1} days"),
    };

    private static string Count(int number, string one, string many) => number == 1 ? $"1 {one}" : $"{number} {many}";

    /// <summary>Random numbers in the place of signals.</summary>
    internal static float[] Windows(int size, ulong seed)
    {
        var values = new float[size];
        new PhiloxRandom(seed).Normal(values);
        return values;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
