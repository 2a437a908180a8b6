// One residual block of SSSD-ECG: step in, convolution, S4, condition in, S4, gate; a part goes on, a part to the output.
// Source: Lopez Alcaraz and Strodthoff, arXiv 2301.08227; AI4HealthUOL/SSSD-ECG, models/SSSD_ECG.py.
using Einthoven.Torch;

namespace Einthoven.Models.SssdEcg;

/// <summary>What all blocks are told.</summary>
/// <param name="Step">[batch, stepWidth].</param>
/// <param name="Labels">[batch, labelWidth].</param>
/// <param name="Sex">[batch, sexWidth]; null where the network is not told.</param>
internal sealed record BlockConditions(Tensor Step, Tensor Labels, Tensor? Sex);

/// <summary>Names: fc_t.*, S41.*, conv_layer.conv.*, S42.*, res_conv.*, skip_conv.*, fc_label.*, fc_gender.* (where told).</summary>
internal sealed class SssdEcgBlock : Module
{
    private readonly Linear _ofStep;
    private readonly StateSpaceLayer _first;
    private readonly NormedConvolution _convolution;
    private readonly StateSpaceLayer _second;
    private readonly NormedConvolution _onward;
    private readonly NormedConvolution _skip;
    private readonly Linear _ofLabels;
    private readonly Linear? _ofSex;
    private readonly int _width;

    internal SssdEcgBlock(SssdEcgConfig c)
    {
        _width = c.Width;
        _ofStep = Child("fc_t", new Linear(c.StepWidth, c.Width));
        _first = Child("S41", new StateSpaceLayer(c));
        _convolution = Child("conv_layer.conv", new NormedConvolution(c.Width, 2 * c.Width, kernel: 3));
        _second = Child("S42", new StateSpaceLayer(c));
        _onward = Child("res_conv", new NormedConvolution(c.Width, c.Width));
        _skip = Child("skip_conv", new NormedConvolution(c.Width, c.SkipWidth));
        _ofLabels = Child("fc_label", new Linear(c.LabelWidth, 2 * c.Width));
        if (c.SexClasses > 0) _ofSex = Child("fc_gender", new Linear(c.SexWidth, 2 * c.Width));
    }

    /// <summary>[batch, samples, width] → the same, and the skip [batch, samples, skipWidth].</summary>
    internal (Tensor Onward, Tensor Skip) Forward(Tensor x, BlockConditions told, ScalarType compute, StageObserver? observe, bool inside)
    {
        using var scope = new Scope();
        Tensor a = x + _ofStep.Forward(told.Step).Unsqueeze(1);
        Tell("after_fc_t", a);
        a = _convolution.Forward(a.To(compute)).To(ScalarType.Float32);                      // [batch, samples, 2·width]
        Tell("conv_layer", a);
        a = _first.Forward(a, compute, Named("S41."));
        Tensor condition = _ofLabels.Forward(told.Labels);
        if (_ofSex is not null) condition += _ofSex.Forward(told.Sex!);
        a += condition.Unsqueeze(1);
        Tell("after_condition", a);
        a = _second.Forward(a, compute, Named("S42."));
        Tensor gate = a.Narrow(2, 0, _width).Tanh() * a.Narrow(2, _width, _width).Sigmoid(); // [batch, samples, width]
        Tell("gate", gate);
        Tensor gateOfType = gate.To(compute);
        Tensor residual = _onward.Forward(gateOfType).To(ScalarType.Float32);
        Tell("res", residual);
        Tensor onward = (x + residual) * Math.Sqrt(0.5);
        Tensor skip = _skip.Forward(gateOfType).To(ScalarType.Float32);
        Tell("skip", skip);
        Tell("out", onward);
        return (scope.Keep(onward), scope.Keep(skip));

        void Tell(string stage, Tensor value) => observe?.Invoke(stage, value.Transpose(1, 2));

        StageObserver? Named(string layer) => observe is null || !inside ? null : (stage, value) => observe(layer + stage, value);
    }
}

/// <summary>
/// [batch, samples, channels] → the same: an S4 layer without gate, its input added, a norm over the channels. Names: s4_layer.* (an
/// <see cref="S4Layer"/>), norm_layer.weight, norm_layer.bias.
/// </summary>
internal sealed class StateSpaceLayer : Module
{
    private readonly S4Layer _layer;
    private readonly ChannelDropout _dropout;
    private readonly LayerNorm? _norm;

    internal StateSpaceLayer(SssdEcgConfig c)
    {
        _layer = Child("s4_layer", new S4Layer(2 * c.Width, c.States, c.InternalLength, c.Bidirectional, gated: false));
        _dropout = Child("dropout", new ChannelDropout(c.Dropout));
        if (c.LayerNorm) _norm = Child("norm_layer", new LayerNorm(2 * c.Width));
    }

    internal Tensor Forward(Tensor x, ScalarType compute, StageObserver? observe)
    {
        Tensor y = _layer.Forward(x, compute, observe is null ? null : (stage, value) => observe(stage, stage == "kernel" ? value : value.Transpose(1, 2)));
        y = _dropout.Forward(y) + x;
        observe?.Invoke("residual", y.Transpose(1, 2));
        if (_norm is not null) y = _norm.Forward(y);
        observe?.Invoke("out", y.Transpose(1, 2));
        return y;
    }
}
