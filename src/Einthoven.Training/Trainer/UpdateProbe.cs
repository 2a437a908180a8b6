// How long an update of a recipe takes on this machine and how much memory it wants: a few real ones, on random windows.
using System.Diagnostics;
using Einthoven.Models;
using Einthoven.Torch;
using Einthoven.Training.Objectives;
using Einthoven.Training.Recipes;

namespace Einthoven.Training.Trainer;

/// <summary>What a few updates took.</summary>
/// <param name="Compute">Type of the arithmetic that the recipe gives on this machine.</param>
/// <param name="MicroBatches">Micro-batches that were timed.</param>
/// <param name="Examples">Examples in each of them; fewer than the recipe's batch where that would have taken too long.</param>
/// <param name="SecondsPerUpdate">All micro-batches of an update, forward and backward, and the optimiser's step.</param>
/// <param name="PeakBytes">The largest memory this process had until now.</param>
internal sealed record UpdateProbe(ScalarType Compute, int MicroBatches, int Examples, double SecondsPerUpdate, long PeakBytes)
{
    private const double LimitSeconds = 8;
    private const int EnoughMicroBatches = 4;
    private const int TrialShare = 32;

    /// <summary>Times updates for some ten seconds, or a part of one where a single one takes longer. The weights stay as they are.</summary>
    /// <param name="recipe">Batch, accumulation, optimiser, precision.</param>
    /// <param name="objective">What is trained; on the CPU.</param>
    /// <param name="setCompute">Sets the network's type of arithmetic.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="batch">Makes a micro-batch of so many examples.</param>
    internal static UpdateProbe Measure(TrainingRecipe recipe, IObjective objective, Action<ScalarType> setCompute, Device device, Func<int, HostBatch> batch)
    {
        ScalarType compute = TrainingLoop.TypeOf(recipe.Precision, PrecisionProbe.BFloat16Speedup);
        setCompute(compute);
        objective.Network.To(device);
        int examples = Math.Max(2, recipe.Batch / TrialShare), timed = 1;
        double seconds = MicroBatch(examples);
        if (seconds < LimitSeconds)
        {
            // The first pass also allocates and lays out; the second tells what a whole micro-batch would take.
            seconds = MicroBatch(examples);
            if (seconds * recipe.Batch / examples < LimitSeconds)
            {
                examples = recipe.Batch;
                (seconds, timed) = (0, 0);
                while (timed < EnoughMicroBatches && seconds < LimitSeconds)
                {
                    seconds += MicroBatch(examples);
                    timed++;
                }
            }
        }

        using IOptimizer optimizer = TrainingLoop.CreateOptimizer(recipe, [.. objective.Network.NamedParameters()], objective.Decays);
        long start = Stopwatch.GetTimestamp();
        optimizer.Step(0);
        double step = Stopwatch.GetElapsedTime(start).TotalSeconds, each = seconds / timed * recipe.Batch / examples;
        using Process process = Process.GetCurrentProcess();
        return new(compute, timed, examples, (recipe.Accumulate * each) + step, process.PeakWorkingSet64);

        double MicroBatch(int count)
        {
            using var scope = new Scope();
            HostBatch made = batch(count);
            TrainingBatch windows = made.On(device);
            // It is shown the windows once, before training: no update pays for that.
            if (objective.Network is IStandardizing standardizing) standardizing.Standardize([windows.Windows]);
            long begun = Stopwatch.GetTimestamp();
            ObjectiveResult result = objective.Compute(windows, new ObjectiveContext(new PhiloxRandom(recipe.Seed), 0, Training: true));
            Tensor total = result.Total();
            total.Backward();
            _ = total.Item();
            return Stopwatch.GetElapsedTime(begun).TotalSeconds;
        }
    }
}
