// The two kinds of block: convolutions over time that hear the condition, and the middle's mixing over the whole recording.
// Sources: Dhariwal and Nichol, "Diffusion models beat GANs on image synthesis", NeurIPS 2021, §3 (norm, scale and shift by the condition,
// last convolution from zero); Gu, Goel, Ré, ICLR 2022 (S4); Vaswani et al., NeurIPS 2017 (attention).
using Einthoven.Torch;

namespace Einthoven.Models.S4UNet;

/// <summary>Norm over the channels of each position, without gain and offset: the condition brings those.</summary>
internal static class PlainNorm
{
    private static readonly Operator s_layerNorm = new("aten::layer_norm");

    /// <summary>[.., width] → the same shape and type. In single precision always: libtorch 1.13's norm of bfloat16 takes ten times as long.</summary>
    internal static Tensor Apply(Tensor x) =>
        s_layerNorm.Call(x.To(ScalarType.Float32), new[] { x.Size(-1) }, Argument.None, Argument.None, 1e-5).To(x.DType);
}

/// <summary>
/// [batch, positions, inputs] → [batch, positions, outputs]: two convolutions beside a shortcut, the condition between them as scale and
/// shift. Names: first.*, condition.*, second.*, shortcut.* (where widths differ).
/// </summary>
internal sealed class ConvolutionBlock : Module
{
    private readonly Conv1d _first;
    private readonly Linear _condition;
    private readonly Conv1d _second;
    private readonly Linear? _shortcut;
    private readonly int _outputs;

    internal ConvolutionBlock(int inputs, int outputs, S4UNetConfig c)
    {
        _outputs = outputs;
        _first = Child("first", new Conv1d(inputs, outputs, c.Kernel, padding: c.Kernel / 2));
        _condition = Child("condition", new Linear(c.ConditionWidth, 2 * outputs));
        _second = Child("second", new Conv1d(outputs, outputs, c.Kernel, padding: c.Kernel / 2));
        if (inputs != outputs) _shortcut = Child("shortcut", new Linear(inputs, outputs));
    }

    /// <summary>Computes in the input's type; the condition is float32 [batch, conditionWidth]. GELU, because it is four times as fast as SiLU in bfloat16.</summary>
    internal Tensor Forward(Tensor x, Tensor condition)
    {
        using var scope = new Scope();
        Tensor h = OverTime(_first, PlainNorm.Apply(x).Gelu());
        Tensor told = _condition.Forward(condition).To(x.DType).Unsqueeze(1);                               // [batch, 1, 2·outputs]
        h = (PlainNorm.Apply(h) * (told.Narrow(2, 0, _outputs) + 1)) + told.Narrow(2, _outputs, _outputs);
        h = OverTime(_second, h.Gelu());
        return scope.Keep((_shortcut?.Forward(x) ?? x) + h);
    }

    private static Tensor OverTime(Conv1d convolution, Tensor x) => convolution.Forward(x.Transpose(1, 2)).Transpose(1, 2);

    /// <summary>Every block begins as its shortcut.</summary>
    protected override void InitializeOwn(IRandomSource random) => _second.Weight.ZeroInPlace();
}

/// <summary>
/// [batch, positions, width] → the same: a convolution block, then an S4 layer and self-attention, each beside a shortcut: what decides
/// when beats come must see all of them. Names: local.*, long.*, attention.*.
/// </summary>
internal sealed class MiddleBlock : Module
{
    private readonly ConvolutionBlock _local;
    private readonly S4Layer _long;
    private readonly MultiheadAttention _attention;

    internal MiddleBlock(int width, S4UNetConfig c)
    {
        _local = Child("local", new ConvolutionBlock(width, width, c));
        _long = Child("long", new S4Layer(width, c.States, c.MiddlePositions, bidirectional: true));
        _attention = Child("attention", new MultiheadAttention(width, c.Heads));
    }

    internal Tensor Forward(Tensor x, Tensor condition)
    {
        using var scope = new Scope();
        x = _local.Forward(x, condition);
        x += _long.Forward(PlainNorm.Apply(x).To(ScalarType.Float32), x.DType).To(x.DType);
        return scope.Keep(x + _attention.Forward(PlainNorm.Apply(x)));
    }

    /// <summary>Attention adds nothing at first.</summary>
    protected override void InitializeOwn(IRandomSource random)
    {
        Linear output = _attention.Projections[3];
        output.Weight.ZeroInPlace();
        output.Bias!.ZeroInPlace();
    }
}
