// The two networks on ECG-CPC's encoder: the one that is pretrained and the one that classifies.
// Source: as EcgCpcEncoder.
using Einthoven.Torch;

namespace Einthoven.Models.EcgCpc;

/// <summary>Encoder and the map that predicts, name for name the published checkpoint: ts_encoder.*, ts_encoder.head_ssl.proj.0.weight.</summary>
public sealed class EcgCpcPretraining : Module
{
    private readonly Linear _projection;

    /// <summary>Builds the network with zero weights.</summary>
    /// <exception cref="ArgumentException">The configuration does not work.</exception>
    public EcgCpcPretraining(EcgCpcConfig config)
    {
        Encoder = Child("ts_encoder", new EcgCpcEncoder(config));
        _projection = Child("ts_encoder.head_ssl.proj.0", new Linear(config.Width, config.Width, bias: false));
    }

    /// <summary>The encoder that is pretrained.</summary>
    public EcgCpcEncoder Encoder { get; }

    /// <summary>Type of the products between channels.</summary>
    public ScalarType ComputeType { get; set; } = ScalarType.Float32;

    /// <summary>Windows [windows, leads, samples] → what each position predicts, and what there is to predict: both [windows, positions, width].</summary>
    public (Tensor Predicted, Tensor Encoded) Forward(Tensor windows, StageObserver? observe = null)
    {
        using var scope = new Scope();
        EcgCpcFeatures features = Encoder.Forward(windows, ComputeType, observe);
        Tensor predicted = _projection.Forward(features.Context);
        observe?.Invoke("predicted", predicted);
        return (scope.Keep(predicted), scope.Keep(features.Encoded));
    }
}

/// <summary>
/// Encoder, mean over positions, linear head. Names: ts_encoder.*, ts_encoder.head.weight, ts_encoder.head.bias. The head of the published
/// pretraining begins with the same prefix, so that its weights can be loaded as those of another head.
/// </summary>
public sealed class EcgCpcClassifier : EcgNetwork
{
    private readonly EcgCpcEncoder _encoder;
    private readonly Linear _head;

    /// <summary>Builds the network with zero weights.</summary>
    /// <exception cref="ArgumentException">The configuration does not work.</exception>
    public EcgCpcClassifier(EcgCpcConfig config)
    {
        _encoder = Child("ts_encoder", new EcgCpcEncoder(config));
        _head = Child("ts_encoder.head", new Linear(config.Width, config.Labels));
    }

    /// <inheritdoc/>
    public override string HeadPrefix => "ts_encoder.head";

    /// <inheritdoc/>
    public override IReadOnlyList<FeatureLayer> Layers => _encoder.Layers;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor windows, StageObserver? observe = null)
    {
        using var scope = new Scope();
        Tensor pooled = _encoder.Forward(windows, ComputeType, observe).Context.Mean([1]);   // [windows, width]
        observe?.Invoke("pooled", pooled);
        Tensor logits = _head.Forward(pooled);
        observe?.Invoke("logits", logits);
        return scope.Keep(logits);
    }
}
