// What every family's network is to the rest of the house.
using Einthoven.Torch;

namespace Einthoven.Models;

/// <summary>A network that turns windows of ECG into logits, one a label.</summary>
public abstract class EcgNetwork : Module
{
    /// <summary>
    /// The type in which the bulk of the arithmetic is done: <see cref="ScalarType.Float32"/>, or <see cref="ScalarType.BFloat16"/> where
    /// the processor is faster at it. Weights, norms' statistics and logits stay in single precision.
    /// </summary>
    public ScalarType ComputeType { get; set; } = ScalarType.Float32;

    /// <summary>Windows → logits.</summary>
    /// <param name="windows">Float32 [windows, leads, samples], prepared by the model's input contract.</param>
    /// <returns>Float32 [windows, labels].</returns>
    public abstract Tensor Forward(Tensor windows);
}
