// The norm of all gradients, and clipping by it.
namespace Einthoven.Torch;

/// <summary>Global gradient norm.</summary>
public static class GradientNorm
{
    /// <summary>Scales all gradients by min(1, limit / (norm + 1e-6)) and returns the norm before that. A limit of 0 only measures.</summary>
    public static double Clip(IEnumerable<Tensor> parameters, double limit)
    {
        using var scope = new Scope();
        using var noGrad = GradMode.Off();
        var gradients = parameters.Select(p => p.Grad).OfType<Tensor>().ToList();
        if (gradients.Count == 0) return 0;
        double norm = Tensor.Stack([.. gradients.Select(g => g.Norm())]).Norm().Item();
        double factor = limit / (norm + 1e-6);
        // The multiply costs as much as the norm: leave it where it would change nothing.
        if (limit > 0 && factor < 1)
            foreach (Tensor gradient in gradients) gradient.MulInPlace(factor);
        return norm;
    }
}
