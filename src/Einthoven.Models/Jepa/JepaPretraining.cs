// ECG-JEPA's pretraining network: an encoder that sees part of a window, a predictor of the rest, and the slow copy that says what the rest is.
// Sources: Assran et al., "Self-supervised learning from images with a joint-embedding predictive architecture", CVPR 2023; Weimann and
// Conrad, arXiv 2410.13867; kweimann/ECG-JEPA, models/JEPA.py and predictor.py.
using Einthoven.Torch;

namespace Einthoven.Models.Jepa;

/// <summary>Names: mask_token [1, 1, width], embed.weight, blocks.K.*, norm.weight, proj.weight.</summary>
public sealed class JepaPredictor : Module
{
    private readonly int _width;
    private readonly Tensor _maskToken;
    private readonly Linear _embed;
    private readonly List<JepaBlock> _blocks = [];
    private readonly OptionalBiasNorm _norm;
    private readonly Linear _project;
    private readonly SineCosineTable _positions;

    /// <summary>Builds it with zero weights.</summary>
    /// <param name="encoder">The encoder's sizes and switches, which are also the predictor's where it has no own.</param>
    /// <param name="config">Its own sizes.</param>
    /// <exception cref="ArgumentException">The configuration does not work.</exception>
    public JepaPredictor(JepaConfig encoder, JepaPredictorConfig config)
    {
        encoder.Validate();
        JepaConfig.RequireBlocks(config.Width, config.Depth, config.Heads, "the predictor's ");
        _width = config.Width;
        _maskToken = Parameter("mask_token", 1, 1, config.Width);
        _embed = Child("embed", new Linear(encoder.Width, config.Width, encoder.Bias));
        for (int k = 0; k < config.Depth; k++) _blocks.Add(Child($"blocks.{k}", new JepaBlock(config.Width, config.Heads, encoder, layerScale: 0)));
        _norm = Child("norm", new OptionalBiasNorm(config.Width, encoder.NormEpsilon, encoder.NormBias));
        _project = Child("proj", new Linear(config.Width, encoder.Width, encoder.Bias));
        _positions = new(encoder.Samples / encoder.Patch, config.Width);
    }

    /// <summary>The table of positions [patches, width] of so many patches.</summary>
    public Tensor PositionTable(int patches, Device? device = null) => _positions.Rows(patches, device ?? Device.Cpu);

    /// <summary>Predicts the masked tokens, float32 [batch, masked, the encoder's width].</summary>
    /// <param name="context">What the encoder made of the kept patches, [batch, kept, the encoder's width].</param>
    /// <param name="kept">Their positions, Int64 [batch, kept].</param>
    /// <param name="masked">The others' positions, Int64 [batch, masked].</param>
    /// <param name="compute">Type of the products.</param>
    /// <param name="observe">Told of the stages: pred_embed, pred_tokens, pred_blockK, pred_norm, pred.</param>
    public Tensor Forward(Tensor context, Tensor kept, Tensor masked, ScalarType compute = ScalarType.Float32, StageObserver? observe = null)
    {
        using var scope = new Scope();
        (long batch, long seen, long hidden) = (context.Size(0), kept.Size(1), masked.Size(1));
        Tensor known = _embed.Forward(context.To(compute)).To(ScalarType.Float32);            // [batch, kept, width]
        observe?.Invoke("pred_embed", known);
        Tensor table = _positions.Rows(seen + hidden, context.Device);
        Tensor x = Tensor.Cat([known + At(table, kept), _maskToken.Expand(batch, hidden, _width) + At(table, masked)], 1);
        observe?.Invoke("pred_tokens", x);
        for (int k = 0; k < _blocks.Count; k++)
        {
            x = _blocks[k].Forward(x, compute);
            observe?.Invoke($"pred_block{k}", x);
        }

        x = _norm.Forward(x);
        observe?.Invoke("pred_norm", x);
        x = _project.Forward(x.Narrow(1, seen, hidden).To(compute)).To(ScalarType.Float32);
        observe?.Invoke("pred", x);
        return scope.Keep(x);
    }

    private Tensor At(Tensor table, Tensor positions) => table.IndexSelect(0, positions.Flatten()).View(positions.Size(0), positions.Size(1), _width);

    /// <summary>The mask token and the maps in and out normal with deviation 0.02.</summary>
    protected override void InitializeOwn(IRandomSource random)
    {
        _maskToken.CopyFrom(random.NormalTensor(_maskToken.Shape, JepaBlock.InitialDeviation));
        JepaBlock.Draw(_embed, JepaBlock.InitialDeviation, random);
        JepaBlock.Draw(_project, JepaBlock.InitialDeviation, random);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) _positions.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>What a pass gave.</summary>
/// <param name="Prediction">Of the masked patches, [batch, masked, width].</param>
/// <param name="Target">What the target encoder makes of them in the whole window, [batch, masked, width], without gradient.</param>
public sealed record JepaPass(Tensor Prediction, Tensor Target);

/// <summary>
/// Names: encoder.*, predictor.*, target_encoder.*. The target encoder is all buffers: it is saved and resumed with the rest, and no gradient
/// reaches it.
/// </summary>
public sealed class JepaPretraining : Module
{
    private readonly MovingCopy<JepaEncoder> _target;

    /// <summary>Builds it with zero weights.</summary>
    /// <exception cref="ArgumentException">The configuration does not work.</exception>
    public JepaPretraining(JepaConfig encoder, JepaPredictorConfig predictor)
    {
        Encoder = Child("encoder", new JepaEncoder(encoder));
        Predictor = Child("predictor", new JepaPredictor(encoder, predictor));
        _target = Child("target_encoder", new MovingCopy<JepaEncoder>(Encoder, new JepaEncoder(encoder with { Dropout = 0, AttentionDropout = 0 })));
    }

    /// <summary>The encoder that gradients train.</summary>
    public JepaEncoder Encoder { get; }

    /// <summary>The predictor.</summary>
    public JepaPredictor Predictor { get; }

    /// <summary>The encoder's average over the training, from which everything downstream begins.</summary>
    public JepaEncoder Target => _target.Network;

    /// <summary>Type of the products.</summary>
    public ScalarType ComputeType { get; set; } = ScalarType.Float32;

    /// <summary>Moves the target encoder: target ← momentum · target + (1 − momentum) · encoder; 0 copies.</summary>
    public void FollowEncoder(double momentum) => _target.Follow(momentum);

    /// <summary>Windows [batch, leads, samples] → predictions and targets of the masked patches.</summary>
    /// <param name="windows">Float32.</param>
    /// <param name="kept">Int64 [batch, kept], ascending.</param>
    /// <param name="masked">Int64 [batch, masked], ascending: all other patches.</param>
    /// <param name="observe">Told of the stages: target_all, target, context, and the predictor's.</param>
    public JepaPass Forward(Tensor windows, Tensor kept, Tensor masked, StageObserver? observe = null)
    {
        using var scope = new Scope();
        Tensor target = Targets(windows, masked, observe);
        Tensor context = Encoder.Forward(windows, kept, compute: ComputeType);
        observe?.Invoke("context", context);
        Tensor prediction = Predictor.Forward(context, kept, masked, ComputeType, observe);
        return new(scope.Keep(prediction), scope.Keep(target));
    }

    private Tensor Targets(Tensor windows, Tensor masked, StageObserver? observe)
    {
        using GradModeGuard noGrad = GradMode.Off();
        Tensor all = Target.Forward(windows, compute: ComputeType);
        observe?.Invoke("target_all", all);
        Tensor target = TokenRows.Take(all, masked);
        observe?.Invoke("target", target);
        return target;
    }

    /// <summary>The target begins equal to the encoder.</summary>
    protected override void InitializeOwn(IRandomSource random) => FollowEncoder(0);

    /// <summary>Whether weight decay applies to a parameter of these networks: to the weights of linear maps and of the patches only.</summary>
    /// <param name="name">Its full name: norms, factors of branches, registers, mask and query tokens and biases are not decayed.</param>
    public static bool Decays(string name) =>
        name.EndsWith(".weight", StringComparison.Ordinal)
        && !name.Split('.')[^2].StartsWith("norm", StringComparison.Ordinal)
        && !name.EndsWith("_ls.weight", StringComparison.Ordinal);
}
