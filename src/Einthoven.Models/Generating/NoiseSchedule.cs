// How noise takes over from a signal, step by step, and the figures that both directions of a diffusion need.
// Source: Ho, Jain, Abbeel, "Denoising diffusion probabilistic models", NeurIPS 2020, §2 to §4; SSSD-ECG, utils/util.py.
namespace Einthoven.Models.Generating;

/// <summary>
/// A linear schedule, computed one step after the other in single precision as the published programs do. Lists are indexed by the step,
/// from 0 (almost no noise) to <see cref="Steps"/> − 1.
/// </summary>
public sealed class NoiseSchedule
{
    /// <summary>Computes a schedule.</summary>
    /// <param name="steps">Steps, at least 1.</param>
    /// <param name="firstBeta">Variance that the first step adds, in (0, 1).</param>
    /// <param name="lastBeta">Variance that the last step adds, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
    public NoiseSchedule(int steps, double firstBeta, double lastBeta)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        if (firstBeta is not (> 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(firstBeta), firstBeta, "a variance lies between 0 and 1");
        if (lastBeta is not (> 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(lastBeta), lastBeta, "a variance lies between 0 and 1");
        float[] beta = Linear((float)firstBeta, (float)lastBeta, steps), alpha = new float[steps], signal = new float[steps], sigma = new float[steps];
        for (int t = 0; t < steps; t++)
        {
            alpha[t] = 1f - beta[t];
            signal[t] = t == 0 ? alpha[0] : signal[t - 1] * alpha[t];
            float variance = t == 0 ? beta[0] : beta[t] * ((1f - signal[t - 1]) / (1f - signal[t]));
            sigma[t] = MathF.Sqrt(variance);
        }

        (Beta, Alpha, AlphaBar, Sigma) = (beta, alpha, signal, sigma);
        SqrtAlphaBar = [.. signal.Select(MathF.Sqrt)];
        SqrtOneMinusAlphaBar = [.. signal.Select(a => MathF.Sqrt(1f - a))];
        NoiseFactor = [.. Enumerable.Range(0, steps).Select(t => (1f - alpha[t]) / MathF.Sqrt(1f - signal[t]))];
        InverseSqrtAlpha = [.. alpha.Select(a => 1f / MathF.Sqrt(a))];
    }

    /// <summary>Number of steps T.</summary>
    public int Steps => Beta.Count;

    /// <summary>β_t, the variance that step t adds.</summary>
    public IReadOnlyList<float> Beta { get; }

    /// <summary>α_t = 1 − β_t.</summary>
    public IReadOnlyList<float> Alpha { get; }

    /// <summary>ᾱ_t = α_0 · … · α_t, the share of the signal's variance that is left.</summary>
    public IReadOnlyList<float> AlphaBar { get; }

    /// <summary>σ_t = √(β_t (1 − ᾱ_{t−1}) / (1 − ᾱ_t)), the deviation of the noise that a reverse step adds; σ_0 = √β_0 is never used.</summary>
    public IReadOnlyList<float> Sigma { get; }

    /// <summary>√ᾱ_t, the factor of the signal in a noised one.</summary>
    public IReadOnlyList<float> SqrtAlphaBar { get; }

    /// <summary>√(1 − ᾱ_t), the factor of the noise in a noised signal.</summary>
    public IReadOnlyList<float> SqrtOneMinusAlphaBar { get; }

    /// <summary>(1 − α_t) / √(1 − ᾱ_t), the factor of the predicted noise in a reverse step.</summary>
    public IReadOnlyList<float> NoiseFactor { get; }

    /// <summary>1 / √α_t, the factor of the whole reverse step.</summary>
    public IReadOnlyList<float> InverseSqrtAlpha { get; }

    // From both ends, as PyTorch's linspace does: the ends are exact.
    private static float[] Linear(float first, float last, int count)
    {
        float step = count > 1 ? (last - first) / (count - 1) : 0;
        var values = new float[count];
        for (int k = 0; k < count; k++) values[k] = k < (count + 1) / 2 ? first + (step * k) : last - (step * (count - 1 - k));
        return values;
    }
}
