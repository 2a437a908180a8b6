// Adam with weight decay as a penalty: PyTorch's Adam, which many published fine-tunings use.
namespace Einthoven.Torch;

/// <summary>
/// Adam (Kingma and Ba, ICLR 2015) on g + decay·p, that is, with the gradient of ½·decay·‖p‖² in its moments:
/// p ← p − lr · m̂ / (√v̂ + ε) with bias-corrected moments.
/// </summary>
public sealed class Adam : AdamOptimizer
{
    /// <summary>Makes an optimiser; moments start at zero.</summary>
    public Adam(IReadOnlyList<OptimizedParameter> parameters, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0)
        : base(parameters, beta1, beta2, epsilon, weightDecay)
    {
    }

    private protected override bool DecaysGradient => true;
}
