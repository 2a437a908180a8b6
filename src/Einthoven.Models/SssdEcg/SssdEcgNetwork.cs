// SSSD-ECG: a diffusion network of structured state spaces that tells the noise in a 12-lead ECG of given statements.
// Sources: Lopez Alcaraz and Strodthoff, "Diffusion-based conditional ECG generation with structured state space models", Computers in
// Biology and Medicine 163, 2023; Skorik and Avetisyan, "SSSD-ECG-nle", arXiv 2407.11108; AI4HealthUOL/SSSD-ECG; ispras/EcgLib.
using Einthoven.Models.Generating;
using Einthoven.Torch;

namespace Einthoven.Models.SssdEcg;

/// <summary>
/// Names: init_conv.0.conv.*, embedding.weight or label_embedding.* (see <see cref="SssdEcgConfig.PairedLabels"/>), gender_embedding.weight
/// (where told), residual_layer.fc_t1.*, residual_layer.fc_t2.*, residual_layer.residual_blocks.K.*, final_conv.0.conv.*, final_conv.2.conv.*.
/// </summary>
public sealed class SssdEcgNetwork : DiffusionNetwork
{
    private readonly SssdEcgConfig _config;
    private readonly NormedConvolution _input;
    private readonly EmbeddingTable? _labels;
    private readonly PairedLabelEmbedding? _pairs;
    private readonly EmbeddingTable? _sex;
    private readonly Linear _stepHidden;
    private readonly Linear _step;
    private readonly List<SssdEcgBlock> _blocks = [];
    private readonly NormedConvolution _hidden;
    private readonly Conv1d _output;

    /// <summary>Builds the network with zero weights.</summary>
    /// <exception cref="ArgumentException">The configuration does not work.</exception>
    public SssdEcgNetwork(SssdEcgConfig config)
    {
        config.Validate();
        _config = config;
        Schedule = new NoiseSchedule(config.Steps, config.FirstBeta, config.LastBeta);
        _input = Child("init_conv.0.conv", new NormedConvolution(config.Leads, config.Width));
        if (config.PairedLabels) _pairs = Child("", new PairedLabelEmbedding(config.Labels, config.LabelWidth, config.PresenceLearns));
        else _labels = Child("embedding", new EmbeddingTable(config.Labels, config.LabelWidth));
        if (config.SexClasses > 0) _sex = Child("gender_embedding", new EmbeddingTable(config.SexClasses, config.SexWidth));
        _stepHidden = Child("residual_layer.fc_t1", new Linear(config.StepWaves, config.StepHidden));
        _step = Child("residual_layer.fc_t2", new Linear(config.StepHidden, config.StepWidth));
        for (int k = 0; k < config.Blocks; k++) _blocks.Add(Child($"residual_layer.residual_blocks.{k}", new SssdEcgBlock(config)));
        _hidden = Child("final_conv.0.conv", new NormedConvolution(config.SkipWidth, config.SkipWidth));
        _output = Child("final_conv.2.conv", new Conv1d(config.SkipWidth, config.Leads, 1));
    }

    /// <inheritdoc/>
    public override NoiseSchedule Schedule { get; }

    /// <inheritdoc/>
    public override int Leads => _config.Leads;

    /// <inheritdoc/>
    public override bool MixesLabels => !_config.PairedLabels;

    /// <inheritdoc/>
    public override int SexClasses => _config.SexClasses;

    /// <summary>Whether observers are told of the stages inside the S4 layers too, for which every kernel is made once more.</summary>
    public bool ObservesLayers { get; set; } = true;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor noisy, IReadOnlyList<long> steps, DiffusionConditions conditions, StageObserver? observe = null)
    {
        using var scope = new Scope();
        BlockConditions told = Tell(steps, conditions, noisy.Device, observe);
        Tensor h = _input.Forward(noisy.Transpose(1, 2).Contiguous()).Relu();                 // [batch, samples, width]
        observe?.Invoke("init_conv", h.Transpose(1, 2));
        Tensor? sum = null;
        for (int k = 0; k < _blocks.Count; k++)
        {
            using var block = new Scope();
            string name = $"block{k}.";
            (Tensor onward, Tensor skip) = _blocks[k].Forward(
                h, told, ComputeType, observe is null ? null : (stage, value) => observe(name + stage, value), ObservesLayers);
            (Tensor? sumBefore, Tensor before) = (sum, h);
            sum = block.Keep(sum is null ? skip : sum + skip);
            h = block.Keep(onward);
            // Where nothing learns, only the last of each is worth its memory.
            sumBefore?.Dispose();
            before.Dispose();
        }

        Tensor y = sum! * Math.Sqrt(1.0 / _blocks.Count);                                      // [batch, samples, skipWidth]
        observe?.Invoke("skip_sum_scaled", y.Transpose(1, 2));
        y = _hidden.Forward(y).Relu();
        observe?.Invoke("final_hidden", y.Transpose(1, 2));
        y = Linear.Apply(y, _output.Weight.Squeeze(2), _output.Bias).Transpose(1, 2).Contiguous();
        observe?.Invoke("output", y);
        return scope.Keep(y);
    }

    private BlockConditions Tell(IReadOnlyList<long> steps, DiffusionConditions conditions, Device device, StageObserver? observe)
    {
        Tensor labels = _pairs?.Forward(conditions.Labels, observe) ?? conditions.Labels.Matmul(_labels!.Weight);
        if (conditions.Told is { } known) labels *= known;
        observe?.Invoke("label_embed", labels);
        Tensor? sex = null;
        if (_sex is not null)
        {
            long[] classes = [.. conditions.Sex ?? throw new ArgumentException("The network is told the sex: give a class for each row.")];
            sex = _sex.Weight.IndexSelect(0, Tensor.From(classes, classes.Length).To(device)); // [batch, sexWidth]
            if (conditions.Told is { } alsoKnown) sex *= alsoKnown;
            observe?.Invoke("gender_embed", sex);
        }

        Tensor waves = StepEmbedding.Of(steps, _config.StepWaves).To(device);
        observe?.Invoke("step_embed_sincos", waves);
        Tensor step = _stepHidden.Forward(waves).Silu();
        observe?.Invoke("step_embed_1", step);
        step = _step.Forward(step).Silu();
        observe?.Invoke("step_embed_2", step);
        return new(step, labels, sex);
    }

    /// <summary>The output begins at zero, as published.</summary>
    protected override void InitializeOwn(IRandomSource random)
    {
        _output.Weight.ZeroInPlace();
        _output.Bias!.ZeroInPlace();
    }
}
