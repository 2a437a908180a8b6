// A small diffusion network for ECGs: a U-Net over patches of all leads whose middle sees the whole recording; it predicts the velocity.
// Sources: Ronneberger et al., MICCAI 2015 (the shape); Salimans and Ho, "Progressive distillation", ICLR 2022, §4 (velocity);
// Lopez Alcaraz and Strodthoff, arXiv 2301.08227 (labels as a sum of vectors, state spaces, eight leads).
using Einthoven.Models.Generating;
using Einthoven.Models.SssdEcg;
using Einthoven.Torch;

namespace Einthoven.Models.S4UNet;

/// <summary>
/// Names: labels.weight [labels, conditionWidth], step.0.*, step.1.*, enter.*, down.LEVEL.BLOCK.*, merge.LEVEL.*, position, middle.BLOCK.*,
/// split.LEVEL.*, up.LEVEL.BLOCK.*, leave.*. Inside, everything but S4's convolutions is computed in <see cref="DiffusionNetwork.ComputeType"/>.
/// </summary>
public sealed class S4UNetNetwork : DiffusionNetwork
{
    private readonly S4UNetConfig _config;
    private readonly EmbeddingTable _labels;
    private readonly Linear _stepHidden;
    private readonly Linear _step;
    private readonly Linear _enter;
    private readonly List<ConvolutionBlock[]> _down = [];
    private readonly List<Linear> _merge = [];
    private readonly Tensor _position;
    private readonly MiddleBlock[] _middle;
    private readonly List<Linear> _split = [];
    private readonly List<ConvolutionBlock[]> _up = [];
    private readonly Linear _leave;

    /// <summary>Builds the network with zero weights.</summary>
    /// <exception cref="ArgumentException">The configuration does not work.</exception>
    public S4UNetNetwork(S4UNetConfig config)
    {
        config.Validate();
        _config = config;
        Schedule = new NoiseSchedule(config.Steps, config.FirstBeta, config.LastBeta);
        int numbers = config.Leads * config.Patch, levels = config.Widths.Count - 1;
        _labels = Child("labels", new EmbeddingTable(config.Labels, config.ConditionWidth));
        _stepHidden = Child("step.0", new Linear(config.StepWaves, config.ConditionWidth));
        _step = Child("step.1", new Linear(config.ConditionWidth, config.ConditionWidth));
        _enter = Child("enter", new Linear(numbers, config.Widths[0]));
        for (int level = 0; level < levels; level++)
        {
            (int width, int next) = (config.Widths[level], config.Widths[level + 1]);
            _down.Add([.. Enumerable.Range(0, config.Blocks).Select(k => Child($"down.{level}.{k}", new ConvolutionBlock(width, width, config)))]);
            _merge.Add(Child($"merge.{level}", new Linear(2 * width, next)));
        }

        _position = Parameter("position", config.MiddlePositions, config.Widths[^1]);
        _middle = [.. Enumerable.Range(0, config.MiddleBlocks).Select(k => Child($"middle.{k}", new MiddleBlock(config.Widths[^1], config)))];
        for (int level = 0; level < levels; level++)
        {
            (int width, int next) = (config.Widths[level], config.Widths[level + 1]);
            _split.Add(Child($"split.{level}", new Linear(next, 2 * width)));
            _up.Add([.. Enumerable.Range(0, config.Blocks).Select(k => Child($"up.{level}.{k}", new ConvolutionBlock(2 * width, width, config)))]);
        }

        _leave = Child("leave", new Linear(config.Widths[0], numbers));
    }

    /// <inheritdoc/>
    public override NoiseSchedule Schedule { get; }

    /// <inheritdoc/>
    public override int Leads => _config.Leads;

    /// <inheritdoc/>
    public override bool MixesLabels => true;

    /// <inheritdoc/>
    public override int SexClasses => 0;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The signals have another length than the network's.</exception>
    public override Tensor Forward(Tensor noisy, IReadOnlyList<long> steps, DiffusionConditions conditions, StageObserver? observe = null)
    {
        if (noisy.Size(2) != _config.Samples)
            throw new ArgumentException($"The network makes recordings of {_config.Samples} samples, not of {noisy.Size(2)}.");
        using var scope = new Scope();
        Tensor told = Tell(steps, conditions, noisy.Device);
        observe?.Invoke("condition", told);
        Tensor x = _enter.Forward(Cut(noisy)).To(ComputeType);                                // [batch, positions, widths[0]]
        observe?.Invoke("enter", x);
        var passed = new Stack<Tensor>();
        for (int level = 0; level < _down.Count; level++)
        {
            foreach (ConvolutionBlock block in _down[level]) passed.Push(x = block.Forward(x, told));
            observe?.Invoke($"down{level}", x);
            // Two neighbours become one position.
            x = _merge[level].Forward(x.Reshape(x.Size(0), x.Size(1) / 2, 2 * x.Size(2)));
        }

        x += _position.To(x.DType);
        for (int k = 0; k < _middle.Length; k++)
        {
            x = _middle[k].Forward(x, told);
            observe?.Invoke($"middle{k}", x);
        }

        for (int level = _up.Count - 1; level >= 0; level--)
        {
            x = _split[level].Forward(x);
            x = x.Reshape(x.Size(0), 2 * x.Size(1), x.Size(2) / 2);
            foreach (ConvolutionBlock block in _up[level]) x = block.Forward(Tensor.Cat([x, passed.Pop()], 2), told);
            observe?.Invoke($"up{level}", x);
        }

        Tensor velocity = Join(_leave.Forward(PlainNorm.Apply(x.To(ScalarType.Float32)).Gelu()));
        observe?.Invoke("velocity", velocity);
        // v = √ᾱ·z − √(1−ᾱ)·x₀ and x_t = √ᾱ·x₀ + √(1−ᾱ)·z, solved for the noise z.
        Tensor noise = (velocity * Factors(Schedule.SqrtAlphaBar)) + (noisy * Factors(Schedule.SqrtOneMinusAlphaBar));
        observe?.Invoke("output", noise);
        return scope.Keep(noise);

        Tensor Factors(IReadOnlyList<float> ofStep) => Tensor.From([.. steps.Select(t => ofStep[(int)t])], steps.Count, 1, 1).To(noisy.Device);
    }

    // [batch, leads, samples] → [batch, positions, leads · patch] and back.
    private Tensor Cut(Tensor signals) => signals.Reshape(signals.Size(0), Leads, _config.Positions, _config.Patch).Permute(0, 2, 1, 3)
        .Reshape(signals.Size(0), _config.Positions, Leads * _config.Patch);

    private Tensor Join(Tensor patches) => patches.View(patches.Size(0), _config.Positions, Leads, _config.Patch).Permute(0, 2, 1, 3)
        .Reshape(patches.Size(0), Leads, _config.Samples);

    private Tensor Tell(IReadOnlyList<long> steps, DiffusionConditions conditions, Device device)
    {
        Tensor labels = conditions.Labels.Matmul(_labels.Weight);                             // [batch, conditionWidth]
        if (conditions.Told is { } known) labels *= known;
        Tensor step = _step.Forward(_stepHidden.Forward(StepEmbedding.Of(steps, _config.StepWaves).To(device)).Silu());
        return (labels + step).Silu();
    }

    /// <summary>The velocity begins at zero, positions begin alike.</summary>
    protected override void InitializeOwn(IRandomSource random)
    {
        _position.CopyFrom(random.NormalTensor(_position.Shape, 0.02));
        _leave.Weight.ZeroInPlace();
        _leave.Bias!.ZeroInPlace();
    }
}
