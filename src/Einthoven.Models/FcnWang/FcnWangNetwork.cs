// Three convolutions and a head: the plainest network of the benchmark.
// Sources: Wang, Yan, Oates, "Time series classification from scratch", IJCNN 2017; Strodthoff et al., IEEE JBHI 25(5), 2021.
using Einthoven.Models.PtbXlBenchmark;
using Einthoven.Torch;

namespace Einthoven.Models.FcnWang;

/// <summary>Convolution, norm, ReLU: K.0.0, K.0.1.*; the head behind them.</summary>
public sealed class FcnWangNetwork : EcgNetwork
{
    private readonly List<ConvolutionNorm> _layers = [];
    private readonly BenchmarkHead _head;

    /// <summary>Builds the network with zero weights.</summary>
    /// <exception cref="ArgumentException">The configuration does not work.</exception>
    public FcnWangNetwork(FcnWangConfig config)
    {
        config.Validate();
        int width = config.Leads;
        for (int k = 0; k < config.Filters.Count; k++)
        {
            _layers.Add(Child($"{k}.0", new ConvolutionNorm(width, config.Filters[k], config.Kernels[k])));
            width = config.Filters[k];
        }

        _head = Child($"{_layers.Count}", new BenchmarkHead(2 * width, config.HeadHidden, config.Labels, config.Dropout));
    }

    /// <inheritdoc/>
    public override string HeadPrefix => $"{_layers.Count}.";

    /// <inheritdoc/>
    public override IReadOnlyList<FeatureLayer> Layers =>
        [.. Enumerable.Range(0, _layers.Count).Select(k => new FeatureLayer($"{k}", ChannelsFirst: true))];

    /// <inheritdoc/>
    public override Tensor Forward(Tensor windows, StageObserver? observe = null)
    {
        using var scope = new Scope();
        Tensor x = ChannelsLast.Order(windows.To(ComputeType));     // [windows, leads, samples]
        for (int k = 0; k < _layers.Count; k++)
        {
            x = _layers[k].Forward(x).Relu();                       // [windows, width, samples]
            observe?.Invoke($"{k}", x);
        }

        return scope.Keep(_head.Forward(BenchmarkHead.Pool(x), observe, $"{_layers.Count}"));
    }
}
