// A small residual network for time series.
// Sources: Wang, Yan, Oates, "Time series classification from scratch", IJCNN 2017; Strodthoff et al., IEEE JBHI 25(5), 2021.
using Einthoven.Models.PtbXlBenchmark;
using Einthoven.Torch;

namespace Einthoven.Models.ResNetWang;

/// <summary>Convolution 0, norm 1, ReLU 2, one block a stage from 3 on, head behind them.</summary>
public sealed class ResNetWangNetwork : EcgNetwork
{
    private readonly Conv1d _stem;
    private readonly BatchNorm1d _norm;
    private readonly List<WangBlock> _blocks = [];
    private readonly BenchmarkHead _head;
    private readonly int _headIndex;

    /// <summary>Builds the network with zero weights.</summary>
    /// <exception cref="ArgumentException">The configuration does not work.</exception>
    public ResNetWangNetwork(ResNetWangConfig config)
    {
        config.Validate();
        _stem = Child("0", new Conv1d(config.Leads, config.Width, config.StemKernel, padding: (config.StemKernel - 1) / 2, bias: false));
        _norm = Child("1", new BatchNorm1d(config.Width));
        for (int k = 0; k < config.Strides.Count; k++) _blocks.Add(Child($"{3 + k}.0", new WangBlock(config, config.Strides[k])));
        _headIndex = 3 + _blocks.Count;
        _head = Child($"{_headIndex}", new BenchmarkHead(2 * config.Width, config.HeadHidden, config.Labels, config.Dropout));
    }

    /// <inheritdoc/>
    public override string HeadPrefix => $"{_headIndex}.";

    /// <inheritdoc/>
    public override IReadOnlyList<FeatureLayer> Layers =>
        [.. Enumerable.Range(2, 1 + _blocks.Count).Select(k => new FeatureLayer($"{k}", ChannelsFirst: true))];

    /// <inheritdoc/>
    public override Tensor Forward(Tensor windows, StageObserver? observe = null)
    {
        using var scope = new Scope();
        Tensor x = _stem.Forward(ChannelsLast.Order(windows.To(ComputeType)));      // [windows, width, samples]
        observe?.Invoke("0", x);
        x = _norm.Forward(x);
        observe?.Invoke("1", x);
        x = x.Relu();
        observe?.Invoke("2", x);
        for (int k = 0; k < _blocks.Count; k++)
        {
            x = _blocks[k].Forward(x);                                              // [windows, width, ever shorter]
            observe?.Invoke($"{3 + k}", x);
        }

        return scope.Keep(_head.Forward(BenchmarkHead.Pool(x), observe, $"{_headIndex}"));
    }
}

/// <summary>Two convolutions beside a shortcut. Names: conv1, bn1, conv2, bn2; downsample.0, downsample.1 where the stride is not 1.</summary>
internal sealed class WangBlock : Module
{
    private readonly ConvolutionNorm _first;
    private readonly ConvolutionNorm _second;
    private readonly ConvolutionNorm? _shortcut;

    internal WangBlock(ResNetWangConfig config, int stride)
    {
        int width = config.Width;
        _first = Child("", new ConvolutionNorm(width, width, config.Kernels[0], stride, convolution: "conv1", norm: "bn1"));
        _second = Child("", new ConvolutionNorm(width, width, config.Kernels[1], convolution: "conv2", norm: "bn2"));
        if (stride > 1) _shortcut = Child("downsample", new ConvolutionNorm(width, width, 1, stride));
    }

    internal Tensor Forward(Tensor x) =>
        (_second.Forward(_first.Forward(x).Relu()) + (_shortcut?.Forward(x) ?? x)).Relu();
}
