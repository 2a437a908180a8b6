// The whole of ESI: ECG and text encoders, their common space, and the decoder that writes the text of an ECG.
// Source: comp-well-org/ESI, model/esi.py; Yu et al., "ECG Semantic Integrator", TMLR 2024 (arXiv 2405.19366).
using Einthoven.Models.Words;
using Einthoven.Torch;

namespace Einthoven.Models.Esi;

/// <summary>What a pass makes of B pairs of ECG and text with T tokens.</summary>
/// <param name="Feature">The encoder's feature [B, encoder width].</param>
/// <param name="ImageEmbedding">One vector an ECG [B, width].</param>
/// <param name="TextHidden">The text encoder's output without the last token [B, T − 1, width].</param>
/// <param name="ImageLatents">Unit vectors of the ECGs [B, width].</param>
/// <param name="TextLatents">Unit vectors of the texts [B, width].</param>
/// <param name="Logits">Of the next token at tokens 1 to T − 2 [B, T − 2, vocabulary]; null where T is below 3, an empty text.</param>
public sealed record EsiPass(Tensor Feature, Tensor ImageEmbedding, Tensor TextHidden, Tensor ImageLatents, Tensor TextLatents, Tensor? Logits);

/// <summary>
/// ESI under its published parameter names: temperature, img_encoder.*, img_token_head.*, img_attn_pool.*, img_attn_pool_norm.*,
/// text_cls_norm.*, img_to_latents.*, text_to_latents.*, pretrained_text_encoder.*, multimodal_layers.*, to_logits.*.
/// </summary>
/// <remarks>As published, img_attn_pool, text_cls_norm and the encoder's head are part of the state and of nothing else.</remarks>
public sealed class EsiPretraining : WordsNetwork
{
    private readonly EsiConfig _config;
    private readonly Linear _tokenHead;
    private readonly GainNorm _imageNorm;
    private readonly Linear _imageLatents;
    private readonly Linear _textLatents;
    private readonly List<(ParallelSelfAttention Self, SharedCrossAttention Cross)> _decoder;
    private readonly GainNorm _logitNorm;
    private readonly Linear _logits;

    /// <summary>Builds the network with zero weights.</summary>
    /// <exception cref="ArgumentException">The configuration does not work.</exception>
    public EsiPretraining(EsiConfig config)
    {
        config.Validate();
        _config = config;
        int width = config.Text.Width;
        Temperature = Parameter("temperature", 1);
        Ecg = Child("img_encoder", new ConvNeXtEncoder(config.Ecg));
        _tokenHead = Child("img_token_head", new Linear(Ecg.Width, width));
        Child("img_attn_pool", new SharedCrossAttention(width, Ecg.Width, config.Heads, config.HeadWidth, 0, normContext: true));
        _imageNorm = Child("img_attn_pool_norm", new GainNorm(width));
        Child("text_cls_norm", new GainNorm(width));
        _imageLatents = Child("img_to_latents.to_latents", new Linear(width, width, bias: false));
        _textLatents = Child("text_to_latents.to_latents", new Linear(width, width, bias: false));
        Text = Child("pretrained_text_encoder", new BertEncoder(config.Text));
        _decoder = [.. Enumerable.Range(0, config.DecoderLayers).Select(l => (
            Child($"multimodal_layers.{l}.0.fn", new ParallelSelfAttention(width, config.Heads, config.HeadWidth, config.Expansion)),
            Child($"multimodal_layers.{l}.1.fn", new SharedCrossAttention(width, width, config.Heads, config.HeadWidth, config.Expansion, normContext: false))))];
        _logitNorm = Child("to_logits.0", new GainNorm(width));
        _logits = Child("to_logits.1", new Linear(width, config.Text.Vocabulary, bias: false));
    }

    /// <summary>The ECG encoder.</summary>
    public ConvNeXtEncoder Ecg { get; }

    /// <summary>The text encoder.</summary>
    public BertEncoder Text { get; }

    /// <summary>Similarities are multiplied by its exponential. It begins at 1, so that the factor begins at e = 2.718.</summary>
    public Tensor Temperature { get; }

    /// <summary>Embeds pairs and decodes their texts, as in training.</summary>
    /// <param name="windows">Float32 [B, leads, samples].</param>
    /// <param name="ids">Int64 [B, T], from the first token to padding.</param>
    /// <param name="mask">Int64 [B, T]: 1 for a token, 0 for padding.</param>
    /// <param name="observe">Told of the ECG encoder's stages.</param>
    public EsiPass Forward(Tensor windows, Tensor ids, Tensor mask, StageObserver? observe = null)
    {
        using Scope scope = new();
        long tokens = ids.Size(1);
        Tensor feature = Ecg.Forward(windows, observe);
        Tensor image = EmbedFeature(feature);
        // As published: the last column is label only, even where it is the end of the longest text.
        Tensor hidden = Text.Forward(ids.Narrow(1, 0, tokens - 1), mask.Narrow(1, 0, tokens - 1));
        Tensor? logits = tokens < 3 ? null : Decode(hidden.Narrow(1, 1, tokens - 2), image);
        if (logits is not null) scope.Keep(logits);
        return new(scope.Keep(feature), scope.Keep(image), scope.Keep(hidden), scope.Keep(UnitRows(_imageLatents.Forward(image))),
            scope.Keep(UnitRows(_textLatents.Forward(hidden.Select(1, 0)))), logits);
    }

    /// <inheritdoc/>
    public override int CommonWidth => _config.Text.Width;

    /// <inheritdoc/>
    public override int LongestText => _config.Text.Positions;

    /// <inheritdoc/>
    public override IReadOnlyList<FeatureLayer> EcgLayers => Ecg.Layers;

    /// <inheritdoc/>
    public override Tensor EmbedEcg(Tensor windows, StageObserver? observe = null) => UnitRows(_imageLatents.Forward(EmbedFeature(Ecg.Forward(windows, observe))));

    /// <inheritdoc/>
    public override Tensor EmbedText(Tensor ids, Tensor mask) => UnitRows(_textLatents.Forward(Text.Forward(ids, mask).Select(1, 0)));

    private Tensor EmbedFeature(Tensor feature) => _imageNorm.Forward(_tokenHead.Forward(feature));

    // Published code repeats the ECG's one vector along the text. Attention to equal tokens is attention to one of them.
    private Tensor Decode(Tensor text, Tensor image)
    {
        Tensor context = image.Unsqueeze(1), x = text;
        foreach ((ParallelSelfAttention self, SharedCrossAttention cross) in _decoder)
        {
            x += self.Forward(x);
            x += cross.Forward(x, context);
        }

        return _logits.Forward(_logitNorm.Forward(x));
    }

    /// <summary>The temperature begins at 1; every part begins as its own kind does.</summary>
    protected override void InitializeOwn(IRandomSource random) => Temperature.FillInPlace(1);
}
