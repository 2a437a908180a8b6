// The reverse process: from noise to a signal, by all steps of the schedule or by a few steps of an equation without randomness.
// Sources: Ho, Jain, Abbeel, NeurIPS 2020, algorithm 2; Song, Meng, Ermon, "Denoising diffusion implicit models", ICLR 2021, eq. 12;
// Lu et al., "DPM-Solver++", arXiv 2211.01095, algorithm 2 (2M).
using Einthoven.Torch;

namespace Einthoven.Models.Generating;

/// <summary>The noise that a network sees in signals at a step; same shape as the signals.</summary>
public delegate Tensor NoisePrediction(Tensor noisy, int step);

/// <summary>Told of the signals after a step.</summary>
public delegate void SamplingObserver(int step, Tensor predictedNoise, Tensor signals);

/// <summary>Ways from noise to signals. All take and give float32 [batch, leads, samples]; nothing is clipped.</summary>
public static class DiffusionSampler
{
    /// <summary>The published way: every step of the schedule, fresh noise after each but the last.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="predict">The network.</param>
    /// <param name="start">Standard normal noise.</param>
    /// <param name="noise">Standard normal noise of the same shape, asked for once after each step t &gt; 0.</param>
    /// <param name="observe">Told after each step, where given.</param>
    public static Tensor AllSteps(NoiseSchedule schedule, NoisePrediction predict, Tensor start, Func<int, Tensor> noise, SamplingObserver? observe = null)
    {
        Tensor x = start;
        for (int t = schedule.Steps - 1; t >= 0; t--)
        {
            using var scope = new Scope();
            Tensor predicted = predict(x, t);
            Tensor next = (x - (predicted * schedule.NoiseFactor[t])) * schedule.InverseSqrtAlpha[t];
            if (t > 0) next += noise(t) * schedule.Sigma[t];
            observe?.Invoke(t, predicted, next);
            x = Replace(scope, x, next, start);
        }

        return x;
    }

    /// <summary>DDIM without added noise: the signal that is seen in the noise, noised again to the next step asked for.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="predict">The network.</param>
    /// <param name="start">Standard normal noise.</param>
    /// <param name="steps">Calls of the network, 1 to the schedule's steps.</param>
    public static Tensor Ddim(NoiseSchedule schedule, NoisePrediction predict, Tensor start, int steps)
    {
        int[] times = Times(schedule, steps);
        Tensor x = start;
        for (int k = 0; k < times.Length; k++)
        {
            using var scope = new Scope();
            Tensor predicted = predict(x, times[k]);
            Tensor clean = Clean(schedule, x, predicted, times[k]);
            Tensor next = k + 1 == times.Length
                ? clean
                : (clean * schedule.SqrtAlphaBar[times[k + 1]]) + (predicted * schedule.SqrtOneMinusAlphaBar[times[k + 1]]);
            x = Replace(scope, x, next, start);
        }

        return x;
    }

    /// <summary>
    /// DPM-Solver++ (2M): second-order steps from the signals seen at this step and the one before; the first and the last two are of first order.
    /// </summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="predict">The network.</param>
    /// <param name="start">Standard normal noise.</param>
    /// <param name="steps">Calls of the network, 1 to the schedule's steps.</param>
    public static Tensor SecondOrder(NoiseSchedule schedule, NoisePrediction predict, Tensor start, int steps)
    {
        int[] times = Times(schedule, steps);
        using var scope = new Scope();
        Tensor x = start;
        Tensor? before = null;
        for (int k = 0; k < times.Length; k++)
        {
            using var one = new Scope();
            Tensor clean = Clean(schedule, x, predict(x, times[k]), times[k]), next = clean;
            if (k + 1 < times.Length)
            {
                double step = LogRatio(schedule, times[k + 1]) - LogRatio(schedule, times[k]);
                Tensor seen = clean;
                // The last stretch before the signal is the longest of all: to draw the line on that far costs more than it gives.
                if (before is not null && k + 2 < times.Length)
                {
                    double share = step / (2 * (LogRatio(schedule, times[k]) - LogRatio(schedule, times[k - 1])));
                    seen = (clean * (1 + share)) - (before * share);
                }

                double kept = schedule.SqrtOneMinusAlphaBar[times[k + 1]] / (double)schedule.SqrtOneMinusAlphaBar[times[k]];
                next = (x * kept) - (seen * (schedule.SqrtAlphaBar[times[k + 1]] * (Math.Exp(-step) - 1)));
            }

            before = one.Keep(clean);
            x = one.Keep(next);
        }

        return scope.Keep(x);
    }

    /// <summary>The steps at which a sampler of few steps calls the network: evenly spread, the first and (but for a single one) the last included.</summary>
    /// <exception cref="ArgumentException">There are fewer than 1 or more than the schedule has.</exception>
    public static int[] Times(NoiseSchedule schedule, int steps)
    {
        if (steps < 1 || steps > schedule.Steps)
            throw new ArgumentException($"The model's schedule has {schedule.Steps} steps: give 1 to {schedule.Steps} steps, not {steps}.");
        int last = schedule.Steps - 1;
        return [.. Enumerable.Range(0, steps).Select(k => steps == 1 ? last : (int)Math.Round(last * (1 - (k / (steps - 1.0)))))];
    }

    private static Tensor Clean(NoiseSchedule schedule, Tensor x, Tensor noise, int t) =>
        (x - (noise * schedule.SqrtOneMinusAlphaBar[t])) / schedule.SqrtAlphaBar[t];

    // λ = ln(√ᾱ / √(1 − ᾱ)), the time in which the equation is nearly a straight line.
    private static double LogRatio(NoiseSchedule schedule, int t) =>
        0.5 * (Math.Log(schedule.AlphaBar[t]) - Math.Log(1 - (double)schedule.AlphaBar[t]));

    // Two hundred steps must not hold two hundred results.
    private static Tensor Replace(Scope scope, Tensor old, Tensor next, Tensor start)
    {
        scope.Keep(next);
        if (old != start) old.Dispose();
        return next;
    }
}
