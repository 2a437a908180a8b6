// A one-dimensional residual network with squeeze-and-excitation, small enough to train on two CPU cores.
// Sources: He et al., "Deep residual learning", CVPR 2016; Hu et al., "Squeeze-and-excitation networks", CVPR 2018;
// Huang et al., "Deep networks with stochastic depth", ECCV 2016; He T. et al., "Bag of tricks", CVPR 2019 (stem, pooled shortcut).
using Einthoven.Torch;

namespace Einthoven.Models.SeResNet;

/// <summary>Stem, stages of residual blocks, mean and maximum over time, a linear head.</summary>
public sealed class SeResNetwork : EcgNetwork
{
    private readonly List<ConvolutionNorm> _stem = [];
    private readonly List<ResidualBlock> _blocks = [];
    private readonly Dropout _dropout;
    private readonly Linear _head;
    private readonly double _initialBias;

    /// <summary>Builds the network with zero weights.</summary>
    /// <exception cref="ArgumentException">The configuration does not work.</exception>
    public SeResNetwork(SeResNetConfig config)
    {
        config.Validate();
        int width = config.Leads;
        for (int k = 0; k < config.Stem.Count; k++)
        {
            _stem.Add(Child($"stem.{k}", new ConvolutionNorm(width, config.Stem[k], config.Kernel, stride: k == 0 ? 2 : 1, relu: true)));
            width = config.Stem[k];
        }
        int blocks = config.Stages.Count * config.BlocksPerStage;
        for (int stage = 0; stage < config.Stages.Count; stage++)
        {
            for (int block = 0; block < config.BlocksPerStage; block++)
            {
                double skip = config.StochasticDepth * _blocks.Count / Math.Max(1, blocks - 1);
                int stride = stage > 0 && block == 0 ? 2 : 1;
                _blocks.Add(Child($"stages.{stage}.{block}", new ResidualBlock(width, config.Stages[stage], config.Kernel, stride, config.Reduction, skip)));
                width = config.Stages[stage];
            }
        }
        _dropout = Child("dropout", new Dropout(config.Dropout));
        _head = Child("head", new Linear(2 * width, config.Labels));
        _initialBias = config.InitialBias;
    }

    /// <inheritdoc/>
    public override string HeadPrefix => "head.";

    internal override bool IsChannelsLast => true;

    /// <inheritdoc/>
    public override IReadOnlyList<FeatureLayer> Layers =>
        [new("stem", ChannelsFirst: true), .. _blocks.Select((_, k) => new FeatureLayer($"block{k}", ChannelsFirst: true))];

    /// <inheritdoc/>
    public override Tensor Forward(Tensor windows, StageObserver? observe = null)
    {
        Tensor x = ChannelsLast.Order(windows.To(ComputeType));                 // [windows, leads, samples]
        foreach (ConvolutionNorm layer in _stem) x = layer.Forward(x);          // [windows, stem width, samples / 2]
        x = Pool1d.Max(x, kernel: 3, stride: 2, padding: 1);                    // [windows, stem width, samples / 4]
        observe?.Invoke("stem", x);
        for (int k = 0; k < _blocks.Count; k++)
        {
            x = _blocks[k].Forward(x);                                          // [windows, width, ever shorter]
            observe?.Invoke($"block{k}", x);
        }
        x = x.To(ScalarType.Float32);
        Tensor features = Tensor.Cat([x.Mean([2]), x.Amax([2])], 1);            // [windows, 2 · last width]
        observe?.Invoke("features", features);
        return _head.Forward(_dropout.Forward(features));
    }

    /// <summary>Head: weights 0, bias at the logit of a usual prevalence, so that training starts from the base rate.</summary>
    protected override void InitializeOwn(IRandomSource random)
    {
        _head.Weight.FillInPlace(0);
        _head.Bias!.FillInPlace(_initialBias);
    }
}

/// <summary>Convolution without bias, then batch norm, then perhaps ReLU. Names: conv.weight, norm.*.</summary>
internal sealed class ConvolutionNorm : Module
{
    private readonly Conv1d _convolution;
    private readonly BatchNorm1d _norm;
    private readonly bool _relu;
    private Lock? _packing;
    private PackedConvolution? _packed;

    internal ConvolutionNorm(int inputs, int outputs, int kernel, int stride = 1, double initialGain = 1, bool relu = false)
    {
        _relu = relu;
        _convolution = Child("conv", new Conv1d(inputs, outputs, kernel, stride, padding: kernel / 2, bias: false));
        _norm = Child("norm", new BatchNorm1d(outputs, initialGain: initialGain));
    }

    internal Tensor Forward(Tensor x)
    {
        if (_packing is not null && PackedConvolution.Suits(x))
        {
            lock (_packing) _packed ??= PackedConvolution.Fold(_convolution, _norm, _relu, x.Shape);
            return _packed.Forward(x);
        }
        Tensor y = _norm.Forward(_convolution.Forward(x));
        return _relu ? y.Relu() : y;
    }

    // Packed when the first window shows how long they are.
    protected override void PrepareOwn() => _packing = new();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _packed?.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>Two convolutions and squeeze-and-excitation beside a shortcut.</summary>
internal sealed class ResidualBlock : Module
{
    private readonly ConvolutionNorm _first;
    private readonly ConvolutionNorm _second;
    private readonly Linear _squeeze;
    private readonly Linear _excite;
    private readonly ConvolutionNorm? _shortcut;
    private readonly int _stride;
    private readonly double _skipProbability;

    internal ResidualBlock(int inputs, int outputs, int kernel, int stride, int reduction, double skipProbability)
    {
        (_stride, _skipProbability) = (stride, skipProbability);
        _first = Child("first", new ConvolutionNorm(inputs, outputs, kernel, stride, relu: true));
        // A gain of zero makes every block begin as its shortcut.
        _second = Child("second", new ConvolutionNorm(outputs, outputs, kernel, initialGain: 0));
        _squeeze = Child("squeeze", new Linear(outputs, outputs / reduction));
        _excite = Child("excite", new Linear(outputs / reduction, outputs));
        if (inputs != outputs) _shortcut = Child("shortcut", new ConvolutionNorm(inputs, outputs, 1));
    }

    /// <summary>[windows, inputs, samples] → [windows, outputs, ⌈samples / stride⌉].</summary>
    internal Tensor Forward(Tensor x)
    {
        Tensor branch = _second.Forward(_first.Forward(x));
        Tensor gates = _excite.Forward(_squeeze.Forward(branch.Mean([2])).Relu()).Sigmoid();   // [windows, outputs]
        if (Training && _skipProbability > 0) gates *= Survivors(branch);
        branch *= gates.Unsqueeze(2);

        Tensor shortcut = _stride > 1 ? Pool1d.Mean(x, _stride, _stride, ceiling: true) : x;
        if (_shortcut is not null) shortcut = _shortcut.Forward(shortcut);
        return (branch + shortcut).Relu();
    }

    /// <summary>[windows, 1]: 0 for a window whose branch is skipped, else 1 / (1 − p). Multiplied into the gates, it costs nothing.</summary>
    private Tensor Survivors(Tensor branch)
    {
        var draws = new float[branch.Size(0)];
        Random!.Uniform(draws);
        float p = (float)_skipProbability;
        for (int k = 0; k < draws.Length; k++) draws[k] = draws[k] < p ? 0 : 1 / (1 - p);
        return Tensor.From(draws, draws.Length, 1).To(branch.DType);
    }
}
