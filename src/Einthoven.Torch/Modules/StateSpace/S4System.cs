// The state-space systems of an S4 layer: their parameters, their discretised matrices, and the correction of C for a length.
// Sources: Gu, Goel, Ré, "Efficiently modeling long sequences with structured state spaces", ICLR 2022, §3 and appendix C; the 2022
// standalone S4 file as the published ECG models use it.
namespace Einthoven.Torch;

/// <summary>
/// One system x' = A x + B u a channel, A = Λ − P Qᵀ of rank 1, of N states in conjugate pairs, of which one entry each is stored.
/// Real and imaginary part lie in a last axis of two; H channels, n = N/2.
/// </summary>
/// <param name="LogStep">Logarithm of the step dt, [H].</param>
/// <param name="Diagonal">Λ, [H, n, 2].</param>
/// <param name="P">P, [1, H, n, 2].</param>
/// <param name="Q">Q, in its own right; conj(P) at the start, [1, H, n, 2].</param>
/// <param name="Input">B, [1, H, n, 2].</param>
public sealed record S4System(Tensor LogStep, Tensor Diagonal, Tensor P, Tensor Q, Tensor Input)
{
    /// <summary>H.</summary>
    public long Channels => LogStep.Size(0);

    /// <summary>n, half the number of states.</summary>
    public long Pairs => Diagonal.Size(1);

    /// <summary>The tensors in order.</summary>
    internal Tensor[] Tensors => [LogStep, Diagonal, P, Q, Input];

    /// <summary>Some of the channels.</summary>
    internal S4System Slice(long first, long count) => new(
        LogStep.Narrow(0, first, count), Diagonal.Narrow(0, first, count), P.Narrow(1, first, count), Q.Narrow(1, first, count), Input.Narrow(1, first, count));

    /// <summary>A in conjugate-extended order, complex128 [H, N, N].</summary>
    public Tensor Matrix()
    {
        using var scope = new Scope();
        Tensor diagonal = ComplexTensors.Diagonal(ComplexTensors.Extend(ComplexTensors.FromPairs(Diagonal), 1));
        Tensor p = ComplexTensors.Extend(ComplexTensors.FromPairs(P).Squeeze(0), 1), q = ComplexTensors.Extend(ComplexTensors.FromPairs(Q).Squeeze(0), 1);
        return scope.Keep(diagonal - (p.Unsqueeze(2) * q.Unsqueeze(1)));
    }

    /// <summary>
    /// The bilinear rule: dA = (I − dt/2·A)⁻¹ (I + dt/2·A), complex128 [H, N, N], and dB = (I − dt/2·A)⁻¹ dt·B, complex128 [H, N].
    /// </summary>
    public (Tensor StateMatrix, Tensor Input) Discretize()
    {
        using var scope = new Scope();
        Tensor step = LogStep.To(ScalarType.Float64).Exp().View(-1, 1, 1);
        Tensor half = Matrix() * (step * 0.5), identity = ComplexTensors.Identity(2 * Pairs, LogStep.Device);
        Tensor input = ComplexTensors.Extend(ComplexTensors.FromPairs(Input).Squeeze(0), 1).Unsqueeze(2) * step;       // [H, N, 1]
        Tensor solved = ComplexTensors.Solve(identity - half, Tensor.Cat([identity + half, input], 2));                // [H, N, N + 1]
        return (scope.Keep(solved.Narrow(2, 0, 2 * Pairs)), scope.Keep(solved.Select(2, 2 * Pairs)));
    }

    /// <summary>C̃ = (I − dAᴸ)ᵀ C: what the kernel of <see cref="S4Generator"/> takes for a plain C, and what checkpoints store.</summary>
    /// <param name="output">C, [channels, H, n, 2].</param>
    /// <param name="length">L, the internal length.</param>
    public Tensor Correct(Tensor output, long length) =>
        Transform(output, (row, matrix, identity) => row.Bmm(identity - ComplexTensors.Power(matrix, length)));

    /// <summary>C from C̃, for stepping.</summary>
    public Tensor Uncorrect(Tensor corrected, long length) => Transform(
        corrected,
        (row, matrix, identity) => ComplexTensors.Solve((identity - ComplexTensors.Power(matrix, length)).Transpose(1, 2), row.Transpose(1, 2)).Transpose(1, 2));

    /// <summary>C̃ for twice the length: (I + dAᴸ)ᵀ C̃. Differentiable.</summary>
    public Tensor DoubleLength(Tensor corrected, long length) =>
        Transform(corrected, (row, matrix, identity) => row.Bmm(identity + ComplexTensors.Power(matrix, length)));

    private Tensor Transform(Tensor output, Func<Tensor, Tensor, Tensor, Tensor> apply)
    {
        using var scope = new Scope();
        Tensor extended = ComplexTensors.Extend(ComplexTensors.FromPairs(output), 2).Transpose(0, 1);                  // [H, channels, N]
        Tensor result = apply(extended, Discretize().StateMatrix, ComplexTensors.Identity(2 * Pairs, LogStep.Device));
        return scope.Keep(ComplexTensors.ToPairs(result.Narrow(2, 0, Pairs).Transpose(0, 1).Contiguous()).To(output.DType));
    }
}
