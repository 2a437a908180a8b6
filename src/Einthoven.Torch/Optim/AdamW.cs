// Adam with decoupled weight decay.
namespace Einthoven.Torch;

/// <summary>
/// AdamW (Loshchilov and Hutter, "Decoupled weight decay regularization", ICLR 2019): p ← p − lr·decay·p, then
/// p ← p − lr · m̂ / (√v̂ + ε) with bias-corrected moments.
/// </summary>
public sealed class AdamW : AdamOptimizer
{
    /// <summary>Makes an optimiser; moments start at zero.</summary>
    public AdamW(IReadOnlyList<OptimizedParameter> parameters, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0.01)
        : base(parameters, beta1, beta2, epsilon, weightDecay)
    {
    }
}
