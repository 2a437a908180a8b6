// The residual network that leads the PTB-XL benchmark: three convolutions in the stem, pooled shortcuts, every stage equally wide.
// Sources: He T. et al., "Bag of tricks for image classification", CVPR 2019; Strodthoff et al., IEEE JBHI 25(5), 2021.
using Einthoven.Models.PtbXlBenchmark;
using Einthoven.Torch;

namespace Einthoven.Models.XResNet;

/// <summary>Stem 0, 1, 2, pooling 3, stages from 4 on, head behind them: the numbers begin the parameters' published names.</summary>
public sealed class XResNetwork : EcgNetwork
{
    private readonly List<ConvolutionNorm> _stem = [];
    private readonly List<List<XResNetBlock>> _stages = [];
    private readonly BenchmarkHead _head;
    private readonly int _headIndex;

    /// <summary>Builds the network with zero weights.</summary>
    /// <exception cref="ArgumentException">The configuration does not work.</exception>
    public XResNetwork(XResNetConfig config)
    {
        config.Validate();
        int width = config.Leads;
        for (int k = 0; k < config.Stem.Count; k++)
        {
            _stem.Add(Child($"{k}", new ConvolutionNorm(width, config.Stem[k], config.Kernel, k == 0 ? 2 : 1)));
            width = config.Stem[k];
        }

        int first = config.Stem.Count + 1;
        for (int stage = 0; stage < config.Layers.Count; stage++)
        {
            _stages.Add([]);
            for (int block = 0; block < config.Layers[stage]; block++)
            {
                int stride = stage > 0 && block == 0 ? 2 : 1;
                _stages[stage].Add(Child($"{first + stage}.{block}", new XResNetBlock(width, config, stride)));
                width = config.Expansion * config.BlockWidth;
            }
        }

        _headIndex = first + config.Layers.Count;
        _head = Child($"{_headIndex}", new BenchmarkHead(2 * width, config.HeadHidden, config.Labels, config.Dropout));
    }

    /// <inheritdoc/>
    public override string HeadPrefix => $"{_headIndex}.";

    /// <inheritdoc/>
    public override IReadOnlyList<FeatureLayer> Layers =>
        [.. Enumerable.Range(0, _stem.Count + 1 + _stages.Count).Select(k => new FeatureLayer($"{k}", ChannelsFirst: true))];

    /// <inheritdoc/>
    public override Tensor Forward(Tensor windows, StageObserver? observe = null)
    {
        using var scope = new Scope();
        Tensor x = ChannelsLast.Order(windows.To(ComputeType));     // [windows, leads, samples]
        int index = 0;
        foreach (ConvolutionNorm layer in _stem)
        {
            x = layer.Forward(x).Relu();                            // [windows, stem width, ⌈samples / 2⌉]
            observe?.Invoke($"{index++}", x);
        }

        x = Pool1d.Max(x, kernel: 3, stride: 2, padding: 1);        // [windows, stem width, ⌈samples / 4⌉]
        observe?.Invoke($"{_stem.Count}", x);
        for (int stage = 0; stage < _stages.Count; stage++)
        {
            foreach (XResNetBlock block in _stages[stage]) x = block.Forward(x);
            observe?.Invoke($"{_stem.Count + 1 + stage}", x);
        }

        return scope.Keep(_head.Forward(BenchmarkHead.Pool(x), observe, $"{_headIndex}"));
    }
}

/// <summary>Convolutions beside a shortcut. Names: convs.K.0, convs.K.1.*; idpath.0.*, or idpath.1.* behind a pooling, where widths differ.</summary>
internal sealed class XResNetBlock : Module
{
    private readonly List<ConvolutionNorm> _convolutions = [];
    private readonly ConvolutionNorm? _shortcut;
    private readonly int _stride;

    internal XResNetBlock(int inputs, XResNetConfig config, int stride)
    {
        _stride = stride;
        (int inside, int outputs) = (config.BlockWidth, config.Expansion * config.BlockWidth);
        (int Width, int Kernel, int Stride)[] layers = config.Expansion == 1
            ? [(inside, config.Kernel, stride), (outputs, config.Kernel, 1)]
            : [(inside, 1, 1), (inside, config.Kernel, stride), (outputs, 1, 1)];
        int width = inputs;
        for (int k = 0; k < layers.Length; k++)
        {
            _convolutions.Add(Child($"convs.{k}", new ConvolutionNorm(width, layers[k].Width, layers[k].Kernel, layers[k].Stride)));
            width = layers[k].Width;
        }

        if (inputs != outputs) _shortcut = Child(stride > 1 ? "idpath.1" : "idpath.0", new ConvolutionNorm(inputs, outputs, 1));
    }

    /// <summary>[windows, inputs, samples] → [windows, outputs, ⌈samples / stride⌉].</summary>
    internal Tensor Forward(Tensor x)
    {
        Tensor branch = x;
        for (int k = 0; k < _convolutions.Count; k++)
        {
            branch = _convolutions[k].Forward(branch);
            if (k < _convolutions.Count - 1) branch = branch.Relu();
        }

        // An odd last sample is averaged alone.
        Tensor shortcut = _stride > 1 ? Pool1d.Mean(x, _stride, _stride, ceiling: true) : x;
        if (_shortcut is not null) shortcut = _shortcut.Forward(shortcut);
        return (branch + shortcut).Relu();
    }
}
