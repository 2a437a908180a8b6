// Residual S4 layers with layer norm: the body of the S4 classifier and the predictor of ECG-CPC.
// Source: Mehari and Strodthoff, "Advancing the state-of-the-art for ECG analysis through structured state space models", arXiv 2211.07579.
using Einthoven.Torch;

namespace Einthoven.Models.S4;

/// <summary>Names: s4_layers.K.* (each an <see cref="S4Layer"/>), norms.K.weight, norms.K.bias.</summary>
internal sealed class S4Stack : Module
{
    private readonly List<S4Layer> _layers = [];
    private readonly List<LayerNorm> _norms = [];
    private readonly ChannelDropout _dropout;
    private readonly bool _preNorm;

    internal S4Stack(int layers, int width, int states, int internalLength, bool bidirectional, bool preNorm, double dropout)
    {
        _preNorm = preNorm;
        for (int k = 0; k < layers; k++)
            _layers.Add(Child($"s4_layers.{k}", new S4Layer(width, states, internalLength, bidirectional, gated: true, dropout)));
        for (int k = 0; k < layers; k++) _norms.Add(Child($"norms.{k}", new LayerNorm(width)));
        _dropout = Child("dropout", new ChannelDropout(dropout));
    }

    /// <summary>The layers' outputs.</summary>
    internal IEnumerable<FeatureLayer> Layers => _layers.Select((_, k) => new FeatureLayer($"layer{k}.out", ChannelsFirst: true));

    /// <summary>[windows, samples, width] → the same shape.</summary>
    /// <param name="x">Float32.</param>
    /// <param name="compute">Type of the products between channels.</param>
    /// <param name="observe">Told of the stages.</param>
    /// <param name="layerOutput">Told of what each S4 layer gives, before dropout, residual and norm; cheaper than the stages.</param>
    internal Tensor Forward(Tensor x, ScalarType compute, StageObserver? observe = null, Action<Tensor>? layerOutput = null)
    {
        for (int k = 0; k < _layers.Count; k++)
        {
            string name = $"layer{k}.";
            Tensor input = _preNorm ? _norms[k].Forward(x) : x;
            Tensor z = _layers[k].Forward(input, compute, observe is null ? null : (stage, value) => observe(name + stage, Published(stage, value)));
            layerOutput?.Invoke(z);
            x += _dropout.Forward(z);
            observe?.Invoke(name + "residual", Published("", x));
            if (!_preNorm) x = _norms[k].Forward(x);
            observe?.Invoke(name + "out", Published("", x));
        }

        return x;
    }

    // Stages are told in the published orientation, channels before samples; kernels are that already.
    private static Tensor Published(string stage, Tensor value) => stage == "kernel" ? value : value.Transpose(1, 2);
}
