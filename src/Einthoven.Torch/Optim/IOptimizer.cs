// What a trainer asks of an optimiser, and what the Adam family shares: its two moments.
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Torch;

/// <summary>Changes parameters by their gradients. Its state can be stored and restored, so that a resumed run equals an uninterrupted one.</summary>
public interface IOptimizer : IDisposable
{
    /// <summary>Steps made so far.</summary>
    long Steps { get; }

    /// <summary>One step with the gradients as they stand; parameters without a gradient stay as they are.</summary>
    void Step(double learningRate);

    /// <summary>The state's tensors by name.</summary>
    IEnumerable<(string Name, Tensor Tensor)> State();

    /// <summary>Sets step count and state.</summary>
    /// <exception cref="CheckpointException">A tensor is missing.</exception>
    void Restore(long steps, IReadOnlyDictionary<string, Tensor> state);
}

/// <summary>First and second moments, one pair a parameter.</summary>
internal static class Moments
{
    internal static Tensor[] Zeros(IReadOnlyList<OptimizedParameter> parameters) =>
        [.. parameters.Select(p => Scope.Release(Tensor.Full(p.Tensor.Shape, 0, p.Tensor.DType, p.Tensor.Device)))];

    internal static IEnumerable<(string Name, Tensor Tensor)> Named(IReadOnlyList<OptimizedParameter> parameters, Tensor[] mean, Tensor[] square)
    {
        for (int k = 0; k < parameters.Count; k++)
        {
            yield return ($"{parameters[k].Name}.exp_avg", mean[k]);
            yield return ($"{parameters[k].Name}.exp_avg_sq", square[k]);
        }
    }

    internal static void Restore(IEnumerable<(string Name, Tensor Tensor)> own, IReadOnlyDictionary<string, Tensor> state)
    {
        using var scope = new Scope();
        using var noGrad = GradMode.Off();
        foreach ((string name, Tensor tensor) in own)
        {
            tensor.CopyFrom(state.TryGetValue(name, out Tensor? stored)
                ? stored
                : throw new CheckpointException($"The optimiser's state lacks {name}."));
        }
    }

    internal static void Free(params Tensor[][] moments)
    {
        foreach (Tensor tensor in moments.SelectMany(m => m)) tensor.Dispose();
    }
}
