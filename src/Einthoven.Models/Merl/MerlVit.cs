// MERL's other encoder: a vision transformer over patches of time that hold all leads.
// Source: cheliu-computation/MERL-ICML2024, utils/vit1d.py; Dosovitskiy et al., ICLR 2021.
using Einthoven.Torch;

namespace Einthoven.Models.Merl;

/// <summary>Names: to_patch_embedding, pos_embedding, blockN.{attn,ff}.*, norm.</summary>
public sealed class MerlVit : Module
{
    private readonly MerlVitConfig _config;
    private readonly Tensor _positions;
    private readonly Conv1d _patches;
    private readonly List<MerlVitBlock> _blocks;
    private readonly LayerNorm _norm;

    /// <summary>Builds the encoder with zero weights.</summary>
    /// <exception cref="ArgumentException">The configuration does not work.</exception>
    public MerlVit(MerlVitConfig config)
    {
        config.Validate();
        _config = config;
        _positions = Parameter("pos_embedding", 1, config.Patches, config.Width);
        _patches = Child("to_patch_embedding", new Conv1d(config.Leads, config.Width, config.Patch, stride: config.Patch, bias: false));
        _blocks = [.. Enumerable.Range(0, config.Layers).Select(i => Child($"block{i}", new MerlVitBlock(config)))];
        _norm = Child("norm", new LayerNorm(config.Width));
    }

    /// <summary>Width of the feature.</summary>
    public int Width => _config.Width;

    /// <summary>The feature, norm of the mean over patches: [windows, leads, samples] → [windows, width].</summary>
    /// <exception cref="ArgumentException">The windows hold another number of patches.</exception>
    public Tensor Forward(Tensor windows)
    {
        if (windows.Size(2) != (long)_config.Patch * _config.Patches)
            throw new ArgumentException($"The network takes windows of {_config.Patch * _config.Patches} samples, not {windows.Size(2)}.");
        Tensor x = _patches.Forward(windows).Transpose(1, 2) + _positions;       // [windows, patches, width]
        foreach (MerlVitBlock block in _blocks) x = block.Forward(x);
        return _norm.Forward(x.Mean([1]));
    }

    /// <summary>Positions standard normal, as published.</summary>
    protected override void InitializeOwn(IRandomSource random) => _positions.CopyFrom(random.NormalTensor(_positions.Shape));
}

/// <summary>A block with its norms first; queries, keys and values in one projection, head by head.</summary>
internal sealed class MerlVitBlock : Module
{
    private readonly int _heads;
    private readonly int _perHead;
    private readonly LayerNorm _attentionNorm;
    private readonly Linear _projection;
    private readonly Linear? _output;
    private readonly LayerNorm _norm;
    private readonly Linear _wide;
    private readonly Linear _narrow;

    internal MerlVitBlock(MerlVitConfig config)
    {
        (_heads, _perHead) = (config.Heads, config.HeadWidth);
        int inner = _heads * _perHead;
        _attentionNorm = Child("attn.norm", new LayerNorm(config.Width));
        _projection = Child("attn.fn.to_qkv", new Linear(config.Width, 3 * inner));
        // A single head as wide as the tokens has no output projection.
        if (_heads > 1 || _perHead != config.Width) _output = Child("attn.fn.to_out.0", new Linear(inner, config.Width));
        _norm = Child("ff.norm", new LayerNorm(config.Width));
        _wide = Child("ff.fn.net.0", new Linear(config.Width, config.Hidden));
        _narrow = Child("ff.fn.net.3", new Linear(config.Hidden, config.Width));
    }

    /// <summary>[windows, tokens, width] → the same shape.</summary>
    internal Tensor Forward(Tensor x)
    {
        x += Attend(_attentionNorm.Forward(x));
        return x + _narrow.Forward(_wide.Forward(_norm.Forward(x)).Gelu());
    }

    private Tensor Attend(Tensor x)
    {
        Tensor mixed = SelfAttention.Apply(_projection.Forward(x), _heads, 1 / Math.Sqrt(_perHead));
        return _output is null ? mixed : _output.Forward(mixed);
    }
}
