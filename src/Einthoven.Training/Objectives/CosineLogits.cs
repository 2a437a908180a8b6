// Cosine similarities of rows, the basis of every contrast here.
using Einthoven.Torch;

namespace Einthoven.Training.Objectives;

internal static class CosineLogits
{
    private const double NormFloor = 1e-8;

    /// <summary>Rows at length 1.</summary>
    /// <param name="x">[rows, width].</param>
    /// <param name="detachNorm">Whether no gradient flows through the lengths.</param>
    internal static Tensor Unit(Tensor x, bool detachNorm = false)
    {
        Tensor norm = x.Norm([-1], keepDimensions: true).Clamp(NormFloor, null);
        return x / (detachNorm ? norm.Detach() : norm);
    }

    /// <summary>Every row of one against every row of the other, over the temperature: [rows of a, rows of b].</summary>
    internal static Tensor Between(Tensor a, Tensor b, double temperature) => Unit(a).Matmul(Unit(b).Transpose(0, 1)) / temperature;

    /// <summary>Mean cross entropy of each row of <paramref name="a"/> finding its own row of <paramref name="b"/> among all of them.</summary>
    internal static Tensor Matching(Tensor a, Tensor b, double temperature)
    {
        long rows = a.Size(0);
        Tensor own = Tensor.From([.. Enumerable.Range(0, (int)rows).Select(r => (long)r)], rows).To(a.Device);
        return Losses.CrossEntropySum(Between(a, b, temperature), own) / rows;
    }
}

/// <summary>Contrasts between two sets of vectors in which equal rows belong together.</summary>
public static class CrossContrast
{
    /// <summary>MoCo v3's: each query finds its key among all keys; 2T times the mean cross entropy (Chen, Xie, He, ICCV 2021, algorithm 1).</summary>
    /// <param name="queries">[rows, width].</param>
    /// <param name="keys">[rows, width]; no gradient flows into them.</param>
    /// <param name="temperature">T.</param>
    public static Tensor Moco(Tensor queries, Tensor keys, double temperature)
    {
        using Scope scope = new();
        return scope.Keep(CosineLogits.Matching(queries, keys.Detach(), temperature) * (2 * temperature));
    }

    /// <summary>CLIP's: both directions, their sum (Radford et al., ICML 2021).</summary>
    public static Tensor Symmetric(Tensor first, Tensor second, double temperature)
    {
        using Scope scope = new();
        return scope.Keep(CosineLogits.Matching(first, second, temperature) + CosineLogits.Matching(second, first, temperature));
    }

    /// <summary>BYOL's: −2 times the mean cosine of rows that belong together, from −2 to 2 (Grill et al., NeurIPS 2020, eq. 2, less its constant).</summary>
    public static Tensor Byol(Tensor predictions, Tensor targets)
    {
        using Scope scope = new();
        return scope.Keep((CosineLogits.Unit(predictions) * CosineLogits.Unit(targets.Detach())).Sum([-1]).Mean() * -2);
    }
}
