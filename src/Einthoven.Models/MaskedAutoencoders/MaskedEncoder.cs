// The encoder of the masked autoencoders: a vision transformer over patches of an ECG, all of them or those that a mask leaves.
// Source: bakqui/ST-MEM, models/encoder/ (st_mem_vit.py, vit.py); facts and names only.
using Einthoven.Torch;

namespace Einthoven.Models.MaskedAutoencoders;

/// <summary>
/// Names: pos_embedding, sep_embedding or cls_embedding, to_patch_embedding.1 to .3, lead_embeddings.K, blockK, norm. A window is one group
/// of patches, or, where each lead is cut alone, a group a lead; a group has a token in front and, where it is a lead, the same at its end.
/// </summary>
public sealed class MaskedEncoder : Module
{
    private readonly Tensor _positions;
    private readonly Tensor _mark;
    private readonly LayerNorm _patchNorm;
    private readonly Linear _project;
    private readonly LayerNorm _tokenNorm;
    private readonly LeadEmbeddings? _leads;
    private readonly List<TransformerBlock> _blocks = [];
    private readonly LayerNorm _norm;

    /// <summary>Builds it with zero weights and the table of positions.</summary>
    /// <param name="config">Sizes.</param>
    /// <param name="scheme">What a patch is.</param>
    /// <param name="fixedPositions">Whether the positions stay as they are, as in pretraining; otherwise they are trained like any weight.</param>
    /// <exception cref="ArgumentException">The configuration does not work.</exception>
    public MaskedEncoder(MaskedAutoencoderConfig config, PatchScheme scheme, bool fixedPositions)
    {
        config.Validate(scheme);
        (Config, Scheme) = (config, scheme);
        using (GradMode.Off())
        {
            using var scope = new Scope();
            Tensor table = SineTable.Make(1, Patches, After, config.Width);
            if (fixedPositions) _positions = Buffer("pos_embedding", table);
            else (_positions = Parameter("pos_embedding", table.Shape)).CopyFrom(table);
        }

        _mark = Parameter(scheme == PatchScheme.LeadPatches ? "sep_embedding" : "cls_embedding", config.Width);
        _patchNorm = Child("to_patch_embedding.1", new LayerNorm(PatchWidth));
        _project = Child("to_patch_embedding.2", new Linear(PatchWidth, config.Width));
        _tokenNorm = Child("to_patch_embedding.3", new LayerNorm(config.Width));
        if (scheme == PatchScheme.LeadPatches) _leads = Child("lead_embeddings", new LeadEmbeddings(config.Leads, config.Width));
        for (int k = 0; k < config.Depth; k++)
            _blocks.Add(Child($"block{k}", new TransformerBlock(config.Width, config.Heads, config.HeadWidth, config.FeedForward, config.AttentionBias)));
        _norm = Child("norm", new LayerNorm(config.Width));
    }

    /// <summary>Sizes.</summary>
    public MaskedAutoencoderConfig Config { get; }

    /// <summary>What a patch is.</summary>
    public PatchScheme Scheme { get; }

    /// <summary>Type of the products; tokens stay in single precision.</summary>
    public ScalarType ComputeType { get; set; } = ScalarType.Float32;

    /// <summary>Patches of a group of a full window.</summary>
    public int Patches => (Scheme == PatchScheme.WholeLeads ? Config.Leads : Config.Samples) / Config.Patch;

    /// <summary>Values of a patch.</summary>
    public int PatchWidth => Scheme switch
    {
        PatchScheme.TimePatches => Config.Patch * Config.Leads,
        PatchScheme.WholeLeads => Config.Patch * Config.Samples,
        _ => Config.Patch,
    };

    /// <summary>Groups of a window: leads where each is cut alone, else 1.</summary>
    public int Groups => Scheme == PatchScheme.LeadPatches ? Config.Leads : 1;

    /// <summary>Tokens behind a group's patches; in front there is always one.</summary>
    internal int After => Scheme == PatchScheme.LeadPatches ? 1 : 0;

    /// <summary>Blocks.</summary>
    internal int Depth => _blocks.Count;

    /// <summary>Cuts windows [batch, leads, samples] into patches, [batch · groups, patches, patch width].</summary>
    /// <exception cref="ArgumentException">The windows have other leads, or samples that patches do not divide.</exception>
    public Tensor Cut(Tensor windows)
    {
        (long batch, long leads, long samples) = (windows.Size(0), windows.Size(1), windows.Size(2));
        bool fits = leads == Config.Leads && samples <= Config.Samples
            && (Scheme == PatchScheme.WholeLeads ? samples == Config.Samples : samples % Config.Patch == 0);
        if (!fits)
        {
            throw new ArgumentException($"Windows of {leads} leads and {samples} samples do not fit a network for {Config.Leads} leads and "
                + $"{(Scheme == PatchScheme.WholeLeads ? $"{Config.Samples} samples" : $"up to {Config.Samples} samples in patches of {Config.Patch}")}.");
        }

        return Scheme switch
        {
            PatchScheme.LeadPatches => windows.Reshape(batch * leads, samples / Config.Patch, Config.Patch),
            // Within a patch the lead runs fastest.
            PatchScheme.TimePatches => windows.Reshape(batch, leads, samples / Config.Patch, Config.Patch).Permute(0, 2, 3, 1).Reshape(batch, samples / Config.Patch, Config.Patch * leads),
            _ => windows.Reshape(batch, leads / Config.Patch, Config.Patch * samples),
        };
    }

    /// <summary>Puts patches together again: the inverse of <see cref="Cut"/>.</summary>
    /// <param name="patches">[batch · groups, patches, patch width].</param>
    /// <returns>[batch, leads, samples].</returns>
    public Tensor Join(Tensor patches)
    {
        long batch = patches.Size(0) / Groups;
        return Scheme == PatchScheme.TimePatches
            ? patches.Reshape(batch, patches.Size(1), Config.Patch, Config.Leads).Permute(0, 3, 1, 2).Reshape(batch, Config.Leads, -1)
            : patches.Reshape(batch, Config.Leads, -1);
    }

    /// <summary>Encodes windows.</summary>
    /// <param name="windows">Float32 [batch, leads, samples].</param>
    /// <param name="mask">Which patches are seen; null: all.</param>
    /// <param name="observe">Told of <c>patch_embed</c>, before positions, and of every block.</param>
    /// <returns>Tokens behind the last block, before the norm: float32 [batch, groups · (1 + seen patches + after), width].</returns>
    public Tensor Forward(Tensor windows, PatchMask? mask = null, StageObserver? observe = null)
    {
        using var scope = new Scope();
        long batch = windows.Size(0), width = Config.Width;
        Tensor x = Embed(Cut(windows));                                                  // [batch · groups, patches, width]
        observe?.Invoke("patch_embed", x);
        x += _positions.Narrow(1, 1, x.Size(1));
        if (mask is not null) x = mask.Keep(x);
        // The token behind the patches takes the table's last row, however short the window.
        List<Tensor> parts = [Mark(0), x];
        if (After > 0) parts.Add(Mark(_positions.Size(1) - 1));
        x = Tensor.Cat(parts, 1);                                                        // [batch · groups, 1 + seen + after, width]
        long tokens = x.Size(1);
        if (_leads is not null) x = x.View(batch, Groups, tokens, width) + _leads.Stacked();
        x = x.Reshape(batch, Groups * tokens, width);
        for (int k = 0; k < _blocks.Count; k++)
        {
            x = _blocks[k].Forward(x, ComputeType);
            observe?.Invoke($"block{k}", x);
        }

        return scope.Keep(x);

        Tensor Mark(long row) => (_mark + _positions.Select(0, 0).Select(0, row)).View(1, 1, width).Expand(batch * Groups, 1, width);
    }

    /// <summary>The last norm, over any [.., width].</summary>
    public Tensor Norm(Tensor x) => _norm.Forward(x);

    /// <summary>The tokens of patches alone: [batch, groups · tokens, width] → [batch, groups · patches, width].</summary>
    public Tensor WithoutMarks(Tensor tokens)
    {
        long batch = tokens.Size(0), each = tokens.Size(1) / Groups;
        return tokens.Reshape(batch, Groups, each, -1).Narrow(2, 1, each - 1 - After).Reshape(batch, Groups * (each - 1 - After), -1);
    }

    /// <summary>
    /// One vector a window, as published: the mean of the patches' tokens where each lead is cut alone, else the token in front; then the norm.
    /// </summary>
    /// <param name="tokens">Of <see cref="Forward"/>.</param>
    /// <returns>[batch, width].</returns>
    public Tensor Pool(Tensor tokens) => Norm(Scheme == PatchScheme.LeadPatches ? WithoutMarks(tokens).Mean([1]) : tokens.Select(1, 0));

    private Tensor Embed(Tensor patches) => _tokenNorm.Forward(_project.Forward(_patchNorm.Forward(patches)));

    /// <summary>The published start: Xavier, embeddings normal with deviation 0.02, the table of sines.</summary>
    protected override void InitializeOwn(IRandomSource random)
    {
        Xavier.Fill(_project, random);
        _mark.CopyFrom(random.NormalTensor(_mark.Shape, LeadEmbeddings.InitialDeviation));
        _positions.CopyFrom(SineTable.Make(1, Patches, After, Config.Width));
    }
}

/// <summary>A vector a lead, added to all its tokens. Names: 0, 1, ….</summary>
internal sealed class LeadEmbeddings : Module
{
    internal const double InitialDeviation = 0.02;

    private readonly List<Tensor> _vectors = [];

    internal LeadEmbeddings(int leads, int width)
    {
        for (int lead = 0; lead < leads; lead++) _vectors.Add(Parameter($"{lead}", width));
    }

    /// <summary>[leads, 1, width].</summary>
    internal Tensor Stacked() => Tensor.Stack(_vectors).Unsqueeze(1);

    protected override void InitializeOwn(IRandomSource random)
    {
        foreach (Tensor vector in _vectors) vector.CopyFrom(random.NormalTensor(vector.Shape, InitialDeviation));
    }
}
