// ECG-CPC's encoder and predictor: convolutions that shorten the signal, then causal S4 layers.
// Source: Al-Masud, Lopez Alcaraz, Strodthoff, "Benchmarking ECG foundation models: a reality check across clinical tasks", ICLR 2026
// (arXiv 2509.25095); AI4HealthUOL/ecg-fm-benchmarking.
using Einthoven.Models.PtbXlBenchmark;
using Einthoven.Models.S4;
using Einthoven.Torch;

namespace Einthoven.Models.EcgCpc;

/// <summary>What the encoder makes of windows.</summary>
/// <param name="Encoded">The convolutions' output, [windows, positions, width]: what is predicted.</param>
/// <param name="Context">The predictor's output, [windows, positions, width]: the features.</param>
public sealed record EcgCpcFeatures(Tensor Encoded, Tensor Context);

/// <summary>Names: encoder.layers.K.0.weight, encoder.layers.K.1.* (batch norm), predictor.predictor.s4_layers.*, predictor.predictor.norms.*.</summary>
public sealed class EcgCpcEncoder : MaskableEncoder
{
    private readonly List<ConvolutionNorm> _layers = [];
    private readonly S4Stack _predictor;

    /// <summary>Builds it with zero weights.</summary>
    /// <exception cref="ArgumentException">The configuration does not work.</exception>
    public EcgCpcEncoder(EcgCpcConfig config)
    {
        config.Validate();
        for (int k = 0; k < config.Kernels.Count; k++)
            _layers.Add(Child($"encoder.layers.{k}", new ConvolutionNorm(k == 0 ? config.Leads : config.Width, config.Width, config.Kernels[k], config.Strides[k])));
        _predictor = Child(
            "predictor.predictor", new S4Stack(config.Layers, config.Width, config.States, config.InternalLength, config.Bidirectional, config.PreNorm, config.Dropout));
    }

    /// <summary>The layers from which features can be taken.</summary>
    internal IReadOnlyList<FeatureLayer> Layers => [new("encoded"), .. _predictor.Layers];

    /// <summary>Windows [windows, leads, samples] → both outputs, float32.</summary>
    /// <param name="windows">Float32.</param>
    /// <param name="compute">Type of the products between channels in the predictor.</param>
    /// <param name="observe">Told of the stages.</param>
    /// <param name="between">Changes what the convolutions made before the predictor sees it; null: nothing does.</param>
    /// <param name="layerOutputs">Gets the outputs of the predictor's S4 layers themselves, before residual and norm; null: nobody wants them.</param>
    public EcgCpcFeatures Forward(
        Tensor windows, ScalarType compute = ScalarType.Float32, StageObserver? observe = null, Func<Tensor, Tensor>? between = null, List<Tensor>? layerOutputs = null)
    {
        using var scope = new Scope();
        Tensor x = ChannelsLast.Order(windows);
        for (int k = 0; k < _layers.Count; k++)
        {
            x = _layers[k].Forward(x).Relu();                               // [windows, width, positions]
            observe?.Invoke($"encoder{k}", x);
        }

        Tensor encoded = x.Transpose(1, 2);                                 // [windows, positions, width]
        observe?.Invoke("encoded", encoded);
        Tensor context = _predictor.Forward(
            between is null ? encoded : between(encoded), compute, observe, layerOutputs is null ? null : output => layerOutputs.Add(scope.Keep(output)));
        observe?.Invoke("predictor", context);
        return new(scope.Keep(encoded), scope.Keep(context));
    }

    /// <inheritdoc/>
    public override Tensor Contextualize(Tensor windows, ScalarType compute, Func<Tensor, Tensor>? between = null, List<Tensor>? layerOutputs = null) =>
        Forward(windows, compute, between: between, layerOutputs: layerOutputs).Context;
}
