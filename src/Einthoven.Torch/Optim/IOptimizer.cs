// What a trainer asks of an optimiser.
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Torch;

/// <summary>Changes parameters by their gradients. Its state can be stored and restored, so that a resumed run equals an uninterrupted one.</summary>
public interface IOptimizer : IDisposable
{
    /// <summary>Steps made so far.</summary>
    long Steps { get; }

    /// <summary>One step with the gradients as they stand; parameters without a gradient stay as they are.</summary>
    /// <param name="learningRate">The rate of this step.</param>
    /// <param name="beta1">Decay of the first moment in this step; null: the optimiser's own.</param>
    /// <param name="weightDecay">Weight decay in this step; null: the optimiser's own.</param>
    void Step(double learningRate, double? beta1 = null, double? weightDecay = null);

    /// <summary>The state's tensors by name.</summary>
    IEnumerable<(string Name, Tensor Tensor)> State();

    /// <summary>Sets step count and state.</summary>
    /// <exception cref="CheckpointException">A tensor is missing.</exception>
    void Restore(long steps, IReadOnlyDictionary<string, Tensor> state);
}
