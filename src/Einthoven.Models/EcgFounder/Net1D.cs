// Net1D, the network of ECGFounder: a residual network of grouped convolutions with squeeze-and-excitation.
// Source: PKUDigitalHealth/ECGFounder, net1d.py; after Radosavovic et al., "Designing network design spaces", CVPR 2020.
using Einthoven.Torch;

namespace Einthoven.Models.EcgFounder;

/// <summary>Stem, stages of blocks, mean over time, a dense layer. Parameters have the names of the published checkpoints.</summary>
public sealed class Net1D : EcgNetwork
{
    private readonly Net1DConfig _config;
    private readonly SameConvolution _stem;
    private readonly BatchNorm1d _stemNorm;
    private readonly List<(string Stage, Net1DBlock Block)> _blocks = [];
    private readonly Linear _dense;

    /// <summary>Builds the network with zero weights.</summary>
    /// <exception cref="ArgumentException">The configuration does not work.</exception>
    public Net1D(Net1DConfig config)
    {
        config.Validate();
        _config = config;
        _stem = Child("first_conv", new SameConvolution(config.Leads, config.StemWidth, config.Kernel, stride: 2));
        _stemNorm = Child("first_bn", new BatchNorm1d(config.StemWidth));
        int width = config.StemWidth;
        for (int stage = 0; stage < config.Widths.Count; stage++)
        {
            for (int block = 0; block < config.Blocks[stage]; block++)
            {
                Net1DBlock next = new(config, width, config.Widths[stage], block == 0 ? config.Stride : 1, isFirst: stage + block == 0);
                _blocks.Add(($"stage{stage}.block{block}", Child($"stage_list.{stage}.block_list.{block}", next)));
                width = config.Widths[stage];
            }
        }
        _dense = Child("dense", new Linear(width, config.Labels));
    }

    /// <inheritdoc/>
    public override string HeadPrefix => "dense.";

    /// <inheritdoc/>
    public override IReadOnlyList<FeatureLayer> Layers =>
        [new("stem.out", ChannelsFirst: true), .. _blocks.Select(block => new FeatureLayer(block.Stage, ChannelsFirst: true))];

    /// <summary>Elements of the parameters that the forward pass uses: without those of batch norms that are switched off.</summary>
    public long UsedParameterCount =>
        NamedParameters().Where(p => _config.BatchNorm || !p.Name.Split('.').Any(part => part is "first_bn" or "bn1" or "bn2" or "bn3")).Sum(p => p.Tensor.Elements);

    /// <inheritdoc/>
    public override Tensor Forward(Tensor windows, StageObserver? observe = null)
    {
        // One lead has no order of channels yet: the stem's output is brought into it.
        Tensor x = ChannelsLast.Order(_stem.Forward(ChannelsLast.Order(windows.To(ComputeType))));   // [windows, stem width, samples / 2]
        observe?.Invoke("stem.conv", x);
        if (_config.BatchNorm) x = _stemNorm.Forward(x);
        x = x.Silu();
        observe?.Invoke("stem.out", x);
        foreach ((string stage, Net1DBlock block) in _blocks)
        {
            x = block.Forward(x);                                               // [windows, width, ever shorter]
            observe?.Invoke(stage, x);
        }
        x = x.To(ScalarType.Float32);
        Tensor features = x.Mean([2]);                                          // [windows, last width]
        observe?.Invoke("features", features);
        return _dense.Forward(features);
    }
}

/// <summary>Pre-activated bottleneck of three convolutions, squeezed and excited, beside a pooled and widened shortcut.</summary>
internal sealed class Net1DBlock : Module
{
    private const int Reduction = 2;
    private readonly bool _isFirst;
    private readonly bool _hasNorms;
    private readonly int _stride;
    private readonly int _widening;
    private readonly BatchNorm1d[] _norms;
    private readonly SameConvolution[] _convolutions;
    private readonly Linear _squeeze;
    private readonly Linear _excite;
    private readonly Dropout _dropout;

    internal Net1DBlock(Net1DConfig config, int inputs, int outputs, int stride, bool isFirst)
    {
        (_isFirst, _hasNorms, _stride, _widening) = (isFirst, config.BatchNorm, stride, outputs - inputs);
        int middle = config.Middle(outputs);
        var norm1 = Child("bn1", new BatchNorm1d(inputs));
        var convolution1 = Child("conv1", new SameConvolution(inputs, middle, 1));
        var norm2 = Child("bn2", new BatchNorm1d(middle));
        var convolution2 = Child("conv2", new SameConvolution(middle, middle, config.Kernel, stride, outputs / config.GroupWidth));
        var norm3 = Child("bn3", new BatchNorm1d(middle));
        var convolution3 = Child("conv3", new SameConvolution(middle, outputs, 1));
        (_norms, _convolutions) = ([norm1, norm2, norm3], [convolution1, convolution2, convolution3]);
        _squeeze = Child("se_fc1", new Linear(outputs, outputs / Reduction));
        _excite = Child("se_fc2", new Linear(outputs / Reduction, outputs));
        _dropout = Child("dropout", new Dropout(config.Dropout));
    }

    /// <summary>[windows, inputs, samples] → [windows, outputs, ⌈samples / stride⌉].</summary>
    internal Tensor Forward(Tensor x)
    {
        Tensor branch = x;
        for (int k = 0; k < _convolutions.Length; k++)
        {
            // The very first block follows an activation already; its first norm is in the checkpoint, but never used.
            if (k > 0 || !_isFirst) branch = Activate(branch, _norms[k]);
            branch = _convolutions[k].Forward(branch);
        }
        Tensor gates = _excite.Forward(_squeeze.Forward(branch.Mean([2])).Silu()).Sigmoid();   // [windows, outputs]
        branch *= gates.Unsqueeze(2);

        Tensor shortcut = _stride > 1 ? SamePooling.Max(x, _stride) : x;
        // Half of the new channels in front, the rest behind; all zero.
        if (_widening > 0) shortcut = SamePadding.Channels(shortcut, _widening / 2, _widening - (_widening / 2));
        return branch + shortcut;
    }

    private Tensor Activate(Tensor x, BatchNorm1d norm) => _dropout.Forward((_hasNorms ? norm.Forward(x) : x).Silu());
}
