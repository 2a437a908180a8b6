// ECG-FM while it is pretrained: the encoder with masked frames, a quantizer of what was masked, and the projections that are compared.
// Source: Baevski et al., "wav2vec 2.0", NeurIPS 2020, §2; fairseq-signals, models/wav2vec2/wav2vec2.py.
using Einthoven.Torch;

namespace Einthoven.Models.EcgFm;

/// <summary>What is hidden from the encoder: each row's positions in ascending order, equally many in every row.</summary>
/// <param name="Frames">Masked frames of each row; these are predicted.</param>
/// <param name="Channels">Channels of each row that are silenced throughout; null: none.</param>
public sealed record EcgFmMask(IReadOnlyList<int[]> Frames, IReadOnlyList<int[]>? Channels = null);

/// <summary>The results of one pretraining pass; B rows, M masked frames a row.</summary>
/// <param name="Features">The feature extractor's output [B, conv width, frames], behind the scaling of its gradient.</param>
/// <param name="Context">The transformer's output [B, frames, width], zero at padding.</param>
/// <param name="Predictions">final_proj of the context at the masked frames [B, M, final width].</param>
/// <param name="Targets">The projected targets [B, M, final width].</param>
/// <param name="Quantized">The targets' codes; null where targets are not quantized.</param>
public sealed record EcgFmPretrainingPass(Tensor Features, Tensor Context, Tensor Predictions, Tensor Targets, QuantizedFrames? Quantized);

/// <summary>
/// The network of the published pretraining checkpoints, name for name: mask_emb, the encoder without prefix, quantizer.*, project_q.*,
/// target_glu.0.* where used, final_proj.*.
/// </summary>
public sealed class EcgFmPretraining : Module
{
    private readonly Tensor mask;
    private readonly EcgFmConfig config;
    private readonly Linear projectTarget;
    private readonly Linear? gate;
    private readonly Linear projectContext;
    private readonly Dropout featureDropout;

    /// <summary>Builds the network with zero weights.</summary>
    /// <exception cref="ArgumentException">The configuration does not work.</exception>
    public EcgFmPretraining(EcgFmConfig config, EcgFmPretrainingConfig heads)
    {
        heads.Validate();
        this.config = config;
        int features = config.ConvLayers[^1].Width;
        mask = Parameter("mask_emb", config.Width);
        Encoder = Child("", new EcgFmEncoder(config));
        if (heads.QuantizeTargets)
            Quantizer = Child("quantizer", new EcgFmQuantizer(features, heads.LatentGroups, heads.LatentVars, heads.CodeWidth));
        projectTarget = Child("project_q", new Linear(heads.QuantizeTargets ? heads.CodeWidth : features, heads.FinalDim));
        if (heads.TargetGlu) gate = Child("target_glu.0", new Linear(heads.FinalDim, 2 * heads.FinalDim));
        projectContext = Child("final_proj", new Linear(config.Width, heads.FinalDim));
        featureDropout = Child("dropout_features", new Dropout(heads.FeatureDropout));
    }

    /// <summary>The encoder that is pretrained.</summary>
    public EcgFmEncoder Encoder { get; }

    /// <summary>The codebook; null where targets are not quantized.</summary>
    public EcgFmQuantizer? Quantizer { get; }

    /// <summary>Width of the transformer, over which channels are masked.</summary>
    public int Width => config.Width;

    /// <summary>Frames that a window of so many samples gives.</summary>
    public int Frames(long samples) => (int)config.Frames(samples);

    /// <summary>Frames of each row that are signal; null where no row is padded.</summary>
    /// <remarks>As published, a row too short for a single frame counts as wholly valid here (an index of −1 that wraps to the end).</remarks>
    public IReadOnlyList<int>? ValidFrames(Tensor windows, IReadOnlyList<long>? validSamples) =>
        Encoder.ValidFrames(windows, validSamples)?.Select(n => n == 0 ? Frames(windows.Size(2)) : n).ToArray();

    /// <summary>Encodes windows with masked frames and quantizes what was masked.</summary>
    /// <param name="windows">Float32 [B, leads, samples].</param>
    /// <param name="hidden">What the encoder does not see.</param>
    /// <param name="validSamples">Samples of each row that are signal; null: all.</param>
    /// <param name="noise">Gumbel noise [B · M · groups, entries] for a soft choice of codes; null: hard.</param>
    /// <param name="temperature">Of the soft choice.</param>
    /// <param name="stages">Told of every intermediate result.</param>
    public EcgFmPretrainingPass Forward(
        Tensor windows, EcgFmMask hidden, IReadOnlyList<long>? validSamples = null, Tensor? noise = null, double temperature = 1,
        StageObserver? stages = null)
    {
        using Scope scope = new();
        Tensor features = Encoder.Extract(windows, stages);
        stages?.Invoke("feature_extractor_out", features);
        Tensor normalized = Encoder.Normalize(features, stages); // [B, frames, conv width]
        Tensor tokens = Encoder.Project(normalized, stages); // [B, frames, width]
        Tensor frames = FlatIndex(hidden.Frames, tokens.Size(1)).To(windows.Device);
        Tensor unseen = Pick(featureDropout.Forward(normalized), frames); // [B · M, conv width]
        stages?.Invoke("quantizer_in", unseen.View(tokens.Size(0), -1, unseen.Size(1)));

        tokens = Hide(tokens, hidden);
        Tensor context = Encoder.Contextualize(tokens, Encoder.FramePadding(windows, ValidFrames(windows, validSamples)), stages);

        QuantizedFrames? quantized = Quantizer?.Forward(unseen, noise, temperature);
        Tensor raw = quantized?.Values ?? unseen;
        stages?.Invoke("quantizer_out", raw.View(tokens.Size(0), -1, raw.Size(1)));
        Tensor targets = ProjectTargets(raw).View(tokens.Size(0), -1, projectContext.Weight.Size(0));
        stages?.Invoke("projected_targets_y", targets);
        stages?.Invoke("y", targets);
        Tensor predictions = projectContext.Forward(Pick(context, frames)).View(targets.Shape);
        stages?.Invoke("final_proj_out", predictions);

        foreach (Tensor? kept in (IEnumerable<Tensor?>)[quantized?.Values, quantized?.Codes, quantized?.SoftPerplexity, quantized?.HardPerplexity])
            if (kept is not null) scope.Keep(kept);
        return new(scope.Keep(features), scope.Keep(context), scope.Keep(predictions), scope.Keep(targets), quantized);
    }

    /// <summary>Targets from codewords, gate included: [n, code width] → [n, final width].</summary>
    public Tensor ProjectTargets(Tensor values)
    {
        Tensor projected = projectTarget.Forward(values);
        if (gate == null) return projected;
        Tensor both = gate.Forward(projected);
        long width = projected.Size(1);
        return both.Narrow(1, 0, width) * both.Narrow(1, width, width).Sigmoid();
    }

    /// <summary>The codes of every frame: Int64 [batch, frames, groups].</summary>
    /// <exception cref="InvalidOperationException">Targets are not quantized.</exception>
    public Tensor Codes(Tensor windows)
    {
        if (Quantizer == null) throw new InvalidOperationException("This pretraining network has no quantizer.");
        using Scope scope = new();
        Tensor features = Encoder.Normalize(Encoder.Extract(windows, null), null);
        QuantizedFrames quantized = Quantizer.Forward(features.Reshape(-1, features.Size(2)), null, 1);
        return scope.Keep(quantized.Codes.View(features.Size(0), features.Size(1), Quantizer.Groups));
    }

    private Tensor Hide(Tensor tokens, EcgFmMask hidden)
    {
        Tensor frames = Flags(hidden.Frames, tokens.Size(1)).To(tokens.Device).Unsqueeze(-1); // [B, frames, 1]
        tokens = Tensor.Where(frames, mask, tokens);
        return hidden.Channels == null ? tokens : tokens.MaskedFill(Flags(hidden.Channels, tokens.Size(2)).To(tokens.Device).Unsqueeze(1), 0);
    }

    private static Tensor Flags(IReadOnlyList<int[]> positions, long size)
    {
        bool[] flags = new bool[positions.Count * size];
        for (int row = 0; row < positions.Count; row++)
            foreach (int position in positions[row]) flags[(row * size) + position] = true;
        return Tensor.From(flags, positions.Count, size);
    }

    private static Tensor FlatIndex(IReadOnlyList<int[]> positions, long size)
    {
        long[] index = [.. positions.SelectMany((row, b) => row.Select(t => (b * size) + t))];
        return Tensor.From(index, index.Length);
    }

    private static Tensor Pick(Tensor frames, Tensor index) => frames.Reshape(-1, frames.Size(2)).IndexSelect(0, index);

    /// <summary>Mask embedding uniform in [0, 1).</summary>
    protected override void InitializeOwn(IRandomSource random) => mask.CopyFrom(random.UniformTensor(mask.Shape));
}
