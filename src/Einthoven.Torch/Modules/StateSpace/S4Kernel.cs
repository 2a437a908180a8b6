// The part of an S4 layer that makes its convolution kernel: which numbers it holds, how they start, and when a kernel is made anew.
// Source: the 2022 standalone S4 file as the published ECG models use it: only C learns; step sizes and HiPPO matrices stay as drawn.
namespace Einthoven.Torch;

/// <summary>
/// The kernels of H channels. Names: C [channels, H, N/2, 2], a parameter, stored corrected for the internal length; log_dt [H],
/// B, P [1, H, N/2, 2], w [H, N/2, 2], Q [1, H, N/2, 2], buffers. The published tables omega and z are computed, not stored.
/// </summary>
public sealed class S4Kernel : Module
{
    private const double ShortestStep = 0.001;
    private const double LongestStep = 0.1;
    // Numbers of a basis that is worth keeping: 64 MB.
    private const long LargestBasis = 1 << 24;

    private readonly int _internalLength;
    private readonly Tensor _output;
    private readonly S4System _system;
    private readonly KeptTensor _basis = new();

    /// <summary>Makes a kernel with zero parameters.</summary>
    /// <param name="channels">H.</param>
    /// <param name="states">N, even.</param>
    /// <param name="internalLength">The length for which C is stored; it cannot be read off the weights.</param>
    /// <param name="bidirectional">Two kernels a channel, forwards and backwards.</param>
    public S4Kernel(long channels, int states, int internalLength, bool bidirectional)
    {
        if (states <= 0 || states % 2 != 0) throw new ArgumentException($"A state of size {states} has no conjugate pairs: give an even, positive size.");
        ArgumentOutOfRangeException.ThrowIfLessThan(internalLength, 1);
        _internalLength = internalLength;
        long pairs = states / 2;
        _output = Parameter("C", bidirectional ? 2 : 1, channels, pairs, 2);
        Tensor step = Buffer("log_dt", Tensor.Zeros(channels)), input = Buffer("B", Tensor.Zeros(1, channels, pairs, 2));
        Tensor p = Buffer("P", Tensor.Zeros(1, channels, pairs, 2)), diagonal = Buffer("w", Tensor.Zeros(channels, pairs, 2));
        _system = new S4System(step, diagonal, p, Buffer("Q", Tensor.Zeros(1, channels, pairs, 2)), input);
    }

    /// <summary>Everything that decides the kernel.</summary>
    internal Tensor[] Inputs => [_output, .. _system.Tensors];

    /// <summary>
    /// The kernels of a length: all samples of the internal length, cut; where more are wanted, the internal length is doubled as often
    /// as needed, which changes no stored number.
    /// </summary>
    /// <returns>Float32 [channels, H, length].</returns>
    public Tensor Forward(int length)
    {
        using var scope = new Scope();
        (Tensor output, int nodes) = (_output, _internalLength);
        for (; nodes < length; nodes *= 2) output = _system.DoubleLength(output, nodes);
        long basisSize = 2 * _system.Pairs * _system.Channels * length;
        if (basisSize > LargestBasis) return scope.Keep(S4Generator.Kernel(_system, output, nodes, length).To(_output.DType));

        // The kernel is linear in C: kept once, the kernels of every unit vector of C make it a small product, with its exact gradient.
        Tensor basis = _basis.Get(_system.Tensors, length, () => Basis(nodes, length));
        Tensor weights = output.Transpose(0, 1).Flatten(2);                                                    // [H, channels, 2n]
        return scope.Keep(weights.Bmm(basis).Transpose(0, 1));
    }

    /// <summary>Kernels of the unit vectors of C, [H, 2n, length].</summary>
    private Tensor Basis(int nodes, int length)
    {
        long entries = 2 * _system.Pairs;
        var unit = new float[entries * entries];
        for (long k = 0; k < entries; k++) unit[k * (entries + 1)] = 1;
        Tensor units = Tensor.From(unit, entries, 1, _system.Pairs, 2).To(_output.Device).Expand(-1, _system.Channels, -1, -1);
        return S4Generator.Kernel(_system, units, nodes, length).Transpose(0, 1).To(_output.DType).Contiguous();
    }

    /// <summary>Steps log-uniform between 0.001 and 0.1, HiPPO-LegS matrices, C of unit variance, corrected for the internal length.</summary>
    protected override void InitializeOwn(IRandomSource random)
    {
        (long channels, long pairs) = (_system.Channels, _system.Pairs);
        HippoForm hippo = Hippo.Diagonalize((int)(2 * pairs));
        _system.LogStep.CopyFrom(random.UniformTensor([channels], Math.Log(ShortestStep), Math.Log(LongestStep)));
        Fill(_system.Diagonal, k => (-0.5, hippo.Frequencies[k]));
        Fill(_system.Input, k => (hippo.B[k], 0));
        Fill(_system.P, k => (hippo.P[k].Real, hippo.P[k].Imaginary));
        Fill(_system.Q, k => (hippo.P[k].Real, -hippo.P[k].Imaginary));
        _output.CopyFrom(_system.Correct(random.NormalTensor(_output.Shape, Math.Sqrt(0.5)), _internalLength));
    }

    /// <summary>The same values for every channel.</summary>
    private static void Fill(Tensor tensor, Func<int, (double Real, double Imaginary)> value)
    {
        long pairs = tensor.Size(-2);
        var one = new float[2 * pairs];
        for (int k = 0; k < pairs; k++) (one[2 * k], one[(2 * k) + 1]) = ((float)value(k).Real, (float)value(k).Imaginary);
        tensor.CopyFrom(Tensor.From(one, pairs, 2));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) _basis.Dispose();
        base.Dispose(disposing);
    }
}
