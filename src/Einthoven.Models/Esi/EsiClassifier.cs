// ESI's ECG encoder as a classifier: what fine-tuning and probing begin with.
using Einthoven.Torch;

namespace Einthoven.Models.Esi;

/// <summary>The encoder with its head, which ESI leaves unused, on the feature. Parameter names are those below img_encoder.</summary>
public sealed class EsiClassifier : EcgNetwork
{
    private readonly ConvNeXtEncoder _encoder;

    /// <summary>Builds the network with zero weights.</summary>
    /// <exception cref="ArgumentException">The configuration does not work.</exception>
    public EsiClassifier(ConvNeXtConfig config) => _encoder = Child("", new ConvNeXtEncoder(config));

    /// <inheritdoc/>
    public override string HeadPrefix => "head.";

    /// <inheritdoc/>
    public override IReadOnlyList<FeatureLayer> Layers => _encoder.Layers;

    /// <inheritdoc/>
    /// <remarks>Computes in single precision whatever <see cref="EcgNetwork.ComputeType"/> says: deviations over time need it.</remarks>
    public override Tensor Forward(Tensor windows, StageObserver? observe = null)
    {
        using Scope scope = new();
        Tensor logits = _encoder.Classify(_encoder.Forward(windows, observe));
        observe?.Invoke("logits", logits);
        return scope.Keep(logits);
    }
}
