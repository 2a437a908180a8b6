// MERL: an ECG encoder with its projections into a space that it shares with texts.
// Source: cheliu-computation/MERL-ICML2024, utils/utils_builder.py; Liu et al., "Zero-shot ECG classification with multimodal learning and
// test-time clinical knowledge enhancement", ICML 2024 (arXiv 2403.06659).
using Einthoven.Models.Esi;
using Einthoven.Models.Words;
using Einthoven.Torch;

namespace Einthoven.Models.Merl;

/// <summary>What the ECG side makes of a batch.</summary>
/// <param name="Projection">In the common space, not normed [B, projection].</param>
/// <param name="FirstView">The feature through linear1 and a dropout [B, projection].</param>
/// <param name="SecondView">The feature through linear2 and another dropout [B, projection].</param>
/// <param name="Attention">How much the pooling attends to each position, mean over heads [B, 1, positions]; null for the transformer.</param>
public sealed record MerlPass(Tensor Projection, Tensor FirstView, Tensor SecondView, Tensor? Attention);

/// <summary>
/// The published network, name for name: downconv and att_pool_head.* (residual encoder) or proj_e.* (transformer), linear1, linear2,
/// ecg_encoder.*, lm_model.* where the text encoder is part of it, proj_t.*.
/// </summary>
public sealed class MerlNetwork : WordsNetwork
{
    private const string EncoderStage = "encoder";
    private readonly MerlConfig _config;
    private readonly int _longestText;
    private readonly MerlResNet? _resnet;
    private readonly MerlVit? _vit;
    private readonly Conv1d? _narrowing;
    private readonly MerlAttentionPool? _pool;
    private readonly MerlProjection? _projection;
    private readonly Linear _first;
    private readonly Linear _second;
    private readonly Dropout _firstDropout;
    private readonly Dropout _secondDropout;
    private readonly Linear _textWide;
    private readonly Linear _textNarrow;

    /// <summary>Builds the network with zero weights.</summary>
    /// <param name="config">Sizes.</param>
    /// <param name="text">The text encoder, MedCPT's query encoder as published; null: texts come encoded.</param>
    /// <exception cref="ArgumentException">The configuration does not work.</exception>
    public MerlNetwork(MerlConfig config, BertConfig? text = null)
    {
        config.Validate();
        if (text is not null && text.Width != config.TextWidth)
            throw new ArgumentException($"The text encoder is {text.Width} wide, the projection of texts expects {config.TextWidth}.");
        (_config, _longestText) = (config, text?.Positions ?? 0);
        int features = config.Projection;
        if (config.Vit is { } vit)
        {
            _vit = new MerlVit(vit);
            features = vit.Width;
            _projection = Child("proj_e", new MerlProjection(vit.Width, config.Projection));
        }
        else
        {
            _resnet = new MerlResNet(config.ResNet);
            _narrowing = Child("downconv", new Conv1d(_resnet.Width, config.Projection, 1));
            _pool = Child("att_pool_head", new MerlAttentionPool(config.PoolPositions, config.Projection, config.PoolHeads));
        }

        _first = Child("linear1", new Linear(features, config.Projection, bias: false));
        _second = Child("linear2", new Linear(features, config.Projection, bias: false));
        Child("ecg_encoder", (Module?)_resnet ?? _vit!);
        _firstDropout = Child("dropout1", new Dropout(config.Dropout));
        _secondDropout = Child("dropout2", new Dropout(config.Dropout));
        if (text is not null) Text = Child("lm_model", new BertEncoder(text));
        _textWide = Child("proj_t.0", new Linear(config.TextWidth, config.Projection));
        _textNarrow = Child("proj_t.2", new Linear(config.Projection, config.Projection));
    }

    /// <summary>The text encoder; null where texts come encoded.</summary>
    public BertEncoder? Text { get; }

    /// <inheritdoc/>
    public override int CommonWidth => _config.Projection;

    /// <inheritdoc/>
    public override int LongestText => _longestText;

    /// <inheritdoc/>
    public override IReadOnlyList<FeatureLayer> EcgLayers => [new(EncoderStage, ChannelsFirst: _resnet is not null)];

    /// <inheritdoc/>
    public override Tensor EmbedEcg(Tensor windows, StageObserver? observe = null)
    {
        using Scope scope = new();
        // The transformer gives one vector a window: one position.
        StageObserver? told = observe is null || _resnet is not null ? observe : (stage, value) => observe(stage, stage == EncoderStage ? value.Unsqueeze(1) : value);
        return scope.Keep(UnitRows(Forward(windows, told).Projection));
    }

    /// <inheritdoc/>
    public override Tensor EmbedText(Tensor ids, Tensor mask)
    {
        using Scope scope = new();
        return scope.Keep(UnitRows(ProjectText(EncodeText(ids, mask))));
    }

    /// <summary>Encodes windows [B, leads, samples].</summary>
    /// <param name="windows">The windows.</param>
    /// <param name="observe">Told of <c>encoder</c> (map or feature) and, with the residual encoder, <c>downconv</c>, both channels first.</param>
    public MerlPass Forward(Tensor windows, StageObserver? observe = null)
    {
        using Scope scope = new();
        Tensor encoded = _resnet is null ? _vit!.Forward(windows) : _resnet.Map(windows);
        observe?.Invoke(EncoderStage, encoded);
        Tensor feature = encoded, projection;
        Tensor? attention = null;
        if (_projection is not null)
        {
            projection = _projection.Forward(encoded);
        }
        else
        {
            Tensor map = _narrowing!.Forward(encoded);                                     // [B, projection, positions]
            observe?.Invoke("downconv", map);
            (projection, attention) = _pool!.Forward(map);
            feature = map.Mean([2]);
            scope.Keep(attention);
        }

        return new(scope.Keep(projection), scope.Keep(_firstDropout.Forward(_first.Forward(feature))),
            scope.Keep(_secondDropout.Forward(_second.Forward(feature))), attention);
    }

    /// <summary>Into the common space, not normed: the text encoder's pooled output [B, text width] → [B, projection].</summary>
    public Tensor ProjectText(Tensor pooled) => _textNarrow.Forward(_textWide.Forward(pooled).Gelu());

    /// <summary>Pooled texts [B, text width]: ids and mask Int64 [B, T]. <b>Never trained</b>, as in the published code, which runs it without gradients.</summary>
    /// <exception cref="InvalidOperationException">The network was made without a text encoder.</exception>
    public Tensor EncodeText(Tensor ids, Tensor mask)
    {
        if (Text is null) throw new InvalidOperationException("This network was made without a text encoder: give it one, or pooled texts.");
        using GradModeGuard noGrad = GradMode.Off();
        return Text.Pool(Text.Forward(ids, mask));
    }
}

/// <summary>The transformer's projection: dense, norm, ReLU, dense, norm. Names: 0, 1, 3, 4.</summary>
internal sealed class MerlProjection : Module
{
    private readonly Linear _wide;
    private readonly BatchNorm1d _wideNorm;
    private readonly Linear _narrow;
    private readonly BatchNorm1d _norm;

    internal MerlProjection(int width, int outputs)
    {
        _wide = Child("0", new Linear(width, outputs));
        _wideNorm = Child("1", new BatchNorm1d(outputs));
        _narrow = Child("3", new Linear(outputs, outputs));
        _norm = Child("4", new BatchNorm1d(outputs));
    }

    internal Tensor Forward(Tensor x) => _norm.Forward(_narrow.Forward(_wideNorm.Forward(_wide.Forward(x)).Relu()));
}

/// <summary>
/// Attention of one learned token to all positions. Names: positional_embedding, cls_token, mhsa.{in_proj_weight,in_proj_bias,out_proj.*},
/// c_proj.
/// </summary>
internal sealed class MerlAttentionPool : Module
{
    private readonly int _heads;
    private readonly Tensor _positions;
    private readonly Tensor _token;
    private readonly Tensor _weight;
    private readonly Tensor _bias;
    private readonly Linear _output;
    private readonly Linear _last;

    internal MerlAttentionPool(int positions, int width, int heads)
    {
        _heads = heads;
        _positions = Parameter("positional_embedding", 1, positions, width);
        _token = Parameter("cls_token", 1, 1, width);
        _weight = Parameter("mhsa.in_proj_weight", 3 * width, width);
        _bias = Parameter("mhsa.in_proj_bias", 3 * width);
        _output = Child("mhsa.out_proj", new Linear(width, width));
        _last = Child("c_proj", new Linear(width, width));
    }

    /// <summary>[B, width, positions] → [B, width] and the attention [B, 1, positions].</summary>
    internal (Tensor Pooled, Tensor Attention) Forward(Tensor map)
    {
        (long batch, long width, long tokens) = (map.Size(0), map.Size(1), map.Size(2) + 1);
        if (tokens != _positions.Size(1))
            throw new ArgumentException($"The pooling knows {_positions.Size(1) - 1} positions; these windows give {tokens - 1}. Give windows of the length it was made for.");
        long perHead = width / _heads;
        // As published, the token gets the first position twice.
        Tensor token = (_token + _positions.Narrow(1, 0, 1)).Expand(batch, 1, width);
        Tensor x = Tensor.Cat([token, map.Transpose(1, 2)], 1) + _positions;
        Tensor q = Project(x.Narrow(1, 0, 1), 0) * (1 / Math.Sqrt(perHead)), k = Project(x, 1), v = Project(x, 2);
        Tensor weights = q.Bmm(k.Transpose(1, 2)).Softmax(-1);                                          // [B · heads, 1, tokens]
        Tensor mixed = weights.Bmm(v).View(batch, 1, width);
        Tensor attention = weights.View(batch, _heads, 1, tokens).Mean([1]).Narrow(2, 1, tokens - 1);
        return (_last.Forward(_output.Forward(mixed)).Squeeze(1), attention);

        Tensor Project(Tensor t, int part) => Linear.Apply(t, _weight.Narrow(0, part * width, width), _bias.Narrow(0, part * width, width))
            .View(batch, t.Size(1), _heads, perHead).Transpose(1, 2).Reshape(batch * _heads, t.Size(1), perHead);
    }

    /// <summary>Positions normal over the width, the token normal, the projection uniform in ±√(6 / (4 · width)), as published.</summary>
    protected override void InitializeOwn(IRandomSource random)
    {
        long width = _token.Size(2);
        _positions.CopyFrom(random.NormalTensor(_positions.Shape, 1.0 / width));
        _token.CopyFrom(random.NormalTensor(_token.Shape));
        double bound = Math.Sqrt(6.0 / (4 * width));
        _weight.CopyFrom(random.UniformTensor(_weight.Shape, -bound, bound));
        _bias.FillInPlace(0);
        _output.Bias!.FillInPlace(0);
    }
}
