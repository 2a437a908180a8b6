// A pretrained encoder with a linear head, as it is fine-tuned and probed.
// Source: bakqui/ST-MEM, models/encoder/ (forward with a head).
using Einthoven.Torch;

namespace Einthoven.Models.MaskedAutoencoders;

/// <summary>Encoder, pooling as published, linear head. Names: those of <see cref="MaskedEncoder"/>, head.weight, head.bias. Positions are trained.</summary>
public sealed class MaskedAutoencoderClassifier : EcgNetwork
{
    private readonly MaskedEncoder _encoder;
    private readonly Linear _head;

    /// <summary>Builds it with zero weights and the table of positions.</summary>
    /// <exception cref="ArgumentException">The configuration does not work.</exception>
    public MaskedAutoencoderClassifier(MaskedAutoencoderConfig config, PatchScheme scheme)
    {
        _encoder = Child("", new MaskedEncoder(config, scheme, fixedPositions: false));
        _head = Child("head", new Linear(config.Width, config.Labels));
    }

    /// <inheritdoc/>
    public override string HeadPrefix => "head.";

    /// <inheritdoc/>
    public override IReadOnlyList<FeatureLayer> Layers =>
        [new("patch_embed"), .. Enumerable.Range(0, _encoder.Depth).Select(k => new FeatureLayer($"block{k}")), new("tokens")];

    /// <inheritdoc/>
    public override Tensor Forward(Tensor windows, StageObserver? observe = null)
    {
        using var scope = new Scope();
        Tensor feature = Feature(windows, observe);
        observe?.Invoke("feature", feature);
        Tensor logits = _head.Forward(feature);
        observe?.Invoke("logits", logits);
        return scope.Keep(logits);
    }

    /// <summary>The published feature: one vector a window.</summary>
    /// <returns>Float32 [windows, width].</returns>
    public override Tensor Embed(Tensor windows) => Feature(windows, null);

    private Tensor Feature(Tensor windows, StageObserver? observe)
    {
        using var scope = new Scope();
        _encoder.ComputeType = ComputeType;
        long batch = windows.Size(0);
        Tensor tokens = _encoder.Forward(windows, null, observe is null
            ? null
            : (stage, value) => observe(stage, stage == "patch_embed" ? value.Reshape(batch, -1, value.Size(2)) : value));
        // Where a token stands for the window it is among those given: it is what the head reads.
        observe?.Invoke("tokens", _encoder.Scheme == PatchScheme.LeadPatches ? _encoder.WithoutMarks(tokens) : _encoder.Norm(tokens));
        return scope.Keep(_encoder.Pool(tokens));
    }

    /// <summary>Head: Xavier uniform, bias 0.</summary>
    protected override void InitializeOwn(IRandomSource random) => Xavier.Fill(_head, random);
}
