// Learning rates by the number of updates: the three schedules of the original, two decays to an end, and one cycle up and down.
// Source: fairseq-signals, optim/lr_scheduler (fixed, tri_stage, step); Loshchilov and Hutter, "SGDR", ICLR 2017 (one cycle of the cosine).
namespace Einthoven.Training.Trainer;

/// <summary>A learning rate for every update.</summary>
public interface ILearningRateSchedule
{
    /// <summary>The rate of the update that follows <paramref name="update"/> updates made.</summary>
    double Rate(long update);

    /// <summary>Decay of the optimiser's first moment at that update; null: its own.</summary>
    double? Beta1(long update) => null;
}

/// <summary>A rate for each epoch, shrinking from some epoch on, behind a linear warm-up.</summary>
/// <param name="Rates">Rates of the epochs from the first; the last holds for all that follow.</param>
/// <param name="WarmupUpdates">Updates of the rise: update n has (n + 1)/warm-up of the rate.</param>
/// <param name="UpdatesPerEpoch">Length of an epoch; needed where rates change with epochs.</param>
/// <param name="ForceAnneal">Epoch, counted from 1, from which each epoch multiplies the last rate by <paramref name="Shrink"/>; null: none.</param>
/// <param name="Shrink">That factor.</param>
public sealed record FixedSchedule(
    IReadOnlyList<double> Rates, long WarmupUpdates = 0, long? UpdatesPerEpoch = null, long? ForceAnneal = null, double Shrink = 0.1) : ILearningRateSchedule
{
    /// <inheritdoc/>
    public double Rate(long update)
    {
        long epoch = UpdatesPerEpoch is { } each ? (update / each) + 1 : 1;
        double rate = epoch >= ForceAnneal
            ? Rates[^1] * Math.Pow(Shrink, epoch + 1 - ForceAnneal.Value)
            : Rates[(int)Math.Min(epoch - 1, Rates.Count - 1)];
        return update < WarmupUpdates ? rate * (update + 1) / WarmupUpdates : rate;
    }
}

/// <summary>Linear warm-up to a rate that is then multiplied by a factor every so many updates.</summary>
/// <param name="Peak">The rate after the warm-up.</param>
/// <param name="WarmupUpdates">Updates of the rise.</param>
/// <param name="Minimum">The lowest rate.</param>
/// <param name="Period">Updates from one fall to the next.</param>
/// <param name="Decay">Factor of a fall.</param>
/// <param name="Initial">Rate of the first update; null: <paramref name="Minimum"/>.</param>
public sealed record StepSchedule(
    double Peak, long WarmupUpdates = 0, double Minimum = 0, long Period = 25_000, double Decay = 0.5, double? Initial = null) : ILearningRateSchedule
{
    /// <inheritdoc/>
    public double Rate(long update)
    {
        double first = Initial ?? Minimum;
        if (update < WarmupUpdates) return first + ((Peak - first) * update / WarmupUpdates);
        long falls = (update - WarmupUpdates) / Period;
        return Math.Max(Minimum, Peak * Math.Pow(Decay, falls));
    }
}

/// <summary>Linear rise, plateau, exponential fall, rest.</summary>
/// <param name="Peak">Rate of the plateau.</param>
/// <param name="WarmupUpdates">Updates of the rise.</param>
/// <param name="HoldUpdates">Updates of the plateau.</param>
/// <param name="DecayUpdates">Updates of the fall.</param>
/// <param name="InitialScale">First rate as a share of the peak.</param>
/// <param name="FinalScale">Last rate as a share of the peak.</param>
public sealed record TriStageSchedule(
    double Peak, long WarmupUpdates, long HoldUpdates, long DecayUpdates, double InitialScale = 0.01, double FinalScale = 0.01) : ILearningRateSchedule
{
    /// <summary>The stages as shares of a run; they must add up to 1.</summary>
    /// <exception cref="ArgumentException">They do not.</exception>
    public static TriStageSchedule ByShares(
        double peak, double warmup, double hold, double decay, long updates, double initialScale = 0.01, double finalScale = 0.01) =>
        Math.Abs(warmup + hold + decay - 1) < 1e-9
            ? new(peak, (long)(warmup * updates), (long)(hold * updates), (long)(decay * updates), initialScale, finalScale)
            : throw new ArgumentException($"The shares of a tri-stage schedule, {warmup}, {hold} and {decay}, do not add up to 1.");

    /// <inheritdoc/>
    public double Rate(long update)
    {
        double first = InitialScale * Peak;
        if (update < WarmupUpdates) return first + ((Peak - first) * update / WarmupUpdates);
        long after = update - WarmupUpdates - HoldUpdates;
        if (after < 0) return Peak;
        return after <= DecayUpdates && DecayUpdates > 0 ? Peak * Math.Exp(Math.Log(FinalScale) / DecayUpdates * after) : Peak * FinalScale;
    }
}

/// <summary>Linear warm-up, then a power of the share that is left, down to an end.</summary>
/// <param name="Peak">The largest rate.</param>
/// <param name="WarmupSteps">Updates of the rise.</param>
/// <param name="TotalSteps">Updates of the whole run.</param>
/// <param name="End">The rate at the end and beyond.</param>
/// <param name="Power">1: linear.</param>
public sealed record PolynomialSchedule(double Peak, long WarmupSteps, long TotalSteps, double End = 0, double Power = 1) : ILearningRateSchedule
{
    /// <inheritdoc/>
    public double Rate(long update) =>
        Decays.Warmup(Peak, WarmupSteps, update) ?? (End + ((Peak - End) * Math.Pow(1 - Decays.Share(WarmupSteps, TotalSteps, update), Power)));
}

/// <summary>Linear warm-up, then half a cosine down to an end.</summary>
/// <param name="Peak">The largest rate.</param>
/// <param name="WarmupSteps">Updates of the rise.</param>
/// <param name="TotalSteps">Updates of the whole run.</param>
/// <param name="End">The rate at the end and beyond.</param>
public sealed record CosineSchedule(double Peak, long WarmupSteps, long TotalSteps, double End = 0) : ILearningRateSchedule
{
    /// <inheritdoc/>
    public double Rate(long update) =>
        Decays.Warmup(Peak, WarmupSteps, update)
        ?? Decays.Cosine(Peak, End, Decays.Share(WarmupSteps, TotalSteps, update));
}

/// <summary>
/// One cycle of fastai 1.0: half a cosine up over the first part of the run, half a cosine down over the rest, and the decay of the first
/// moment the other way. The end value is never reached: it would belong to the update after the last.
/// </summary>
/// <param name="Peak">The largest rate.</param>
/// <param name="TotalSteps">Updates of the whole run.</param>
/// <param name="RiseFraction">Share of them that rise, rounded down.</param>
/// <param name="StartDivisor">Peak ÷ first rate.</param>
/// <param name="EndDivisor">Peak ÷ rate behind the last update.</param>
/// <param name="HighBeta1">Decay of the first moment at both ends.</param>
/// <param name="LowBeta1">Decay of the first moment at the peak.</param>
public sealed record OneCycleSchedule(
    double Peak, long TotalSteps, double RiseFraction = 0.3, double StartDivisor = 25, double EndDivisor = 250_000,
    double HighBeta1 = 0.95, double LowBeta1 = 0.85) : ILearningRateSchedule
{
    private long RiseSteps => (long)(RiseFraction * TotalSteps);

    /// <inheritdoc/>
    public double Rate(long update) => At(update, Peak / StartDivisor, Peak, Peak / EndDivisor);

    /// <inheritdoc/>
    public double? Beta1(long update) => At(update, HighBeta1, LowBeta1, HighBeta1);

    private double At(long update, double start, double middle, double end)
    {
        if (update == 0) return start;
        return update <= RiseSteps
            ? Decays.Cosine(start, middle, (double)update / RiseSteps)
            : Decays.Cosine(middle, end, Math.Min(1, (double)(update - RiseSteps) / (TotalSteps - RiseSteps)));
    }
}

internal static class Decays
{
    /// <summary>Half a cosine from one value to another.</summary>
    internal static double Cosine(double from, double to, double share) => to + ((from - to) / 2 * (1 + Math.Cos(Math.PI * share)));

    /// <summary>The rate during the rise; null after it.</summary>
    internal static double? Warmup(double peak, long warmup, long update) => update < warmup ? peak * (update + 1) / warmup : null;

    /// <summary>How much of the fall is behind.</summary>
    internal static double Share(long warmup, long total, long update) => Math.Clamp((update - warmup) / (double)Math.Max(1, total - warmup), 0, 1);
}
