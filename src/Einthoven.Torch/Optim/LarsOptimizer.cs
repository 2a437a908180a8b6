// Layer-wise rates for large batches.
// Sources: You, Gitman, Ginsburg, "Large batch training of convolutional networks", arXiv 1708.03888; facebookresearch/moco-v3, moco/optimizer.py.
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Torch;

/// <summary>
/// LARS: for tensors of two or more dimensions g ← g + decay·w, then g ← g · trust·|w| / |g| (unchanged where a norm is 0); for all,
/// μ ← momentum·μ + g and w ← w − lr·μ. Vectors, biases and gains among them, are neither decayed nor scaled.
/// </summary>
public sealed class LarsOptimizer : IOptimizer
{
    private readonly IReadOnlyList<OptimizedParameter> _parameters;
    private readonly Tensor[] _velocity;
    private readonly double _momentum;
    private readonly double _decay;
    private readonly double _trust;

    /// <summary>Makes an optimiser; velocities start at zero.</summary>
    public LarsOptimizer(IReadOnlyList<OptimizedParameter> parameters, double momentum = 0.9, double weightDecay = 0, double trust = 0.001)
    {
        (_parameters, _momentum, _decay, _trust) = (parameters, momentum, weightDecay, trust);
        _velocity = [.. parameters.Select(p => Scope.Release(Tensor.Full(p.Tensor.Shape, 0, p.Tensor.DType, p.Tensor.Device)))];
    }

    /// <inheritdoc/>
    public long Steps { get; private set; }

    /// <inheritdoc/>
    public void Step(double learningRate, double? beta1 = null, double? weightDecay = null)
    {
        Steps++;
        using var scope = new Scope();
        using var noGrad = GradMode.Off();
        for (int k = 0; k < _parameters.Count; k++)
        {
            Tensor w = _parameters[k].Tensor;
            if (w.Grad is not { } gradient) continue;
            if (w.Dim > 1)
            {
                Tensor decayed = gradient + (w * (weightDecay ?? _decay));
                double norm = w.Norm().Item(), length = decayed.Norm().Item();
                gradient = norm > 0 && length > 0 ? decayed * (_trust * norm / length) : decayed;
            }

            _velocity[k].MulInPlace(beta1 ?? _momentum).AddInPlace(gradient);
            w.AddInPlace(_velocity[k], -learningRate * _parameters[k].RateFactor);
        }
    }

    /// <inheritdoc/>
    public IEnumerable<(string Name, Tensor Tensor)> State() => _parameters.Select((p, k) => ($"{p.Name}.mu", _velocity[k]));

    /// <inheritdoc/>
    public void Restore(long steps, IReadOnlyDictionary<string, Tensor> state)
    {
        Steps = steps;
        using var scope = new Scope();
        using var noGrad = GradMode.Off();
        foreach ((string name, Tensor tensor) in State())
            tensor.CopyFrom(state.TryGetValue(name, out Tensor? stored) ? stored : throw new CheckpointException($"The optimiser's state lacks {name}."));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor tensor in _velocity) tensor.Dispose();
    }
}
