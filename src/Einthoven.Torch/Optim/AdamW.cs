// Adam with decoupled weight decay.
namespace Einthoven.Torch;

/// <summary>A parameter that an optimiser changes.</summary>
/// <param name="Name">Its full name.</param>
/// <param name="Tensor">The parameter.</param>
/// <param name="Decay">Whether weight decay applies to it.</param>
/// <param name="RateFactor">Factor on the learning rate, for rates that differ from layer to layer.</param>
public sealed record OptimizedParameter(string Name, Tensor Tensor, bool Decay, double RateFactor = 1);

/// <summary>
/// AdamW (Loshchilov and Hutter, "Decoupled weight decay regularization", ICLR 2019): p ← p − lr·decay·p, then
/// p ← p − lr · m̂ / (√v̂ + ε) with bias-corrected moments. A plain loop over tensors is the fastest form on a CPU.
/// </summary>
public sealed class AdamW : IOptimizer
{
    private readonly IReadOnlyList<OptimizedParameter> _parameters;
    private readonly Tensor[] _mean;
    private readonly Tensor[] _square;
    private readonly double _beta1;
    private readonly double _beta2;
    private readonly double _epsilon;
    private readonly double _decay;

    /// <summary>Makes an optimiser; moments start at zero.</summary>
    public AdamW(IReadOnlyList<OptimizedParameter> parameters, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0.01)
    {
        (_parameters, _beta1, _beta2, _epsilon, _decay) = (parameters, beta1, beta2, epsilon, weightDecay);
        _mean = Moments.Zeros(parameters);
        _square = Moments.Zeros(parameters);
    }

    /// <inheritdoc/>
    public long Steps { get; private set; }

    /// <inheritdoc/>
    public void Step(double learningRate)
    {
        Steps++;
        double correction1 = 1 - Math.Pow(_beta1, Steps), correction2 = 1 - Math.Pow(_beta2, Steps);
        using var scope = new Scope();
        using var noGrad = GradMode.Off();
        for (int k = 0; k < _parameters.Count; k++)
        {
            Tensor p = _parameters[k].Tensor;
            if (p.Grad is not { } gradient) continue;
            double rate = learningRate * _parameters[k].RateFactor;
            if (_parameters[k].Decay && _decay != 0) p.MulInPlace(1 - (rate * _decay));
            _mean[k].MulInPlace(_beta1).AddInPlace(gradient, 1 - _beta1);
            _square[k].MulInPlace(_beta2).AddcmulInPlace(gradient, gradient, 1 - _beta2);
            Tensor denominator = _square[k].Sqrt().MulInPlace(1 / Math.Sqrt(correction2));
            p.AddcdivInPlace(_mean[k], denominator + _epsilon, -rate / correction1);
        }
    }

    /// <inheritdoc/>
    public IEnumerable<(string Name, Tensor Tensor)> State() => Moments.Named(_parameters, _mean, _square);

    /// <inheritdoc/>
    public void Restore(long steps, IReadOnlyDictionary<string, Tensor> state)
    {
        Steps = steps;
        Moments.Restore(State(), state);
    }

    /// <inheritdoc/>
    public void Dispose() => Moments.Free(_mean, _square);
}
