// S4D: the state-space layer with a diagonal state matrix and no low rank, all of whose parameters learn.
// Source: Gu, Gupta, Goel, Ré, "On the parameterization and initialization of diagonal state space models", NeurIPS 2022.
namespace Einthoven.Torch;

/// <summary>How a continuous system becomes one of samples.</summary>
public enum Discretization
{
    /// <summary>The input holds between samples.</summary>
    ZeroOrderHold,

    /// <summary>The trapezoidal rule.</summary>
    Bilinear,
}

/// <summary>The kernels of H diagonal systems of N states. Names: C [H, N/2, 2], log_dt [H], log_A_real, A_imag [H, N/2].</summary>
public sealed class S4DKernel : Module
{
    private static readonly Operator s_complex = new("aten::complex");
    private static readonly Operator s_expm1 = new("aten::expm1");
    private static readonly Operator s_sin = new("aten::sin");
    private static readonly Operator s_cos = new("aten::cos");
    private readonly Discretization _rule;
    private readonly Tensor _output;
    private readonly Tensor _logStep;
    private readonly Tensor _logReal;
    private readonly Tensor _imaginary;

    /// <summary>Makes a kernel with zero parameters.</summary>
    public S4DKernel(long channels, int states, Discretization rule = Discretization.ZeroOrderHold)
    {
        if (states <= 0 || states % 2 != 0) throw new ArgumentException($"A state of size {states} has no conjugate pairs: give an even, positive size.");
        _rule = rule;
        _output = Parameter("C", channels, states / 2, 2);
        _logStep = Parameter("log_dt", channels);
        _logReal = Parameter("log_A_real", channels, states / 2);
        _imaginary = Parameter("A_imag", channels, states / 2);
    }

    /// <summary>K[l] = 2 Re Σ C·(input factor)·aˡ, with powers as exponentials, never as repeated products. Float32 [1, H, length].</summary>
    public Tensor Forward(int length)
    {
        using var scope = new Scope();
        Tensor step = _logStep.To(ScalarType.Float64).Exp().Unsqueeze(1);                                      // [H, 1]
        Tensor real = -_logReal.To(ScalarType.Float64).Exp() * step, imaginary = _imaginary.To(ScalarType.Float64) * step;
        Tensor exponent = s_complex.Call(real, imaginary);                                                     // dt·A, [H, n]
        Tensor factor, logarithm;
        if (_rule == Discretization.ZeroOrderHold)
        {
            factor = ExpMinusOne(real, imaginary) / exponent * step;
            logarithm = exponent;
        }
        else
        {
            Tensor half = exponent * 0.5;
            factor = ComplexTensors.Reciprocal(1.0 - half) * step;
            logarithm = ((half + 1) / (1.0 - half)).Log();
        }

        Tensor times = Tensor.From([.. Enumerable.Range(0, length).Select(l => (double)l)], length).To(_output.Device);
        Tensor powers = (logarithm.Unsqueeze(2) * times).Exp();                                                // [H, n, length]
        Tensor kernel = (ComplexTensors.FromPairs(_output) * factor).Unsqueeze(1).Bmm(powers);                 // [H, 1, length]
        return scope.Keep((ComplexTensors.Real(kernel) * 2).Transpose(0, 1).To(_output.DType));
    }

    // e^(a+ib) − 1 = expm1(a)·cos b − 2 sin²(b/2) + i·eᵃ·sin b: exact also where a and b are tiny.
    private static Tensor ExpMinusOne(Tensor a, Tensor b)
    {
        Tensor halfSine = s_sin.Call(b * 0.5), grown = s_expm1.Call(a);
        return s_complex.Call((grown * s_cos.Call(b)) - (halfSine * halfSine * 2), (grown + 1) * s_sin.Call(b));
    }

    /// <summary>C of unit variance, steps log-uniform between 0.001 and 0.1, A = −½ + iπk.</summary>
    protected override void InitializeOwn(IRandomSource random)
    {
        long channels = _imaginary.Size(0), pairs = _imaginary.Size(1);
        _output.CopyFrom(random.NormalTensor(_output.Shape, Math.Sqrt(0.5)));
        _logStep.CopyFrom(random.UniformTensor([channels], Math.Log(0.001), Math.Log(0.1)));
        _logReal.FillInPlace(Math.Log(0.5));
        _imaginary.CopyFrom(Tensor.From([.. Enumerable.Range(0, (int)pairs).Select(k => (float)(Math.PI * k))], pairs));
    }
}

/// <summary>
/// [batch, samples, width] → the same shape: causal long convolution, skip, GELU, a gated map. Names: D [width], kernel.* (an
/// <see cref="S4DKernel"/>), output_linear.0.weight [2·width, width, 1], output_linear.0.bias [2·width].
/// </summary>
public sealed class S4DLayer : Module
{
    private static readonly Operator s_gate = new("aten::glu");
    private readonly S4DKernel _kernel;
    private readonly Tensor _skip;
    private readonly ChannelDropout _dropout;
    private readonly Conv1d _map;

    /// <summary>Makes a layer with zero parameters.</summary>
    public S4DLayer(long width, int states, double dropout = 0)
    {
        _skip = Parameter("D", width);
        _kernel = Child("kernel", new S4DKernel(width, states));
        _dropout = Child("dropout", new ChannelDropout(dropout));
        _map = Child("output_linear.0", new Conv1d(width, 2 * width, 1));
    }

    /// <summary>[batch, samples, width] → the same shape.</summary>
    public Tensor Forward(Tensor x)
    {
        using var scope = new Scope();
        Tensor y = LongConvolution.Apply(x, LongConvolution.Circular(_kernel.Forward((int)x.Size(1)))) + (x * _skip);
        y = Linear.Apply(_dropout.Forward(y.Gelu()), _map.Weight.Squeeze(2), _map.Bias);
        return scope.Keep(s_gate.Call(y, -1));
    }

    /// <summary>D standard normal.</summary>
    protected override void InitializeOwn(IRandomSource random) => _skip.CopyFrom(random.NormalTensor(_skip.Shape));
}
