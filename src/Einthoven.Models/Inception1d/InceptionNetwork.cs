// InceptionTime: parallel convolutions of several lengths, every third block with a shortcut.
// Sources: Ismail Fawaz et al., "InceptionTime", Data Mining and Knowledge Discovery 34, 2020; Strodthoff et al., IEEE JBHI 25(5), 2021.
using Einthoven.Models.PtbXlBenchmark;
using Einthoven.Torch;

namespace Einthoven.Models.Inception1d;

/// <summary>Blocks layers.0.im.D, shortcuts layers.0.sk.K, head layers.1.</summary>
public sealed class InceptionNetwork : EcgNetwork
{
    private const int BlocksPerShortcut = 3;
    private readonly List<InceptionBlock> _blocks = [];
    private readonly List<ConvolutionNorm> _shortcuts = [];
    private readonly BenchmarkHead _head;

    /// <summary>Builds the network with zero weights.</summary>
    /// <exception cref="ArgumentException">The configuration does not work.</exception>
    public InceptionNetwork(InceptionConfig config)
    {
        config.Validate();
        int width = (config.Kernels.Count + 1) * config.Filters;
        for (int k = 0; k < config.Depth; k++) _blocks.Add(Child($"layers.0.im.{k}", new InceptionBlock(k == 0 ? config.Leads : width, config)));
        for (int k = 0; config.Residual && k < config.Depth / BlocksPerShortcut; k++)
            _shortcuts.Add(Child($"layers.0.sk.{k}", new ConvolutionNorm(k == 0 ? config.Leads : width, width, 1, convolution: "conv", norm: "bn")));
        _head = Child("layers.1", new BenchmarkHead(2 * width, config.HeadHidden, config.Labels, config.Dropout));
    }

    /// <inheritdoc/>
    public override string HeadPrefix => "layers.1.";

    /// <inheritdoc/>
    public override IReadOnlyList<FeatureLayer> Layers =>
        [.. Enumerable.Range(0, _blocks.Count).Select(k => new FeatureLayer(EndsWithShortcut(k) ? $"sk{k / BlocksPerShortcut}" : $"im{k}", ChannelsFirst: true))];

    /// <inheritdoc/>
    public override Tensor Forward(Tensor windows, StageObserver? observe = null)
    {
        using var scope = new Scope();
        Tensor x = ChannelsLast.Order(windows.To(ComputeType)), shortcut = x;       // [windows, leads, samples]
        for (int k = 0; k < _blocks.Count; k++)
        {
            x = _blocks[k].Forward(x);                                              // [windows, width, samples]
            observe?.Invoke($"im{k}", x);
            if (!EndsWithShortcut(k)) continue;
            int ends = k / BlocksPerShortcut;
            shortcut = x = (x + _shortcuts[ends].Forward(shortcut)).Relu();
            observe?.Invoke($"sk{ends}", x);
        }

        return scope.Keep(_head.Forward(BenchmarkHead.Pool(x), observe, "head"));
    }

    private bool EndsWithShortcut(int block) => block % BlocksPerShortcut == BlocksPerShortcut - 1 && block / BlocksPerShortcut < _shortcuts.Count;
}

/// <summary>Names: bottleneck.weight, convs.K.weight, conv_bottle.1.weight behind a pooling, bn_relu.0.*.</summary>
internal sealed class InceptionBlock : Module
{
    private readonly Conv1d _bottleneck;
    private readonly List<Conv1d> _branches = [];
    private readonly Conv1d _pooled;
    private readonly BatchNorm1d _norm;

    internal InceptionBlock(int inputs, InceptionConfig config)
    {
        _bottleneck = Child("bottleneck", new Conv1d(inputs, config.Bottleneck, 1, bias: false));
        for (int k = 0; k < config.Kernels.Count; k++)
            _branches.Add(Child($"convs.{k}", new Conv1d(config.Bottleneck, config.Filters, config.Kernels[k], padding: (config.Kernels[k] - 1) / 2, bias: false)));
        _pooled = Child("conv_bottle.1", new Conv1d(inputs, config.Filters, 1, bias: false));
        _norm = Child("bn_relu.0", new BatchNorm1d((config.Kernels.Count + 1) * config.Filters));
    }

    internal Tensor Forward(Tensor x)
    {
        Tensor narrow = _bottleneck.Forward(x);
        IEnumerable<Tensor> branches = [.. _branches.Select(b => b.Forward(narrow)), _pooled.Forward(Pool1d.Max(x, kernel: 3, stride: 1, padding: 1))];
        // Joined with channels innermost, the order in which the next block wants them.
        Tensor joined = Tensor.Cat([.. branches.Select(b => b.Transpose(1, 2))], 2).Transpose(1, 2);
        return _norm.Forward(joined).Relu();
    }
}
