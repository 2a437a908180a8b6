// ECG-JEPA's encoder: a vision transformer whose tokens cover a stretch of time in every lead.
// Source: Weimann and Conrad, arXiv 2410.13867; kweimann/ECG-JEPA, models/vision_transformer.py.
using Einthoven.Torch;

namespace Einthoven.Models.Jepa;

/// <summary>Names: registers [1, registers, width], patch_embed.proj.weight [width, leads, patch], blocks.K.* (a block each), norm.weight.</summary>
public sealed class JepaEncoder : MaskableEncoder
{
    private readonly JepaConfig _config;
    private readonly Tensor? _registers;
    private readonly PatchMap _patches;
    private readonly List<JepaBlock> _blocks = [];
    private readonly OptionalBiasNorm _norm;
    private readonly SineCosineTable _positions;

    /// <summary>Builds it with zero weights.</summary>
    /// <exception cref="ArgumentException">The configuration does not work.</exception>
    public JepaEncoder(JepaConfig config)
    {
        config.Validate();
        _config = config;
        if (config.Registers > 0) _registers = Parameter("registers", 1, config.Registers, config.Width);
        _patches = Child("patch_embed.proj", new PatchMap(config.Leads, config.Width, config.Patch, config.Bias));
        for (int k = 0; k < config.Depth; k++) _blocks.Add(Child($"blocks.{k}", new JepaBlock(config.Width, config.Heads, config, config.LayerScale)));
        _norm = Child("norm", new OptionalBiasNorm(config.Width, config.NormEpsilon, config.NormBias));
        _positions = new(config.Samples / config.Patch, config.Width);
    }

    /// <summary>Patches of a window of so many samples; what fills no patch is left out.</summary>
    /// <exception cref="ArgumentException">The window is shorter than a patch or longer than those of the pretraining.</exception>
    public int PatchesOf(long samples) => samples >= _config.Patch && samples / _config.Patch <= _config.Samples / _config.Patch
        ? (int)(samples / _config.Patch)
        : throw new ArgumentException($"The network takes windows of {_config.Patch} to {_config.Samples} samples, and is given {samples}.");

    /// <summary>The table of positions [patches, width]: of the longest window, or of one of so many patches.</summary>
    public Tensor PositionTable(int? patches = null, Device? device = null) => _positions.Rows(patches ?? (_config.Samples / _config.Patch), device ?? Device.Cpu);

    /// <summary>Windows [batch, leads, samples] → tokens, float32 [batch, tokens, width] in order of time.</summary>
    /// <param name="windows">Float32.</param>
    /// <param name="kept">Int64 [batch, kept], ascending: the patches that it sees, with the positions they have in the window; null: all.</param>
    /// <param name="keepRegisters">Whether the registers stay in front of the result.</param>
    /// <param name="compute">Type of the products.</param>
    /// <param name="observe">Told of the stages: patch_embed, tokens, blockK (registers first), norm, out.</param>
    public Tensor Forward(Tensor windows, Tensor? kept = null, bool keepRegisters = false, ScalarType compute = ScalarType.Float32, StageObserver? observe = null) =>
        Forward(windows, kept, keepRegisters, compute, observe, null, null);

    /// <summary>As <see cref="MaskableEncoder"/> says; registers are left out. A layer's output is a block's, behind its residual.</summary>
    public override Tensor Contextualize(Tensor windows, ScalarType compute, Func<Tensor, Tensor>? between = null, List<Tensor>? layerOutputs = null) =>
        Forward(windows, null, false, compute, null, between, layerOutputs);

    private Tensor Forward(
        Tensor windows, Tensor? kept, bool keepRegisters, ScalarType compute, StageObserver? observe, Func<Tensor, Tensor>? between, List<Tensor>? layerOutputs)
    {
        using var scope = new Scope();
        int patches = PatchesOf(windows.Size(2));
        Tensor x = _patches.Forward(windows, patches, compute);                               // [batch, patches, width]
        observe?.Invoke("patch_embed", x);
        if (between is not null) x = between(x);
        x += _positions.Rows(patches, windows.Device);
        if (kept is not null) x = TokenRows.Take(x, kept);
        if (_registers is not null) x = Tensor.Cat([_registers.Expand(x.Size(0), _config.Registers, _config.Width), x], 1);
        observe?.Invoke("tokens", x);
        for (int k = 0; k < _blocks.Count; k++)
        {
            x = _blocks[k].Forward(x, compute);
            observe?.Invoke($"block{k}", x);
            layerOutputs?.Add(scope.Keep(x.Narrow(1, _config.Registers, x.Size(1) - _config.Registers)));
        }

        x = _norm.Forward(x);
        observe?.Invoke("norm", x);
        if (!keepRegisters) x = x.Narrow(1, _config.Registers, x.Size(1) - _config.Registers);
        observe?.Invoke("out", x);
        return scope.Keep(x);
    }

    /// <summary>Registers normal with deviation 0.02.</summary>
    protected override void InitializeOwn(IRandomSource random) => _registers?.CopyFrom(random.NormalTensor(_registers.Shape, JepaBlock.InitialDeviation));

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) _positions.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>
/// A linear map of each patch, its samples lead after lead; stored as the convolution that it equals. Names: weight [width, leads, patch],
/// bias [width].
/// </summary>
internal sealed class PatchMap : Module
{
    private readonly Tensor _weight;
    private readonly Tensor? _bias;

    internal PatchMap(int leads, int width, int patch, bool bias)
    {
        _weight = Parameter("weight", width, leads, patch);
        if (bias) _bias = Parameter("bias", width);
    }

    /// <summary>[batch, leads, samples] → float32 [batch, patches, width].</summary>
    internal Tensor Forward(Tensor windows, int patches, ScalarType compute)
    {
        (long batch, long leads, long patch) = (windows.Size(0), windows.Size(1), _weight.Size(2));
        Tensor cut = windows.Narrow(2, 0, patches * patch).Reshape(batch, leads, patches, patch).Transpose(1, 2).Reshape(batch, patches, leads * patch);
        return Linear.Apply(cut.To(compute), _weight.To(compute).Flatten(1), _bias?.To(compute)).To(ScalarType.Float32);
    }

    /// <summary>Normal with deviation 0.02, bias 0.</summary>
    protected override void InitializeOwn(IRandomSource random)
    {
        _weight.CopyFrom(random.NormalTensor(_weight.Shape, JepaBlock.InitialDeviation));
        _bias?.ZeroInPlace();
    }
}

/// <summary>Picks tokens by their positions.</summary>
internal static class TokenRows
{
    /// <summary>[batch, positions, width] and Int64 [batch, picked] → [batch, picked, width].</summary>
    internal static Tensor Take(Tensor tokens, Tensor positions) =>
        tokens.Gather(1, positions.Unsqueeze(2).Expand(positions.Size(0), positions.Size(1), tokens.Size(2)));
}
