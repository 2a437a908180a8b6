// ECG-FM's transformer: the layers and the norm at their entrance or end.
// Source: Vaswani et al., NeurIPS 2017; fairseq-signals, models/transformer.py and modules/transformer_layer.py.
using Einthoven.Torch;

namespace Einthoven.Models.EcgFm;

/// <summary>Names: layers.{i}.*, layer_norm.*.</summary>
internal sealed class EcgFmTransformer : Module
{
    private readonly List<EcgFmTransformerLayer> layers = [];
    private readonly LayerNorm norm;
    private readonly Dropout dropout;
    private readonly bool normFirst;
    private readonly double layerDrop;

    public EcgFmTransformer(EcgFmConfig config)
    {
        (normFirst, layerDrop) = (config.LayerNormFirst, config.LayerDrop);
        for (int i = 0; i < config.Layers; i++) layers.Add(Child($"layers.{i}", new EcgFmTransformerLayer(config)));
        norm = Child("layer_norm", new LayerNorm(config.Width));
        dropout = Child("dropout", new Dropout(config.Dropout));
    }

    /// <summary>The type of the matrix products.</summary>
    public ScalarType ComputeType { get; set; } = ScalarType.Float32;

    /// <summary>[batch, frames, width] → the same shape; padding: Bool [batch, frames], true where a frame must not be attended to.</summary>
    public Tensor Forward(Tensor x, Tensor? padding, StageObserver? stages)
    {
        if (!normFirst) x = Normalize(x, stages);
        x = dropout.Forward(x);
        for (int i = 0; i < layers.Count; i++)
        {
            if (Training && layerDrop > 0 && Random!.Uniform() <= layerDrop) continue;
            x = layers[i].Forward(x, padding, ComputeType, $"layer{i}_", stages);
        }

        return normFirst ? Normalize(x, stages) : x;
    }

    private Tensor Normalize(Tensor x, StageObserver? stages)
    {
        Tensor y = norm.Forward(x);
        stages?.Invoke("encoder_layer_norm", y);
        return y;
    }
}

/// <summary>
/// Self-attention and a feed-forward part, each with a residual. Products may be in bfloat16; a residual plus such a product is single
/// precision again, and so are the norms. Names: self_attn, self_attn_layer_norm, fc1, fc2, final_layer_norm.
/// </summary>
internal sealed class EcgFmTransformerLayer : Module
{
    private const double InitialDeviation = 0.02;

    private readonly MultiheadAttention attention;
    private readonly LayerNorm attentionNorm;
    private readonly Linear expand;
    private readonly Linear contract;
    private readonly LayerNorm finalNorm;
    private readonly Dropout dropout;
    private readonly Dropout activationDropout;
    private readonly bool normFirst;

    public EcgFmTransformerLayer(EcgFmConfig config)
    {
        normFirst = config.LayerNormFirst;
        attention = Child("self_attn", new MultiheadAttention(config.Width, config.Heads, config.AttentionDropout));
        attentionNorm = Child("self_attn_layer_norm", new LayerNorm(config.Width));
        expand = Child("fc1", new Linear(config.Width, config.FeedForward));
        contract = Child("fc2", new Linear(config.FeedForward, config.Width));
        finalNorm = Child("final_layer_norm", new LayerNorm(config.Width));
        dropout = Child("dropout", new Dropout(config.Dropout));
        activationDropout = Child("activation_dropout", new Dropout(config.ActivationDropout));
    }

    public Tensor Forward(Tensor x, Tensor? padding, ScalarType compute, string stage, StageObserver? stages)
    {
        using Scope scope = new();
        Tensor y;
        if (normFirst)
        {
            x += dropout.Forward(Attend(NormAttention(x)));
            y = x + dropout.Forward(FeedForward(finalNorm.Forward(x)));
        }
        else
        {
            x = NormAttention(x + dropout.Forward(Attend(x)));
            y = finalNorm.Forward(x + dropout.Forward(FeedForward(x)));
        }

        stages?.Invoke(stage + "out", y);
        return scope.Keep(y);

        Tensor Attend(Tensor t)
        {
            Action<Tensor>? weights = stages == null ? null : p => stages(stage + "attn_weights", p.Mean([1])); // [batch, frames, frames]
            Tensor attended = attention.Forward(t.To(compute), padding, weights);
            stages?.Invoke(stage + "attn_out", attended);
            return attended;
        }

        Tensor NormAttention(Tensor t)
        {
            Tensor normed = attentionNorm.Forward(t);
            stages?.Invoke(stage + "ln1", normed);
            return normed;
        }

        Tensor FeedForward(Tensor t)
        {
            Tensor expanded = expand.Forward(t.To(compute)); // [batch, frames, feed-forward]
            stages?.Invoke(stage + "fc1", expanded);
            return contract.Forward(activationDropout.Forward(expanded.Gelu()));
        }
    }

    /// <summary>Every linear layer: normal with deviation 0.02, bias 0.</summary>
    protected override void InitializeOwn(IRandomSource random)
    {
        foreach (Linear linear in (IEnumerable<Linear>)[.. attention.Projections, expand, contract])
        {
            linear.Weight.CopyFrom(random.NormalTensor(linear.Weight.Shape, InitialDeviation));
            linear.Bias!.ZeroInPlace();
        }
    }
}
