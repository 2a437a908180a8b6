// Adam as ECG-FM's framework has it.
namespace Einthoven.Torch;

/// <summary>
/// Adam of fairseq-signals (optim/adam.py): decay first, p ← p − decay·lr·p, then
/// p ← p − lr · √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + ε). ε is added to the uncorrected √v, which differs from PyTorch's Adam
/// in the first steps. The published recipe decays every parameter, biases and norms too.
/// </summary>
public sealed class FairseqAdam : AdamOptimizer
{
    /// <summary>Makes an optimiser; moments start at zero.</summary>
    public FairseqAdam(IReadOnlyList<OptimizedParameter> parameters, double beta1 = 0.9, double beta2 = 0.98, double epsilon = 1e-6, double weightDecay = 0)
        : base(parameters, beta1, beta2, epsilon, weightDecay)
    {
    }

    private protected override (double Size, double Scale) Form(double rate, double correction1, double correction2) => (rate * Math.Sqrt(correction2) / correction1, 1);
}
