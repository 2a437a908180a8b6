// An encoder in which positions can be hidden, between the map of the signal and the layers that relate positions to each other.
using Einthoven.Torch;

namespace Einthoven.Models;

/// <summary>What a masked student can be made of.</summary>
public abstract class MaskableEncoder : Module
{
    /// <summary>Windows [windows, leads, samples] → [windows, positions, width], float32.</summary>
    /// <param name="windows">Float32.</param>
    /// <param name="compute">Type of the bulk of the arithmetic.</param>
    /// <param name="between">Changes the sequence [windows, positions, width] before the layers see it; null: nothing does.</param>
    /// <param name="layerOutputs">Gets what each layer makes, [windows, positions, width], from the lowest to the top; null: nobody wants it.</param>
    public abstract Tensor Contextualize(Tensor windows, ScalarType compute, Func<Tensor, Tensor>? between = null, List<Tensor>? layerOutputs = null);
}
