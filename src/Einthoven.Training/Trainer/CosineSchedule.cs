// Learning rate: linear warm-up, then half a cosine to zero (Loshchilov and Hutter, "SGDR", ICLR 2017, one cycle).
namespace Einthoven.Training.Trainer;

/// <summary>The learning rate of each step.</summary>
/// <param name="Peak">The largest rate.</param>
/// <param name="WarmupSteps">Steps of the linear rise.</param>
/// <param name="TotalSteps">Steps of the whole run.</param>
internal readonly record struct CosineSchedule(double Peak, long WarmupSteps, long TotalSteps)
{
    /// <summary>The rate of step <paramref name="step"/>, counted from 0.</summary>
    internal double Rate(long step)
    {
        if (step < WarmupSteps) return Peak * (step + 1) / WarmupSteps;
        double share = (double)(step - WarmupSteps) / Math.Max(1, TotalSteps - WarmupSteps);
        return Peak * 0.5 * (1 + Math.Cos(Math.PI * Math.Min(1, share)));
    }
}
