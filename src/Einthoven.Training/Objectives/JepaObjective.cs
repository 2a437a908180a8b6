// Joint-embedding prediction: from the kept patches of a window, what a slow copy of the encoder makes of the others.
// Source: Weimann and Conrad, arXiv 2410.13867; kweimann/ECG-JEPA, pretrain.py and utils/schedules.py.
using Einthoven.Models;
using Einthoven.Models.Jepa;
using Einthoven.Torch;

namespace Einthoven.Training.Objectives;

/// <summary>Courses of a number over a run, as ECG-JEPA's programs compute them.</summary>
public static class JepaCourses
{
    /// <summary>A straight warm-up, then half a cosine that reaches its end one step before the last.</summary>
    /// <param name="step">Steps made.</param>
    /// <param name="total">Steps of the run; beyond it the value is the final one. At exactly this step the cosine has risen again by a hair.</param>
    /// <param name="first">Value behind the warm-up.</param>
    /// <param name="final">Value at the end.</param>
    /// <param name="warmup">Steps of the warm-up.</param>
    /// <param name="warmupStart">Its first value.</param>
    public static double Cosine(long step, long total, double first, double final, long warmup = 0, double warmupStart = 1e-6)
    {
        if (step < warmup) return warmupStart + ((first - warmupStart) * step / warmup);
        if (step > total) return final;
        return final + (0.5 * (1 + Math.Cos(Math.PI * (step - warmup) / Math.Max(1, total - warmup - 1))) * (first - final));
    }

    /// <summary>A straight line, and its end beyond it.</summary>
    public static double Linear(long step, long total, double first, double final) => step < total ? first + ((final - first) * step / total) : final;
}

/// <summary>Settings of joint-embedding prediction; the defaults are the published ones.</summary>
public sealed record JepaOptions
{
    /// <summary>What is masked.</summary>
    public BlockMasking Mask { get; init; } = new();

    /// <summary>How slowly the target encoder follows at first.</summary>
    public double FirstMomentum { get; init; } = 0.998;

    /// <summary>And at last.</summary>
    public double LastMomentum { get; init; } = 0.9995;

    /// <summary>Updates over which it rises in a straight line; null: the whole run, as published.</summary>
    public long? MomentumUpdates { get; init; }

    /// <summary>Sizes of the predictor.</summary>
    public JepaPredictorConfig Predictor { get; init; } = new();

    /// <summary>The momentum after so many updates.</summary>
    /// <param name="updates">Updates made.</param>
    /// <param name="total">Updates of the run; 0: not known, the first momentum.</param>
    public double MomentumAt(long updates, long total) =>
        (MomentumUpdates ?? total) is > 0 and var length ? JepaCourses.Linear(updates, length, FirstMomentum, LastMomentum) : FirstMomentum;
}

/// <summary>
/// Term <c>jepa</c>: mean absolute difference of a window's masked tokens, summed over windows; the sample size is their number. The target
/// encoder moves before every training pass, as published: where micro-batches are accumulated it moves with each of them. Metric
/// target_spread is the targets' standard deviation over tokens, 0 where everything has collapsed into one point.
/// </summary>
public sealed class JepaObjective(JepaPretraining network, JepaOptions options) : IObjective
{
    /// <summary>Replays this mask instead of drawing anew; null: draw.</summary>
    public PatchSplit? Recorded { get; init; }

    /// <summary>Told of every intermediate result; null: nobody.</summary>
    public StageObserver? Stages { get; init; }

    /// <inheritdoc/>
    public Module Network => network;

    /// <inheritdoc/>
    public ObjectiveResult Compute(TrainingBatch batch, ObjectiveContext context)
    {
        context.SetMode(network);
        if (context.Training) network.FollowEncoder(options.MomentumAt(context.Updates, context.TotalUpdates));
        using Scope scope = new();
        int windows = (int)batch.Windows.Size(0);
        PatchSplit mask = Recorded ?? options.Mask.Draw(windows, network.Encoder.PatchesOf(batch.Windows.Size(2)), context.Random);
        Device device = batch.Windows.Device;
        JepaPass pass = network.Forward(batch.Windows, mask.KeptOn(device), mask.MaskedOn(device), Stages);
        Tensor loss = (pass.Prediction - pass.Target).Abs().Mean() * windows;
        return new([new("jepa", scope.Keep(loss))], windows, new Dictionary<string, double> { ["target_spread"] = TargetSpread.Of(pass.Target) });
    }

    /// <inheritdoc/>
    public bool? Decays(string parameter) => JepaPretraining.Decays(parameter);

    /// <inheritdoc/>
    public void Dispose() => network.Dispose();
}

/// <summary>How far a teacher's tokens differ.</summary>
internal static class TargetSpread
{
    /// <summary>The standard deviation over all tokens, averaged over channels: 0 where everything has collapsed into one point.</summary>
    /// <param name="target">[windows, tokens, width].</param>
    internal static double Of(Tensor target)
    {
        using Scope scope = new();
        using GradModeGuard noGrad = GradMode.Off();
        return (target - target.Mean([0, 1], keepDimensions: true)).Square().Mean([0, 1]).Sqrt().Mean().Item();
    }
}
