// The exact convolution kernel of an S4 layer from its parameters, by Cauchy sums over the nodes of a Fourier transform.
// Source: Gu, Goel, Ré, "Efficiently modeling long sequences with structured state spaces", ICLR 2022, §3.3 and algorithm 1; here
// multiplied through by 1 + ω, so that the last node of an even length is no pole.
using System.Numerics;

namespace Einthoven.Torch;

/// <summary>Kernels K[l] = Re(Cᵀ dAˡ dB) without powers of matrices. Differentiable in every parameter.</summary>
public static class S4Generator
{
    // Complex numbers of the largest intermediate: 32 MB. More channels than fit are done in slices.
    private const long SliceElements = 1 << 21;

    /// <summary>The kernel of a length, computed from all samples of the internal length and cut.</summary>
    /// <param name="system">The systems.</param>
    /// <param name="corrected">C̃ for that internal length, [channels, H, n, 2].</param>
    /// <param name="nodes">The internal length: nodes of the transform.</param>
    /// <param name="length">Samples wanted, at most as many.</param>
    /// <param name="rate">Factor on every step dt.</param>
    /// <returns>Float64 [channels, H, length].</returns>
    public static Tensor Kernel(S4System system, Tensor corrected, int nodes, int length, double rate = 1)
    {
        using var scope = new Scope();
        Device device = corrected.Device;
        (Tensor gap, Tensor sum) = Nodes(nodes, device);
        long channels = system.Channels, each = Math.Max(1, SliceElements / (2 * system.Pairs * ((nodes / 2) + 1)));
        var parts = new List<Tensor>();
        for (long first = 0; first < channels; first += each)
        {
            long count = Math.Min(each, channels - first);
            Tensor spectrum = Spectrum(system.Slice(first, count), corrected.Narrow(1, first, count), gap, sum, rate);   // [slice, channels, nodes/2 + 1]
            parts.Add(spectrum.Irfft(nodes).Narrow(2, 0, length));
        }

        return scope.Keep((parts.Count == 1 ? parts[0] : Tensor.Cat(parts)).Transpose(0, 1).Contiguous());
    }

    /// <summary>2(1 − ω) and 1 + ω of the nodes ω = exp(−2πik/L), k = 0 … L/2; exact at ω = −1.</summary>
    private static (Tensor Gap, Tensor Sum) Nodes(int length, Device device)
    {
        var roots = new Complex[(length / 2) + 1];
        for (int k = 0; k < roots.Length; k++)
        {
            (double sin, double cos) = Math.SinCos(2 * Math.PI * k / length);
            roots[k] = 2 * k == length ? -1 : new Complex(cos, -sin);
        }

        return (ComplexTensors.From([.. roots.Select(r => 2 * (1 - r))], device), ComplexTensors.From([.. roots.Select(r => 1 + r)], device));
    }

    // s(v) = 2dt Σ [v/(2(1−ω) − dt·w(1+ω)) + conj(v)/(2(1−ω) − dt·conj(w)(1+ω))] for every needed product v at once, as one matrix
    // product with the reciprocals; then K̂ = s(BC̃) − g·s(BQ)·s(PC̃) / (1 + g·s(PQ)) with g = (1 + ω)/2 (Woodbury).
    private static Tensor Spectrum(S4System system, Tensor corrected, Tensor gap, Tensor sum, double rate)
    {
        Tensor step = (system.LogStep.To(ScalarType.Float64).Exp() * rate).View(-1, 1, 1);
        Tensor poles = ComplexTensors.Extend(ComplexTensors.FromPairs(system.Diagonal), 1).Unsqueeze(2) * step;        // [H, N, 1]
        Tensor reciprocals = ComplexTensors.Reciprocal(gap - (poles * sum)) * (step * 2);                              // [H, N, nodes]
        Tensor rows = Tensor.Cat([ComplexTensors.FromPairs(corrected), ComplexTensors.FromPairs(system.Q)]).Transpose(0, 1);   // [H, channels + 1, n]
        Tensor b = ComplexTensors.FromPairs(system.Input).Transpose(0, 1), p = ComplexTensors.FromPairs(system.P).Transpose(0, 1);   // [H, 1, n]
        Tensor sums = ComplexTensors.Extend(Tensor.Cat([rows * b, rows * p], 1), 2).Bmm(reciprocals);                  // [H, 2(channels + 1), nodes]

        long channels = corrected.Size(0);
        Tensor g = sum * 0.5;
        Tensor cb = sums.Narrow(1, 0, channels), qb = sums.Narrow(1, channels, 1);
        Tensor cp = sums.Narrow(1, channels + 1, channels), qp = sums.Narrow(1, (2 * channels) + 1, 1);
        return cb - (g * qb * cp / ((g * qp) + 1));
    }
}
