// Training of a generator: to tell the noise in a signal that was noised to a random step.
// Source: Ho, Jain, Abbeel, NeurIPS 2020, algorithm 1; withheld labels: Ho and Salimans, "Classifier-free diffusion guidance", 2022.
using Einthoven.Models.Generating;
using Einthoven.Torch;

namespace Einthoven.Training.Objectives;

/// <summary>How much errors count at each step.</summary>
public enum DiffusionWeighting
{
    /// <summary>Errors of the noise, as published: what is left of the signal in almost pure noise hardly counts.</summary>
    Noise,

    /// <summary>Errors of the velocity (Salimans and Ho, ICLR 2022, §4): those of the noise divided by ᾱ, even over all steps.</summary>
    Velocity,
}

/// <summary>Settings of the diffusion objective; the defaults are the published ones.</summary>
public sealed record DiffusionOptions
{
    /// <summary>Share of the windows whose labels are withheld, so that sampling can be guided; in [0, 1).</summary>
    public double WithheldLabels { get; init; }

    /// <summary>How much errors count at each step.</summary>
    public DiffusionWeighting Weighting { get; init; }
}

/// <summary>
/// Term <c>noise</c> (or <c>velocity</c>, by the weighting): squared error, summed; the sample size is the number of values, so that the loss is their mean.
/// Every window has one step of its own, uniform over the schedule.
/// </summary>
public sealed class DiffusionObjective : IObjective
{
    private readonly DiffusionNetwork _network;
    private readonly DiffusionOptions _options;
    private readonly NoiseSchedule _schedule;

    /// <summary>Takes over a network.</summary>
    /// <param name="network">The network, told of the labels alone.</param>
    /// <param name="options">Settings.</param>
    /// <param name="schedule">The schedule; null: the network's own.</param>
    /// <exception cref="ArgumentException">The network wants to be told the sex, which batches do not carry.</exception>
    public DiffusionObjective(DiffusionNetwork network, DiffusionOptions options, NoiseSchedule? schedule = null)
    {
        if (network.SexClasses > 0) throw new ArgumentException("Batches do not carry the sex: train a network with sexClasses 0.");
        (_network, _options, _schedule) = (network, options, schedule ?? network.Schedule);
    }

    /// <inheritdoc/>
    public Module Network => _network;

    /// <inheritdoc/>
    public ObjectiveResult Compute(TrainingBatch batch, ObjectiveContext context)
    {
        context.SetMode(_network);
        using Scope scope = new();
        int rows = (int)batch.Windows.Size(0);
        var steps = new long[rows];
        Draw(steps, context.Random);
        Tensor noise = context.Random.NormalTensor(batch.Windows.Shape).To(batch.Windows.Device);
        Tensor? told = null;
        if (context.Training && _options.WithheldLabels > 0)
        {
            var draws = new float[rows];
            context.Random.Uniform(draws);
            told = Tensor.From([.. draws.Select(d => d < _options.WithheldLabels ? 0f : 1f)], rows, 1).To(batch.Windows.Device);
        }

        ObjectiveResult result = Compute(batch, noise, steps, told);
        _ = scope.Keep(result.Terms[0].Sum);
        return result;
    }

    /// <summary>The same with given draws.</summary>
    /// <param name="batch">Windows [batch, leads, samples] with labels.</param>
    /// <param name="noise">Standard normal noise of the windows' shape.</param>
    /// <param name="steps">The step of each row.</param>
    /// <param name="told">As in <see cref="DiffusionConditions"/>.</param>
    /// <exception cref="ArgumentException">The batch has no labels.</exception>
    public ObjectiveResult Compute(TrainingBatch batch, Tensor noise, IReadOnlyList<long> steps, Tensor? told)
    {
        using Scope scope = new();
        Tensor labels = batch.Labels ?? throw new ArgumentException("The batch has no labels: a generator learns what they look like.");
        Tensor noised = DiffusionStep.Noise(_schedule, batch.Windows, noise, steps);
        Tensor predicted = _network.Forward(noised, steps, new(labels, Told: told));
        if (_options.Weighting == DiffusionWeighting.Noise)
            return new([new("noise", scope.Keep(Losses.SquaredErrorSum(predicted, noise)))], noise.Elements, new Dictionary<string, double>());
        // ẑ − z = √ᾱ · (v̂ − v)
        Tensor factors = Tensor.From([.. steps.Select(t => 1 / _schedule.SqrtAlphaBar[(int)t])], steps.Count, 1, 1);
        Tensor sum = ((predicted - noise) * factors.To(noise.Device)).Square().Sum();
        return new([new("velocity", scope.Keep(sum))], noise.Elements, new Dictionary<string, double>());
    }

    // As published every row draws its own. Even over the steps, one draw shifts a comb of them: as uniform for each row, and steadier for the mean.
    private void Draw(long[] steps, IRandomSource random)
    {
        if (_options.Weighting == DiffusionWeighting.Noise)
        {
            random.Integers(steps, _schedule.Steps);
            return;
        }

        double shift = random.Uniform();
        for (int row = 0; row < steps.Length; row++)
            steps[row] = Math.Min(_schedule.Steps - 1, (long)((row + shift) / steps.Length * _schedule.Steps));
    }

    /// <inheritdoc/>
    public void Dispose() => _network.Dispose();
}
