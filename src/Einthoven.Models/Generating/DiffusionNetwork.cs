// What every network that generates by diffusion has in common: a noised signal, its step and its conditions in, the noise out.
using Einthoven.Torch;

namespace Einthoven.Models.Generating;

/// <summary>What a batch is to show.</summary>
/// <param name="Labels">Float32 [batch, labels]: 1 present, 0 absent; shares between them only where the network can mix labels.</param>
/// <param name="Sex">The class of sex of each row, from 0; null for networks that are not told.</param>
/// <param name="Told">Float32 [batch, 1]: 1 where the network is told, 0 where the condition is withheld (guidance, label dropout); null: told everywhere.</param>
public sealed record DiffusionConditions(Tensor Labels, IReadOnlyList<long>? Sex = null, Tensor? Told = null);

/// <summary>A network that tells the noise in a signal. Its parameter names are those of the published checkpoints.</summary>
public abstract class DiffusionNetwork : Module
{
    /// <summary>
    /// The type in which maps between channels are computed: <see cref="ScalarType.Float32"/>, or <see cref="ScalarType.BFloat16"/> where
    /// the processor is faster at it. Weights, norms and convolutions over time stay in single precision.
    /// </summary>
    public ScalarType ComputeType { get; set; } = ScalarType.Float32;

    /// <summary>The schedule for which it predicts.</summary>
    public abstract NoiseSchedule Schedule { get; }

    /// <summary>Channels of a signal.</summary>
    public abstract int Leads { get; }

    /// <summary>Whether a label may be present in part, so that two sets of labels can be mixed.</summary>
    public abstract bool MixesLabels { get; }

    /// <summary>Classes of sex that it is told; 0: it is not.</summary>
    public abstract int SexClasses { get; }

    /// <summary>Predicts the noise.</summary>
    /// <param name="noisy">Float32 [batch, leads, samples].</param>
    /// <param name="steps">The step of each row, 0 to <see cref="NoiseSchedule.Steps"/> − 1.</param>
    /// <param name="conditions">What each row is to show.</param>
    /// <param name="observe">Told of the stages, where given; names differ from family to family.</param>
    /// <returns>Float32 [batch, leads, samples].</returns>
    public abstract Tensor Forward(Tensor noisy, IReadOnlyList<long> steps, DiffusionConditions conditions, StageObserver? observe = null);
}
