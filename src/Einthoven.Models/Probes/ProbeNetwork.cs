// A network of any family, read at one layer, with a head of its own on top.
using Einthoven.Torch;

namespace Einthoven.Models.Probes;

/// <summary>Names: encoder.* (the network that is read, its own head included but unused), head.* (a <see cref="ProbeHead"/>).</summary>
public sealed class ProbeNetwork : EcgNetwork
{
    private readonly EcgNetwork _encoder;
    private readonly ProbeHead _head;
    private readonly string _layer;

    /// <summary>Builds the network with zero weights.</summary>
    /// <exception cref="ArgumentException">The configuration does not work.</exception>
    public ProbeNetwork(ProbeConfig config, int labels)
    {
        _encoder = Child("encoder", ModelFamilies.Get(config.Family).Create(config.Network, 1));
        _head = Child("head", new ProbeHead(config.Pooling, config.Width, config.Heads, labels));
        _layer = config.Layer;
        if (!_encoder.Layers.Any(l => l.Stage == _layer))
            throw new ArgumentException($"The family {config.Family} has no layer \"{_layer}\"; it has {string.Join(", ", _encoder.Layers.Select(l => l.Stage))}.");
    }

    /// <summary>The row of <see cref="ModelFamilies"/>.</summary>
    public static ModelFamily Row { get; } = new(
        "probe",
        "Any network read at one layer, with a linear or attention head on top",
        (configuration, labels) => new ProbeNetwork(ProbeConfig.Read(configuration), labels));

    /// <summary>The network that is read.</summary>
    public EcgNetwork Encoder => _encoder;

    /// <summary>What learns.</summary>
    public ProbeHead Head => _head;

    /// <inheritdoc/>
    public override string HeadPrefix => "head.";

    /// <inheritdoc/>
    public override IReadOnlyList<FeatureLayer> Layers => _encoder.Layers;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor windows, StageObserver? observe = null)
    {
        _encoder.ComputeType = ComputeType;
        Tensor logits = _head.Forward(_encoder.Encode(windows, _layer, observe));
        observe?.Invoke("logits", logits);
        return logits;
    }
}
