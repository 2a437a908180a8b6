// The network that is pretrained: the encoder sees some patches, a small decoder paints all of them.
// Source: bakqui/ST-MEM, models/ (st_mem.py, mtae.py, mlae.py); He et al., "Masked autoencoders", CVPR 2022.
using Einthoven.Torch;

namespace Einthoven.Models.MaskedAutoencoders;

/// <summary>What a masked pass gives.</summary>
/// <param name="Tokens">The encoder's tokens before its last norm, [batch, groups · (1 + seen + after), width].</param>
/// <param name="Latent">The same behind the norm: what is decoded.</param>
/// <param name="Prediction">Every patch as the decoder paints it, [batch · groups, patches, patch width].</param>
public sealed record MaskedPass(Tensor Tokens, Tensor Latent, Tensor Prediction);

/// <summary>
/// Names, as in the published full files without their duplicates: mask_embedding, decoder_pos_embed, encoder.*, to_decoder_embedding,
/// decoder_blocks.K, decoder_norm, decoder_head. Tables of positions are buffers.
/// </summary>
public sealed class MaskedAutoencoder : Module
{
    private readonly Tensor _maskToken;
    private readonly Tensor _positions;
    private readonly Linear _toDecoder;
    private readonly List<TransformerBlock> _blocks = [];
    private readonly LayerNorm _norm;
    private readonly Linear _head;

    /// <summary>Builds it with zero weights and the tables of positions.</summary>
    /// <exception cref="ArgumentException">A configuration does not work.</exception>
    public MaskedAutoencoder(MaskedAutoencoderConfig config, MaskedDecoderConfig decoder, PatchScheme scheme)
    {
        decoder.Validate();
        _maskToken = Parameter("mask_embedding", 1, 1, decoder.Width);
        Encoder = new MaskedEncoder(config, scheme, fixedPositions: true);
        using (var scope = new Scope()) _positions = Buffer("decoder_pos_embed", SineTable.Make(1, Encoder.Patches, Encoder.After, decoder.Width));
        Child("encoder", Encoder);
        _toDecoder = Child("to_decoder_embedding", new Linear(config.Width, decoder.Width));
        for (int k = 0; k < decoder.Depth; k++)
            _blocks.Add(Child($"decoder_blocks.{k}", new TransformerBlock(decoder.Width, decoder.Heads, decoder.HeadWidth, decoder.FeedForward, decoder.AttentionBias)));
        _norm = Child("decoder_norm", new LayerNorm(decoder.Width, decoder.NormEpsilon));
        _head = Child("decoder_head", new Linear(decoder.Width, Encoder.PatchWidth));
    }

    /// <summary>The encoder that is pretrained.</summary>
    public MaskedEncoder Encoder { get; }

    /// <summary>Encodes what a mask leaves and decodes everything; each group is decoded alone.</summary>
    /// <param name="windows">Float32 [batch, leads, samples].</param>
    /// <param name="mask">Which patches are seen.</param>
    /// <param name="observe">Told of <c>patch_embed</c>, blocks, <c>latent</c> and <c>pred</c>.</param>
    public MaskedPass Forward(Tensor windows, PatchMask mask, StageObserver? observe = null)
    {
        using var scope = new Scope();
        Tensor tokens = Encoder.Forward(windows, mask, observe);
        Tensor latent = Encoder.Norm(tokens);
        observe?.Invoke("latent", latent);
        Tensor prediction = Decode(latent, mask);
        observe?.Invoke("pred", prediction);
        return new(scope.Keep(tokens), scope.Keep(latent), scope.Keep(prediction));
    }

    private Tensor Decode(Tensor latent, PatchMask mask)
    {
        long groups = mask.Groups;
        Tensor x = _toDecoder.Forward(latent.To(Encoder.ComputeType)).To(ScalarType.Float32).Reshape(groups, 1 + mask.Kept + Encoder.After, -1);
        long width = x.Size(2);
        Tensor removed = _maskToken.Expand(groups, mask.Patches - mask.Kept, width);
        Tensor patches = mask.InTime(Tensor.Cat([x.Narrow(1, 1, mask.Kept), removed], 1));
        x = Encoder.After > 0
            ? Tensor.Cat([x.Narrow(1, 0, 1), patches, x.Narrow(1, 1 + mask.Kept, 1)], 1)
            : Tensor.Cat([x.Narrow(1, 0, 1), patches], 1);
        x += mask.Patches == Encoder.Patches ? _positions : ShortPositions(mask.Patches);
        foreach (TransformerBlock block in _blocks) x = block.Forward(x, Encoder.ComputeType);
        return _head.Forward(_norm.Forward(x)).Narrow(1, 1, mask.Patches);              // [groups, patches, patch width]
    }

    private Tensor ShortPositions(int patches)
    {
        Tensor front = _positions.Narrow(1, 0, 1 + patches);
        return Encoder.After > 0 ? Tensor.Cat([front, _positions.Narrow(1, _positions.Size(1) - 1, 1)], 1) : front;
    }

    /// <summary>The published start; the encoder's own is done.</summary>
    protected override void InitializeOwn(IRandomSource random)
    {
        _maskToken.CopyFrom(random.NormalTensor(_maskToken.Shape, LeadEmbeddings.InitialDeviation));
        Xavier.Fill(_toDecoder, random);
        Xavier.Fill(_head, random);
    }
}
