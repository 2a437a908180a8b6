// Complex tensors as the state-space layers use them: stored as real pairs in a last axis of two, complex only while they are computed with.
namespace Einthoven.Torch;

/// <summary>Between real pairs [.., 2] and complex tensors, and the linear algebra of complex matrices.</summary>
internal static class ComplexTensors
{
    private static readonly Operator s_fromPairs = new("aten::view_as_complex");
    private static readonly Operator s_toPairs = new("aten::view_as_real");
    private static readonly Operator s_conjugate = new("aten::conj_physical");
    private static readonly Operator s_real = new("aten::real");
    private static readonly Operator s_reciprocal = new("aten::reciprocal");
    private static readonly Operator s_diagonal = new("aten::diag_embed");
    private static readonly Operator s_eye = new("aten::eye");
    private static readonly Operator s_solve = new("aten::linalg_solve");
    private static readonly Operator s_power = new("aten::linalg_matrix_power");

    /// <summary>[.., 2] of any real type → complex128 [..].</summary>
    internal static Tensor FromPairs(Tensor pairs) => s_fromPairs.Call(pairs.To(ScalarType.Float64).Contiguous());

    /// <summary>Complex [..] → real [.., 2].</summary>
    internal static Tensor ToPairs(Tensor x) => s_toPairs.Call(x);

    /// <summary>Complex numbers of two lists, on a device.</summary>
    internal static Tensor From(IReadOnlyList<System.Numerics.Complex> values, Device device)
    {
        var pairs = new double[2 * values.Count];
        for (int k = 0; k < values.Count; k++) (pairs[2 * k], pairs[(2 * k) + 1]) = (values[k].Real, values[k].Imaginary);
        return FromPairs(Tensor.From(pairs, values.Count, 2)).To(device);
    }

    internal static Tensor Conj(Tensor x) => s_conjugate.Call(x);

    internal static Tensor Real(Tensor x) => s_real.Call(x);

    internal static Tensor Reciprocal(Tensor x) => s_reciprocal.Call(x);

    /// <summary>The conjugate-extended form: the stored entries, then their conjugates, along a dimension.</summary>
    internal static Tensor Extend(Tensor x, int dimension) => Tensor.Cat([x, Conj(x)], dimension);

    /// <summary>[.., n] → diagonal matrices [.., n, n].</summary>
    internal static Tensor Diagonal(Tensor x) => s_diagonal.Call(x);

    internal static Tensor Identity(long n, Device device) => s_eye.Call(n, ScalarType.Complex128, Argument.None, device, Argument.None);

    /// <summary>X of A X = B, for batches of matrices.</summary>
    internal static Tensor Solve(Tensor a, Tensor b) => s_solve.Call(a, b);

    internal static Tensor Power(Tensor matrices, long exponent) => s_power.Call(matrices, exponent);
}
