// What Adam's variants share: parameters, two moments each, their state.
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Torch;

/// <summary>A parameter that an optimiser changes.</summary>
/// <param name="Name">Its full name.</param>
/// <param name="Tensor">The parameter.</param>
/// <param name="Decay">Whether weight decay applies to it.</param>
/// <param name="RateFactor">Factor on the learning rate, for rates that differ from layer to layer.</param>
public sealed record OptimizedParameter(string Name, Tensor Tensor, bool Decay, double RateFactor = 1);

/// <summary>
/// Keeps a mean and a mean square of every parameter's gradients. A plain loop over tensors is the fastest form on a CPU.
/// </summary>
public abstract class AdamOptimizer : IOptimizer
{
    private readonly IReadOnlyList<OptimizedParameter> _parameters;
    private readonly Tensor[] _mean;
    private readonly Tensor[] _square;
    private readonly double _beta1;
    private readonly double _decay;

    private protected AdamOptimizer(IReadOnlyList<OptimizedParameter> parameters, double beta1, double beta2, double epsilon, double weightDecay)
    {
        (_parameters, _beta1, Beta2, Epsilon, _decay) = (parameters, beta1, beta2, epsilon, weightDecay);
        _mean = Zeros(parameters);
        _square = Zeros(parameters);
    }

    /// <inheritdoc/>
    public long Steps { get; private set; }

    private protected double Beta2 { get; }

    private protected double Epsilon { get; }

    /// <inheritdoc/>
    public void Step(double learningRate, double? beta1 = null, double? weightDecay = null)
    {
        Steps++;
        (double beta, double decay) = (beta1 ?? _beta1, weightDecay ?? _decay);
        using var scope = new Scope();
        using var noGrad = GradMode.Off();
        for (int k = 0; k < _parameters.Count; k++)
        {
            Tensor p = _parameters[k].Tensor;
            if (p.Grad is not { } gradient) continue;
            double rate = learningRate * _parameters[k].RateFactor;
            if (_parameters[k].Decay && decay != 0) gradient = Decay(p, gradient, rate, decay);
            _mean[k].MulInPlace(beta).AddInPlace(gradient, 1 - beta);
            _square[k].MulInPlace(Beta2).AddcmulInPlace(gradient, gradient, 1 - Beta2);
            Move(p, _mean[k], _square[k], rate, 1 - Math.Pow(beta, Steps), 1 - Math.Pow(Beta2, Steps));
        }
    }

    /// <inheritdoc/>
    public IEnumerable<(string Name, Tensor Tensor)> State()
    {
        for (int k = 0; k < _parameters.Count; k++)
        {
            yield return ($"{_parameters[k].Name}.exp_avg", _mean[k]);
            yield return ($"{_parameters[k].Name}.exp_avg_sq", _square[k]);
        }
    }

    /// <inheritdoc/>
    public void Restore(long steps, IReadOnlyDictionary<string, Tensor> state)
    {
        Steps = steps;
        using var scope = new Scope();
        using var noGrad = GradMode.Off();
        foreach ((string name, Tensor tensor) in State())
        {
            tensor.CopyFrom(state.TryGetValue(name, out Tensor? stored)
                ? stored
                : throw new CheckpointException($"The optimiser's state lacks {name}."));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor tensor in _mean.Concat(_square)) tensor.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Weight decay. Decoupled from the gradient: p ← p − rate · decay · p.</summary>
    /// <param name="parameter">The parameter; may be changed in place.</param>
    /// <param name="gradient">Its gradient, which stays as it is.</param>
    /// <param name="rate">The parameter's learning rate.</param>
    /// <param name="decay">The strength.</param>
    /// <returns>The gradient that the moments take up.</returns>
    private protected virtual Tensor Decay(Tensor parameter, Tensor gradient, double rate, double decay)
    {
        parameter.MulInPlace(1 - (rate * decay));
        return gradient;
    }

    /// <summary>Moves a parameter along its moments; decay is done, the moments are up to date.</summary>
    /// <param name="parameter">The parameter, changed in place.</param>
    /// <param name="mean">Its first moment m.</param>
    /// <param name="square">Its second moment v.</param>
    /// <param name="rate">The parameter's learning rate.</param>
    /// <param name="correction1">1 − β₁ᵗ.</param>
    /// <param name="correction2">1 − β₂ᵗ.</param>
    private protected abstract void Move(Tensor parameter, Tensor mean, Tensor square, double rate, double correction1, double correction2);

    private static Tensor[] Zeros(IReadOnlyList<OptimizedParameter> parameters) =>
        [.. parameters.Select(p => Scope.Release(Tensor.Full(p.Tensor.Shape, 0, p.Tensor.DType, p.Tensor.Device)))];
}
