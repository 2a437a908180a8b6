// The S4 classifier: leads mapped to channels, residual S4 layers, mean over time, linear head.
// Source: Mehari and Strodthoff, "Advancing the state-of-the-art for ECG analysis through structured state space models", arXiv 2211.07579;
// AI4HealthUOL/ecg-fm-benchmarking.
using Einthoven.Torch;

namespace Einthoven.Models.S4;

/// <summary>Names: encoder.weight [width, leads, 1], encoder.bias, s4_layers.*, norms.*, decoder.*.</summary>
public sealed class S4Classifier : EcgNetwork
{
    private readonly LeadMap _encoder;
    private readonly S4Stack _stack;
    private readonly Linear _decoder;

    /// <summary>Builds the network with zero weights.</summary>
    /// <exception cref="ArgumentException">The configuration does not work.</exception>
    public S4Classifier(S4Config config)
    {
        config.Validate();
        _encoder = Child("encoder", new LeadMap(config.Leads, config.Width));
        _stack = Child("", new S4Stack(config.Layers, config.Width, config.States, config.InternalLength, config.Bidirectional, config.PreNorm, config.Dropout));
        _decoder = Child("decoder", new Linear(config.Width, config.Labels));
    }

    /// <inheritdoc/>
    public override string HeadPrefix => "decoder.";

    /// <inheritdoc/>
    public override IReadOnlyList<FeatureLayer> Layers =>
        [new("encoder", ChannelsFirst: true), .. _stack.Layers];

    /// <summary>Logits. Kernels, transforms and norms stay in single precision whatever the compute type.</summary>
    public override Tensor Forward(Tensor windows, StageObserver? observe = null)
    {
        using var scope = new Scope();
        Tensor x = _encoder.Forward(windows.Transpose(1, 2));               // [windows, samples, width]
        observe?.Invoke("encoder", x.Transpose(1, 2));
        Tensor pooled = _stack.Forward(x, ComputeType, observe).Mean([1]);  // [windows, width]
        observe?.Invoke("pooled", pooled);
        Tensor logits = _decoder.Forward(pooled);
        observe?.Invoke("logits", logits);
        return scope.Keep(logits);
    }
}

/// <summary>A map from leads to channels at each instant, its weight stored as a convolution of one sample: [width, leads, 1].</summary>
internal sealed class LeadMap : Module
{
    private readonly Tensor _weight;
    private readonly Tensor _bias;

    internal LeadMap(int leads, int width)
    {
        _weight = Parameter("weight", width, leads, 1);
        _bias = Parameter("bias", width);
    }

    /// <summary>[windows, samples, leads] → [windows, samples, width].</summary>
    internal Tensor Forward(Tensor x) => Linear.Apply(x, _weight.Squeeze(2), _bias);

    /// <summary>PyTorch's own start of a convolution: uniform in ±1/√leads.</summary>
    protected override void InitializeOwn(IRandomSource random)
    {
        double bound = 1 / Math.Sqrt(_weight.Size(1));
        _weight.CopyFrom(random.UniformTensor(_weight.Shape, -bound, bound));
        _bias.CopyFrom(random.UniformTensor(_bias.Shape, -bound, bound));
    }
}
