// A loss for labels whose absence does not mean "no": confident positives among the unlabelled are hardly punished.
// Source: Zhang et al., "Simple and robust loss design for multi-label learning with missing labels", arXiv 2112.07368 (Hill loss);
// ECGFounder uses its negative part.
namespace Einthoven.Torch;

/// <summary>
/// With p = σ(z): a label that is there costs −(1 − pₘ)^exponent · log pₘ with pₘ = σ(z − margin); one that is not there costs (γ − p)·p², whose
/// slope is largest at p = ½ and, at γ = 1.5, vanishes again towards p = 1.
/// </summary>
/// <param name="Gamma">γ; 1.5 in both papers.</param>
/// <param name="Margin">Margin of the positives; 0 plain, 1 in the Hill loss as published.</param>
/// <param name="Exponent">Focal exponent of the positives; 0 plain, 2 in the Hill loss as published.</param>
public sealed record HillLoss(double Gamma = 1.5, double Margin = 0, double Exponent = 0)
{
    /// <summary>Sum over all elements.</summary>
    /// <param name="logits">z, [batch, labels].</param>
    /// <param name="targets">1 where a label is there, else 0, [batch, labels]; between the two where examples are mixed.</param>
    /// <param name="known">1 where a label was looked for at all, 0 where not, [batch, labels]; null: everywhere.</param>
    public Tensor Sum(Tensor logits, Tensor targets, Tensor? known = null)
    {
        Tensor shifted = Margin == 0 ? logits : logits - Margin;
        Tensor present = -shifted.LogSigmoid();
        // (1 − σ(x)) is σ(−x): no difference of nearly equal numbers.
        if (Exponent != 0) present *= (-shifted).Sigmoid().Pow(Exponent);
        Tensor p = logits.Sigmoid();
        Tensor absent = (Gamma - p) * p.Square();
        Tensor elements = (targets * present) + ((1 - targets) * absent);
        return (known is null ? elements : elements * known).Sum();
    }

    /// <summary>Checks the settings.</summary>
    /// <exception cref="ArgumentException">γ is below 1, so that a cost could be negative, or another value is.</exception>
    public void Validate()
    {
        if (!(Gamma >= 1)) throw new ArgumentException($"gamma is {Gamma}; below 1 an absent label could have a negative cost");
        if (!(Margin >= 0 && Exponent >= 0)) throw new ArgumentException("margin or exponent is negative");
    }
}
