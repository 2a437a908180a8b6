// Adam as ECG-FM's framework has it.
namespace Einthoven.Torch;

/// <summary>
/// Adam of fairseq-signals (optim/adam.py): decay first, p ← p − decay·lr·p, then
/// p ← p − lr · √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + ε). ε is added to the uncorrected √v, which differs from PyTorch's Adam
/// in the first steps. The published recipe decays every parameter, biases and norms too.
/// </summary>
public sealed class FairseqAdam : IOptimizer
{
    private readonly IReadOnlyList<OptimizedParameter> _parameters;
    private readonly Tensor[] _mean;
    private readonly Tensor[] _square;
    private readonly double _beta1;
    private readonly double _beta2;
    private readonly double _epsilon;
    private readonly double _decay;

    /// <summary>Makes an optimiser; moments start at zero.</summary>
    public FairseqAdam(IReadOnlyList<OptimizedParameter> parameters, double beta1 = 0.9, double beta2 = 0.98, double epsilon = 1e-6, double weightDecay = 0)
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
        double correction = Math.Sqrt(1 - Math.Pow(_beta2, Steps)) / (1 - Math.Pow(_beta1, Steps));
        using var scope = new Scope();
        using var noGrad = GradMode.Off();
        for (int k = 0; k < _parameters.Count; k++)
        {
            Tensor p = _parameters[k].Tensor;
            if (p.Grad is not { } gradient) continue;
            _mean[k].MulInPlace(_beta1).AddInPlace(gradient, 1 - _beta1);
            _square[k].MulInPlace(_beta2).AddcmulInPlace(gradient, gradient, 1 - _beta2);
            double rate = learningRate * _parameters[k].RateFactor;
            if (_parameters[k].Decay && _decay != 0) p.MulInPlace(1 - (rate * _decay));
            p.AddcdivInPlace(_mean[k], _square[k].Sqrt() + _epsilon, -rate * correction);
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
