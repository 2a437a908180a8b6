// What every family's network has in common: windows in, one logit a label out.

using Einthoven.Torch;

namespace Einthoven.Models;

/// <summary>Told of each stage of a forward pass, by name, as it is made.</summary>
/// <param name="stage">The stage's name, such as <c>layer0_out</c>.</param>
/// <param name="value">Its output; valid during the call.</param>
public delegate void StageObserver(string stage, Tensor value);

/// <summary>A network that classifies windows. Its parameter names are those of the published checkpoints.</summary>
public abstract class EcgNetwork : Module
{
    /// <summary>
    /// The type in which the bulk of the arithmetic is done: <see cref="ScalarType.Float32"/>, or <see cref="ScalarType.BFloat16"/> where
    /// the processor is faster at it. Weights, running statistics and logits stay in single precision.
    /// </summary>
    public ScalarType ComputeType { get; set; } = ScalarType.Float32;

    /// <summary>How the names of the head's parameters begin: what must be new where a model learns other labels.</summary>
    public abstract string HeadPrefix { get; }

    /// <summary>Computes the logits.</summary>
    /// <param name="windows">Windows as the model's input contract makes them: float32 [windows, leads, samples].</param>
    /// <param name="observe">Told of the stages, where given; names differ from family to family.</param>
    /// <returns>Logits, float32 [windows, labels].</returns>
    public abstract Tensor Forward(Tensor windows, StageObserver? observe = null);
}
