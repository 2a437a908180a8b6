// The transformer block of ECG-JEPA and its parts: a norm with or without offset, and factors for residual branches.
// Sources: Dosovitskiy et al., ICLR 2021; Touvron et al., "Going deeper with image transformers", ICCV 2021 (LayerScale);
// kweimann/ECG-JEPA, models/modules.py.
using Einthoven.Torch;

namespace Einthoven.Models.Jepa;

/// <summary>Layer norm over the last dimension, its offset optional. Names: weight, bias [width].</summary>
internal sealed class OptionalBiasNorm : Module
{
    private static readonly Operator s_layerNorm = new("aten::layer_norm");
    private readonly long[] _shape;
    private readonly double _epsilon;
    private readonly Tensor _weight;
    private readonly Tensor? _bias;

    internal OptionalBiasNorm(int width, double epsilon, bool bias)
    {
        (_shape, _epsilon) = ([width], epsilon);
        _weight = Parameter("weight", width);
        if (bias) _bias = Parameter("bias", width);
    }

    internal Tensor Forward(Tensor x) => s_layerNorm.Call(x, _shape, _weight, _bias, _epsilon);

    /// <summary>Gain 1, offset 0.</summary>
    protected override void InitializeOwn(IRandomSource random) => _weight.FillInPlace(1);
}

/// <summary>A learned factor for each channel. Name: weight [width].</summary>
internal sealed class LayerScale : Module
{
    private readonly Tensor _weight;
    private readonly double _initial;

    internal LayerScale(int width, double initial)
    {
        _initial = initial;
        _weight = Parameter("weight", width);
    }

    internal Tensor Forward(Tensor x) => x * _weight;

    protected override void InitializeOwn(IRandomSource random) => _weight.FillInPlace(_initial);
}

/// <summary>
/// x + attention(norm(x)), then x + feed-forward(norm(x)). Names: norm1, attn.qkv, attn.proj, attn_ls, norm2, mlp.fc1, mlp.fc2, mlp_ls.
/// Products may be in bfloat16; norms and sums stay in single precision.
/// </summary>
internal sealed class JepaBlock : Module
{
    internal const double InitialDeviation = 0.02;
    private readonly int _heads;
    private readonly int _encoderDepth;
    private readonly OptionalBiasNorm _attentionNorm;
    private readonly Linear _queryKeyValue;
    private readonly Linear _project;
    private readonly LayerScale? _attentionScale;
    private readonly OptionalBiasNorm _feedForwardNorm;
    private readonly Linear _expand;
    private readonly Linear _contract;
    private readonly LayerScale? _feedForwardScale;
    private readonly Dropout _dropout;
    private readonly Dropout _attentionDropout;

    /// <param name="width">Width of a token.</param>
    /// <param name="heads">Attention heads.</param>
    /// <param name="config">Everything else, the encoder's also in the predictor.</param>
    /// <param name="layerScale">Initial factor of the residual branches; 0: none.</param>
    internal JepaBlock(int width, int heads, JepaConfig config, double layerScale)
    {
        (_heads, _encoderDepth) = (heads, config.Depth);
        int hidden = (int)(width * config.MlpRatio);
        _attentionNorm = Child("norm1", new OptionalBiasNorm(width, config.NormEpsilon, config.NormBias));
        _queryKeyValue = Child("attn.qkv", new Linear(width, 3 * width, config.QkvBias));
        _project = Child("attn.proj", new Linear(width, width, config.Bias));
        if (layerScale > 0) _attentionScale = Child("attn_ls", new LayerScale(width, layerScale));
        _feedForwardNorm = Child("norm2", new OptionalBiasNorm(width, config.NormEpsilon, config.NormBias));
        _expand = Child("mlp.fc1", new Linear(width, hidden, config.Bias));
        _contract = Child("mlp.fc2", new Linear(hidden, width, config.Bias));
        if (layerScale > 0) _feedForwardScale = Child("mlp_ls", new LayerScale(width, layerScale));
        _dropout = Child("dropout", new Dropout(config.Dropout));
        _attentionDropout = Child("attn_dropout", new Dropout(config.AttentionDropout));
    }

    /// <summary>Float32 [batch, tokens, width] → the same shape; products in <paramref name="compute"/>.</summary>
    internal Tensor Forward(Tensor x, ScalarType compute)
    {
        using var scope = new Scope();
        Tensor attended = _dropout.Forward(Attend(_attentionNorm.Forward(x).To(compute))).To(ScalarType.Float32);
        x += _attentionScale is null ? attended : _attentionScale.Forward(attended);
        Tensor hidden = _dropout.Forward(_expand.Forward(_feedForwardNorm.Forward(x).To(compute)).Gelu());   // [batch, tokens, hidden]
        Tensor fed = _dropout.Forward(_contract.Forward(hidden)).To(ScalarType.Float32);
        return scope.Keep(x + (_feedForwardScale is null ? fed : _feedForwardScale.Forward(fed)));
    }

    private Tensor Attend(Tensor x) =>
        _project.Forward(SelfAttention.Apply(_queryKeyValue.Forward(x), _heads, 1 / Math.Sqrt((double)x.Size(2) / _heads), _attentionDropout));

    /// <summary>
    /// Linear maps normal with deviation 0.02; those that end a residual branch smaller by √(2 · the encoder's depth), in the predictor too.
    /// </summary>
    protected override void InitializeOwn(IRandomSource random)
    {
        double residual = InitialDeviation / Math.Sqrt(2.0 * _encoderDepth);
        Draw(_queryKeyValue, InitialDeviation, random);
        Draw(_project, residual, random);
        Draw(_expand, InitialDeviation, random);
        Draw(_contract, residual, random);
    }

    /// <summary>The published start of a linear map: normal, bias 0.</summary>
    internal static void Draw(Linear linear, double deviation, IRandomSource random)
    {
        linear.Weight.CopyFrom(random.NormalTensor(linear.Weight.Shape, deviation));
        linear.Bias?.ZeroInPlace();
    }
}
