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
/// Keeps a mean m and a mean square v of every parameter's gradients, and moves it by −size · m / (scale · √v + ε). On a CPU a step is one pass
/// over memory by the bridge's own operator.
/// </summary>
public abstract class AdamOptimizer : IOptimizer
{
    private static readonly Operator s_step = new("einthoven::adam_step");

    private readonly IReadOnlyList<OptimizedParameter> _parameters;
    private readonly Tensor[] _mean;
    private readonly Tensor[] _square;
    private readonly double _beta1;
    private readonly double _beta2;
    private readonly double _epsilon;
    private readonly double _decay;

    private protected AdamOptimizer(IReadOnlyList<OptimizedParameter> parameters, double beta1, double beta2, double epsilon, double weightDecay)
    {
        (_parameters, _beta1, _beta2, _epsilon, _decay) = (parameters, beta1, beta2, epsilon, weightDecay);
        _mean = Zeros(parameters);
        _square = Zeros(parameters);
    }

    /// <inheritdoc/>
    public long Steps { get; private set; }

    /// <summary>Whether decay goes into the gradient, and with it into the moments, instead of p ← p − rate · decay · p.</summary>
    private protected virtual bool DecaysGradient => false;

    /// <inheritdoc/>
    public void Step(double learningRate, double? beta1 = null, double? weightDecay = null)
    {
        Steps++;
        (double beta, double decay) = (beta1 ?? _beta1, weightDecay ?? _decay);
        using var scope = new Scope();
        using var noGrad = GradMode.Off();
        double correction1 = 1 - Math.Pow(beta, Steps), correction2 = 1 - Math.Pow(_beta2, Steps);
        for (int k = 0; k < _parameters.Count; k++)
        {
            Tensor p = _parameters[k].Tensor;
            if (p.Grad is not { } gradient) continue;
            double rate = learningRate * _parameters[k].RateFactor, strength = _parameters[k].Decay ? decay : 0;
            (double shrink, double penalty) = DecaysGradient ? (1.0, strength) : (1 - (rate * strength), 0.0);
            (double size, double scale) = Form(rate, correction1, correction2);
            if (IsFast(p, gradient)) _ = s_step.Call(p, gradient, _mean[k], _square[k], beta, _beta2, shrink, penalty, size, scale, _epsilon);
            else Move(p, gradient, _mean[k], _square[k], beta, shrink, penalty, size, scale);
        }
    }

    private static bool IsFast(Tensor p, Tensor gradient) =>
        p.Device.Type == DeviceType.Cpu && p.DType == ScalarType.Float32 && gradient.DType == ScalarType.Float32 && p.IsContiguous && s_step.Exists;

    private void Move(Tensor p, Tensor gradient, Tensor mean, Tensor square, double beta, double shrink, double penalty, double size, double scale)
    {
        if (penalty != 0) gradient += p * penalty;
        if (shrink != 1) p.MulInPlace(shrink);
        mean.MulInPlace(beta).AddInPlace(gradient, 1 - beta);
        square.MulInPlace(_beta2).AddcmulInPlace(gradient, gradient, 1 - _beta2);
        p.AddcdivInPlace(mean, square.Sqrt().MulInPlace(scale) + _epsilon, -size);
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

    /// <summary>Where the variants differ: how large a step is, and the factor on √v beside ε.</summary>
    /// <param name="rate">The parameter's learning rate.</param>
    /// <param name="correction1">1 − β₁ᵗ.</param>
    /// <param name="correction2">1 − β₂ᵗ.</param>
    private protected virtual (double Size, double Scale) Form(double rate, double correction1, double correction2) => (rate / correction1, 1 / Math.Sqrt(correction2));

    private static Tensor[] Zeros(IReadOnlyList<OptimizedParameter> parameters) =>
        [.. parameters.Select(p => Scope.Release(Tensor.Full(p.Tensor.Shape, 0, p.Tensor.DType, p.Tensor.Device)))];
}
