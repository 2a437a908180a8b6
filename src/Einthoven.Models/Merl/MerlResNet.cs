// MERL's residual encoder: no pooling in the stem, projected shortcuts.
// Source: cheliu-computation/MERL-ICML2024, utils/resnet1d.py; He et al., "Deep residual learning", CVPR 2016.
using Einthoven.Torch;

namespace Einthoven.Models.Merl;

/// <summary>Stem, stages, and a head on the mean over time. Names: conv1, bn1, layerN.M.*, linear.</summary>
public sealed class MerlResNet : EcgNetwork
{
    private readonly Conv1d _stem;
    private readonly BatchNorm1d _stemNorm;
    private readonly List<List<MerlResNetBlock>> _stages = [];
    private readonly Linear _head;

    /// <summary>Builds the encoder with zero weights.</summary>
    /// <exception cref="ArgumentException">The configuration does not work.</exception>
    public MerlResNet(MerlResNetConfig config)
    {
        config.Validate();
        _stem = Child("conv1", new Conv1d(config.Leads, config.Widths[0], config.StemKernel, stride: 2, padding: config.StemKernel / 2, bias: false));
        _stemNorm = Child("bn1", new BatchNorm1d(config.Widths[0]));
        int width = config.Widths[0];
        for (int stage = 0; stage < config.Widths.Count; stage++)
        {
            _stages.Add([]);
            for (int block = 0; block < config.Blocks[stage]; block++)
            {
                int stride = stage > 0 && block == 0 ? 2 : 1;
                _stages[stage].Add(Child($"layer{stage + 1}.{block}", new MerlResNetBlock(width, config.Widths[stage], config.Kernel, stride, config.Bottleneck)));
                width = config.Widths[stage] * (config.Bottleneck ? MerlResNetBlock.Expansion : 1);
            }
        }

        Width = width;
        _head = Child("linear", new Linear(width, config.Labels));
    }

    /// <summary>Channels of the map.</summary>
    public int Width { get; }

    /// <inheritdoc/>
    public override string HeadPrefix => "linear.";

    /// <inheritdoc/>
    public override IReadOnlyList<FeatureLayer> Layers => [.. _stages.Select((_, k) => new FeatureLayer($"layer{k + 1}", ChannelsFirst: true))];

    /// <inheritdoc/>
    public override Tensor Forward(Tensor windows, StageObserver? observe = null)
    {
        using Scope scope = new();
        Tensor logits = _head.Forward(Map(ChannelsLast.Order(windows.To(ComputeType)), observe).To(ScalarType.Float32).Mean([2]));
        observe?.Invoke("logits", logits);
        return scope.Keep(logits);
    }

    /// <summary>The map before pooling: [windows, leads, samples] → [windows, width, positions].</summary>
    public Tensor Map(Tensor windows, StageObserver? observe = null)
    {
        Tensor x = _stemNorm.Forward(_stem.Forward(windows)).Relu();
        for (int stage = 0; stage < _stages.Count; stage++)
        {
            foreach (MerlResNetBlock block in _stages[stage]) x = block.Forward(x);
            observe?.Invoke($"layer{stage + 1}", x);
        }

        return x;
    }
}

/// <summary>A residual block of two convolutions, or of three whose outer ones look at one position.</summary>
internal sealed class MerlResNetBlock : Module
{
    /// <summary>By how much a bottleneck's output is wider.</summary>
    internal const int Expansion = 4;

    private readonly List<(Conv1d Convolution, BatchNorm1d Norm)> _path = [];
    private readonly Conv1d? _shortcut;
    private readonly BatchNorm1d? _shortcutNorm;

    internal MerlResNetBlock(int inputs, int width, int kernel, int stride, bool bottleneck)
    {
        int outputs = bottleneck ? Expansion * width : width;
        if (bottleneck)
        {
            Add(inputs, width, 1, 1);
            Add(width, width, kernel, stride);
            Add(width, outputs, 1, 1);
        }
        else
        {
            Add(inputs, width, kernel, stride);
            Add(width, width, kernel, 1);
        }

        if (stride == 1 && inputs == outputs) return;
        _shortcut = Child("shortcut.0", new Conv1d(inputs, outputs, 1, stride, bias: false));
        _shortcutNorm = Child("shortcut.1", new BatchNorm1d(outputs));
    }

    /// <summary>[windows, inputs, positions] → [windows, outputs, positions / stride].</summary>
    internal Tensor Forward(Tensor x)
    {
        Tensor y = x;
        for (int k = 0; k < _path.Count; k++)
        {
            y = _path[k].Norm.Forward(_path[k].Convolution.Forward(y));
            if (k < _path.Count - 1) y = y.Relu();
        }

        return (y + (_shortcut is null ? x : _shortcutNorm!.Forward(_shortcut.Forward(x)))).Relu();
    }

    private void Add(int inputs, int outputs, int kernel, int stride)
    {
        int number = _path.Count + 1;
        _path.Add((Child($"conv{number}", new Conv1d(inputs, outputs, kernel, stride, padding: kernel / 2, bias: false)), Child($"bn{number}", new BatchNorm1d(outputs))));
    }
}
