// ESI's ECG encoder: ConvNeXt V2 in one dimension, with ESI's norm over time.
// Source: comp-well-org/ESI, model/convnextv2.py; Woo et al., "ConvNeXt V2", CVPR 2023.
using Einthoven.Torch;

namespace Einthoven.Models.Esi;

/// <summary>
/// Stem of stride 4, stages of blocks with a halving convolution between them, mean over time, norm. Parameter names are ESI's:
/// downsample_layers.i.*, stages.i.j.*, norm, head.
/// </summary>
public sealed class ConvNeXtEncoder : Module
{
    private const double InitialDeviation = 0.02;
    private readonly ConvNeXtConfig _config;
    private readonly List<(Conv1d Convolution, TimeNorm Norm)> _downsampling = [];
    private readonly List<List<ConvNeXtBlock>> _stages = [];
    private readonly LayerNorm _norm;
    private readonly Linear _head;

    /// <summary>Builds the encoder with zero weights.</summary>
    /// <exception cref="ArgumentException">The configuration does not work.</exception>
    public ConvNeXtEncoder(ConvNeXtConfig config)
    {
        config.Validate();
        _config = config;
        for (int i = 0; i < config.Widths.Count; i++)
        {
            // The stem convolves first; between stages the norm comes first.
            Conv1d convolution = i == 0
                ? Child("downsample_layers.0.0", new Conv1d(config.Leads, config.Widths[0], 4, stride: 4))
                : new Conv1d(config.Widths[i - 1], config.Widths[i], 2, stride: 2);
            TimeNorm norm = Child($"downsample_layers.{i}.{(i == 0 ? 1 : 0)}", new TimeNorm(config.Widths[Math.Max(0, i - 1)]));
            if (i > 0) Child($"downsample_layers.{i}.1", convolution);
            _downsampling.Add((convolution, norm));
        }

        for (int i = 0; i < config.Widths.Count; i++)
            _stages.Add([.. Enumerable.Range(0, config.Depths[i]).Select(j => Child($"stages.{i}.{j}", new ConvNeXtBlock(config.Widths[i])))]);
        _norm = Child("norm", new LayerNorm(config.Widths[^1], 1e-6));
        _head = Child("head", new Linear(config.Widths[^1], config.Labels));
    }

    /// <summary>Width of the feature.</summary>
    public int Width => _config.Widths[^1];

    /// <summary>What the stages are called to an observer, in order; each lies as [windows, width, positions].</summary>
    internal IReadOnlyList<FeatureLayer> Layers => [.. _stages.Select((_, i) => new FeatureLayer($"stage{i}", ChannelsFirst: true))];

    /// <summary>The feature: [windows, leads, samples] → [windows, width].</summary>
    /// <exception cref="ArgumentException">The windows are too short, or have another number of leads.</exception>
    public Tensor Forward(Tensor windows, StageObserver? observe = null)
    {
        if (windows.Size(1) != _config.Leads) throw new ArgumentException($"The network takes {_config.Leads} leads; the windows have {windows.Size(1)}.");
        if (windows.Size(2) < _config.ShortestWindow)
            throw new ArgumentException($"{windows.Size(2)} samples are too few for this network: it needs {_config.ShortestWindow}, so that every norm over time has two positions.");
        Tensor x = windows;
        for (int i = 0; i < _stages.Count; i++)
        {
            (Conv1d convolution, TimeNorm norm) = _downsampling[i];
            x = i == 0 ? norm.Forward(convolution.Forward(x)) : convolution.Forward(norm.Forward(x));     // [windows, width, positions]
            observe?.Invoke($"down{i}", x);
            foreach (ConvNeXtBlock block in _stages[i]) x = block.Forward(x);
            observe?.Invoke($"stage{i}", x);
        }

        Tensor feature = _norm.Forward(x.Mean([2]));
        observe?.Invoke("feature", feature);
        return feature;
    }

    /// <summary>The head on a feature: [windows, width] → [windows, labels].</summary>
    public Tensor Classify(Tensor feature) => _head.Forward(feature);

    /// <summary>Convolutions and dense layers normal with deviation 0.02, biases 0. (Published as truncated, at a hundred deviations.)</summary>
    protected override void InitializeOwn(IRandomSource random)
    {
        foreach ((string name, Tensor parameter) in NamedParameters())
        {
            bool norm = parameter.Dim == 1 || parameter.Shape is [1, _, 1] or [1, 1, _];
            if (!norm) parameter.CopyFrom(random.NormalTensor(parameter.Shape, InitialDeviation));
            else if (name.EndsWith(".bias", StringComparison.Ordinal)) parameter.FillInPlace(0);
        }
    }
}

/// <summary>A block: depthwise convolution over seven positions, norm, a dense layer four times as wide with response norm, and back.</summary>
internal sealed class ConvNeXtBlock : Module
{
    private readonly Conv1d _depthwise;
    private readonly LayerNorm _norm;
    private readonly Linear _wide;
    private readonly ResponseNorm _response;
    private readonly Linear _narrow;

    internal ConvNeXtBlock(int width)
    {
        _depthwise = Child("dwconv", new Conv1d(width, width, 7, padding: 3, groups: width));
        _norm = Child("norm", new LayerNorm(width, 1e-6));
        _wide = Child("pwconv1", new Linear(width, 4 * width));
        _response = Child("grn", new ResponseNorm(4 * width));
        _narrow = Child("pwconv2", new Linear(4 * width, width));
    }

    /// <summary>[windows, width, positions] → the same shape.</summary>
    internal Tensor Forward(Tensor x)
    {
        Tensor y = _norm.Forward(_depthwise.Forward(x).Transpose(1, 2));     // [windows, positions, width]
        y = _narrow.Forward(_response.Forward(_wide.Forward(y).Gelu()));
        return x + y.Transpose(1, 2);
    }
}

/// <summary>
/// ESI's norm of channels: every channel over <b>time</b>, unbiased deviation, the epsilon outside the root. Published under the name of a
/// layer norm, which would go over channels. Names: weight, bias [1, channels, 1].
/// </summary>
internal sealed class TimeNorm : Module
{
    private const double Epsilon = 1e-6;
    private static readonly Operator s_deviation = new("aten::std", "dim");
    private readonly Tensor _weight;
    private readonly Tensor _bias;

    internal TimeNorm(int channels)
    {
        _weight = Parameter("weight", 1, channels, 1);
        _bias = Parameter("bias", 1, channels, 1);
    }

    /// <summary>[windows, channels, positions] → the same shape; at least two positions.</summary>
    internal Tensor Forward(Tensor x)
    {
        Tensor deviation = s_deviation.Call(x, new[] { 2L }, true, true);
        return ((x - x.Mean([2], keepDimensions: true)) / (deviation + Epsilon) * _weight) + _bias;
    }

    protected override void InitializeOwn(IRandomSource random) => _weight.FillInPlace(1);
}

/// <summary>
/// Global response normalisation (ConvNeXt V2, §3.2): how strong a channel is over the whole window beside the mean channel. Names: gamma,
/// beta [1, 1, channels], which start at 0.
/// </summary>
internal sealed class ResponseNorm : Module
{
    private const double Epsilon = 1e-6;
    private readonly Tensor _gamma;
    private readonly Tensor _beta;

    internal ResponseNorm(int channels)
    {
        _gamma = Parameter("gamma", 1, 1, channels);
        _beta = Parameter("beta", 1, 1, channels);
    }

    /// <summary>[windows, positions, channels] → the same shape.</summary>
    internal Tensor Forward(Tensor x)
    {
        Tensor strength = x.Norm([1], keepDimensions: true);                                    // [windows, 1, channels]
        Tensor relative = strength / (strength.Mean([2], keepDimensions: true) + Epsilon);
        return (_gamma * (x * relative)) + _beta + x;
    }
}
