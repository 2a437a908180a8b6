// Normalisation layers: layer, group and batch norm.
namespace Einthoven.Torch;

/// <summary>Layer norm over the last dimension, population variance. Names: weight, bias [width].</summary>
public sealed class LayerNorm : Module
{
    private static readonly Operator s_layerNorm = new("aten::layer_norm");
    private readonly long[] _shape;
    private readonly double _epsilon;

    /// <summary>Makes a norm with gain 0: load or initialise it.</summary>
    public LayerNorm(long width, double epsilon = 1e-5)
    {
        (_shape, _epsilon) = ([width], epsilon);
        Weight = Parameter("weight", width);
        Bias = Parameter("bias", width);
    }

    /// <summary>Gain [width].</summary>
    public Tensor Weight { get; }

    /// <summary>Offset [width].</summary>
    public Tensor Bias { get; }

    /// <summary>[.., width] → the same shape.</summary>
    public Tensor Forward(Tensor x) => s_layerNorm.Call(x, _shape, Weight, Bias, _epsilon);

    /// <summary>Gain 1, offset 0.</summary>
    protected override void InitializeOwn(IRandomSource random) => Weight.FillInPlace(1);
}

/// <summary>Group norm over [batch, channels, ..], population variance. Names: weight, bias [channels].</summary>
public sealed class GroupNorm : Module
{
    private static readonly Operator s_groupNorm = new("aten::group_norm");
    private readonly long _groups;
    private readonly double _epsilon;

    /// <summary>Makes a norm with gain 0: load or initialise it.</summary>
    public GroupNorm(long groups, long channels, double epsilon = 1e-5)
    {
        (_groups, _epsilon) = (groups, epsilon);
        Weight = Parameter("weight", channels);
        Bias = Parameter("bias", channels);
    }

    /// <summary>Gain [channels].</summary>
    public Tensor Weight { get; }

    /// <summary>Offset [channels].</summary>
    public Tensor Bias { get; }

    /// <summary>[batch, channels, ..] → the same shape.</summary>
    public Tensor Forward(Tensor x) => s_groupNorm.Call(x, _groups, Weight, Bias, _epsilon);

    /// <summary>Gain 1, offset 0.</summary>
    protected override void InitializeOwn(IRandomSource random) => Weight.FillInPlace(1);
}

/// <summary>
/// Batch norm over [batch, channels, ..]: the batch's own statistics in training, running ones in evaluation.
/// Names: weight, bias, running_mean, running_var [channels], num_batches_tracked.
/// </summary>
public sealed class BatchNorm1d : Module
{
    private static readonly Operator s_batchNorm = new("aten::batch_norm");
    private static readonly Operator s_addScalar = new("aten::add_", "Scalar");
    private readonly double _momentum;
    private readonly double _epsilon;
    private readonly double _initialGain;
    private readonly Tensor _runningMean;
    private readonly Tensor _runningVariance;
    private readonly Tensor _batches;

    /// <summary>Makes a norm with gain 0: load or initialise it.</summary>
    /// <param name="channels">Channels.</param>
    /// <param name="momentum">Share of the newest batch in the running statistics.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="initialGain">The gain that initialising sets.</param>
    /// <param name="affine">Whether there are a gain and an offset.</param>
    public BatchNorm1d(long channels, double momentum = 0.1, double epsilon = 1e-5, double initialGain = 1, bool affine = true)
    {
        (_momentum, _epsilon, _initialGain) = (momentum, epsilon, initialGain);
        if (affine)
        {
            Weight = Parameter("weight", channels);
            Bias = Parameter("bias", channels);
        }

        _runningMean = Buffer("running_mean", Tensor.Zeros(channels));
        _runningVariance = Buffer("running_var", Tensor.Ones(channels));
        _batches = Buffer("num_batches_tracked", Tensor.Full([], 0, ScalarType.Int64));
    }

    /// <summary>Gain [channels], or null.</summary>
    public Tensor? Weight { get; }

    /// <summary>Offset [channels], or null.</summary>
    public Tensor? Bias { get; }

    /// <summary>[batch, channels, ..] → the same shape.</summary>
    public Tensor Forward(Tensor x)
    {
        if (Training) CountBatch();
        return ChannelsLast.Holds(x) ? Normalize(x.Unsqueeze(2)).Squeeze(2) : Normalize(x);
    }

    /// <summary>What it does in evaluation: y = gain · x + offset, both [channels].</summary>
    internal (Tensor Gain, Tensor Offset) AsLine()
    {
        Tensor gain = Tensor.Ones(_runningMean.Shape).To(_runningMean.Device) / (_runningVariance + _epsilon).Sqrt();
        if (Weight is not null) gain *= Weight.Detach();
        Tensor offset = -(_runningMean * gain);
        return (gain, Bias is null ? offset : offset + Bias.Detach());
    }

    private Tensor Normalize(Tensor x) => s_batchNorm.Call(x, Weight, Bias, _runningMean, _runningVariance, Training, _momentum, _epsilon, false);

    private void CountBatch()
    {
        using Tensor same = s_addScalar.Call(_batches, 1);
    }

    /// <summary>The initial gain, offset 0, running statistics of a standard normal.</summary>
    protected override void InitializeOwn(IRandomSource random)
    {
        Weight?.FillInPlace(_initialGain);
        Bias?.FillInPlace(0);
        _runningMean.FillInPlace(0);
        _runningVariance.FillInPlace(1);
    }
}
