// How the learning rate of a recipe runs, each way a record of its settings: "cosine" alone, or {"kind": "cosine", …} with them.
using System.Text.Json.Serialization;
using Einthoven.Training.Trainer;

namespace Einthoven.Training.Recipes;

/// <summary>A course of the learning rate, in shares of the recipe's peak and of the run.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(CosineRecipe), "cosine")]
[JsonDerivedType(typeof(FixedRecipe), "fixed")]
[JsonDerivedType(typeof(LinearRecipe), "linear")]
[JsonDerivedType(typeof(OneCycleRecipe), "one-cycle")]
[JsonDerivedType(typeof(PolynomialRecipe), "polynomial")]
[JsonDerivedType(typeof(StepRecipe), "step")]
[JsonDerivedType(typeof(TriStageRecipe), "tri-stage")]
public abstract record ScheduleRecipe
{
    /// <summary>The rates of a run.</summary>
    /// <param name="peak">The largest rate.</param>
    /// <param name="warmup">Updates of the rise.</param>
    /// <param name="total">Updates of the whole run.</param>
    internal abstract ILearningRateSchedule Create(double peak, long warmup, long total);

    /// <summary>Checks the settings.</summary>
    /// <param name="warmupFraction">The share of the updates that warm up.</param>
    /// <exception cref="ArgumentException">One is out of range; the message names it.</exception>
    internal abstract void Validate(double warmupFraction);

    private protected static void Require(bool holds, string problem)
    {
        if (!holds) throw new ArgumentException($"The recipe does not work: schedule.{problem}.");
    }

    private protected static void RequireShare(string name, double value) => Require(value is >= 0 and <= 1, $"{name} is not between 0 and 1");
}

/// <summary>Linear warm-up, then half a cosine.</summary>
public sealed record CosineRecipe : ScheduleRecipe
{
    /// <summary>Rate at the end as a share of the peak.</summary>
    public double EndFraction { get; init; }

    internal override ILearningRateSchedule Create(double peak, long warmup, long total) => new CosineSchedule(peak, warmup, total, EndFraction * peak);

    internal override void Validate(double warmupFraction) => RequireShare("endFraction", EndFraction);
}

/// <summary>Linear warm-up, then constant.</summary>
public sealed record FixedRecipe : ScheduleRecipe
{
    internal override ILearningRateSchedule Create(double peak, long warmup, long total) => new FixedSchedule([peak], warmup);

    internal override void Validate(double warmupFraction)
    {
    }
}

/// <summary>Linear warm-up, then a straight line.</summary>
public sealed record LinearRecipe : ScheduleRecipe
{
    /// <summary>Rate at the end as a share of the peak.</summary>
    public double EndFraction { get; init; }

    internal override ILearningRateSchedule Create(double peak, long warmup, long total) => new PolynomialSchedule(peak, warmup, total, EndFraction * peak);

    internal override void Validate(double warmupFraction) => RequireShare("endFraction", EndFraction);
}

/// <summary>Linear warm-up, then a power of the share of the run that is left.</summary>
public sealed record PolynomialRecipe : ScheduleRecipe
{
    /// <summary>That power; 1 is a straight line.</summary>
    public double Power { get; init; } = 2;

    /// <summary>Rate at the end as a share of the peak.</summary>
    public double EndFraction { get; init; }

    internal override ILearningRateSchedule Create(double peak, long warmup, long total) => new PolynomialSchedule(peak, warmup, total, EndFraction * peak, Power);

    internal override void Validate(double warmupFraction)
    {
        Require(Power > 0, "power is not positive");
        RequireShare("endFraction", EndFraction);
    }
}

/// <summary>Linear warm-up, then a fall by a factor every so many updates. Defaults: ECG-FM's framework.</summary>
public sealed record StepRecipe : ScheduleRecipe
{
    /// <summary>Updates from one fall to the next.</summary>
    public long Period { get; init; } = 25_000;

    /// <summary>Factor of a fall.</summary>
    public double Decay { get; init; } = 0.5;

    /// <summary>Lowest rate, where the warm-up begins too, as a share of the peak.</summary>
    public double MinimumFraction { get; init; }

    internal override ILearningRateSchedule Create(double peak, long warmup, long total) =>
        new StepSchedule(peak, warmup, MinimumFraction * peak, Period, Decay);

    internal override void Validate(double warmupFraction)
    {
        Require(Period > 0, "period is not positive");
        Require(Decay is > 0 and <= 1, "decay is not in (0, 1]");
        RequireShare("minimumFraction", MinimumFraction);
    }
}

/// <summary>Linear rise over the warm-up, a plateau, an exponential fall over the rest. Defaults: ECG-FM's framework.</summary>
public sealed record TriStageRecipe : ScheduleRecipe
{
    /// <summary>Share of the updates on the plateau; with the warm-up at most 1.</summary>
    public double HoldFraction { get; init; } = 0.4;

    /// <summary>First rate as a share of the peak.</summary>
    public double InitialFraction { get; init; } = 0.01;

    /// <summary>Last rate as a share of the peak.</summary>
    public double FinalFraction { get; init; } = 0.01;

    internal override ILearningRateSchedule Create(double peak, long warmup, long total)
    {
        var hold = (long)(HoldFraction * total);
        return new TriStageSchedule(peak, warmup, hold, Math.Max(0, total - warmup - hold), InitialFraction, FinalFraction);
    }

    internal override void Validate(double warmupFraction)
    {
        RequireShare("holdFraction", HoldFraction);
        RequireShare("initialFraction", InitialFraction);
        Require(FinalFraction is > 0 and <= 1, "finalFraction is not in (0, 1]");
        Require(HoldFraction + warmupFraction <= 1, "holdFraction and warmupFraction add up to more than 1");
    }
}

/// <summary>
/// Up and down in one cycle, the optimiser's first decay down and up against it. Defaults: fastai 1.0, as the PTB-XL benchmark trains
/// (Strodthoff et al., IEEE JBHI 2021; Smith and Topin, "Super-convergence", 2019). The cycle has a rise of its own: warmupFraction is 0.
/// </summary>
public sealed record OneCycleRecipe : ScheduleRecipe
{
    /// <summary>Share of the updates that rise.</summary>
    public double RiseFraction { get; init; } = 0.3;

    /// <summary>The peak divided by the first rate.</summary>
    public double StartDivisor { get; init; } = 25;

    /// <summary>The peak divided by the rate behind the last update.</summary>
    public double EndDivisor { get; init; } = 250_000;

    /// <summary>beta1 at the cycle's ends; the recipe's beta1 is not used.</summary>
    public double HighBeta1 { get; init; } = 0.95;

    /// <summary>beta1 at the peak.</summary>
    public double LowBeta1 { get; init; } = 0.85;

    internal override ILearningRateSchedule Create(double peak, long warmup, long total) =>
        new OneCycleSchedule(peak, total, RiseFraction, StartDivisor, EndDivisor, HighBeta1, LowBeta1);

    internal override void Validate(double warmupFraction)
    {
        Require(RiseFraction is > 0 and < 1, "riseFraction is not in (0, 1)");
        Require(StartDivisor >= 1 && EndDivisor >= 1, "startDivisor or endDivisor is below 1");
        Require(HighBeta1 is >= 0 and < 1 && LowBeta1 is >= 0 and < 1, "highBeta1 or lowBeta1 is not in [0, 1)");
        Require(warmupFraction == 0, "riseFraction takes the place of warmupFraction in a one-cycle schedule: leave warmupFraction at 0");
    }
}
