// The forward process: how a signal is noised, each row to a step of its own.
// Source: Ho, Jain, Abbeel, NeurIPS 2020, eq. 4.
using Einthoven.Torch;

namespace Einthoven.Models.Generating;

/// <summary>Noises signals.</summary>
public static class DiffusionStep
{
    /// <summary>√ᾱ_t · x + √(1 − ᾱ_t) · z.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="clean">x, [batch, leads, samples].</param>
    /// <param name="noise">z, of the same shape.</param>
    /// <param name="steps">t of each row.</param>
    public static Tensor Noise(NoiseSchedule schedule, Tensor clean, Tensor noise, IReadOnlyList<long> steps)
    {
        using var scope = new Scope();
        return scope.Keep((clean * Factors(schedule.SqrtAlphaBar)) + (noise * Factors(schedule.SqrtOneMinusAlphaBar)));

        // One factor a row: a step that lined up with the leads instead would noise every lead of a row differently.
        Tensor Factors(IReadOnlyList<float> ofStep) => Tensor.From([.. steps.Select(t => ofStep[(int)t])], steps.Count, 1, 1).To(clean.Device);
    }
}
