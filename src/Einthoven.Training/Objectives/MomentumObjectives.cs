// MoCo v3, MoCo v2 and BYOL: two views of a window, one through the network, the other through its slow copy.
// Sources: Chen, Xie, He, "An empirical study of training self-supervised vision transformers", ICCV 2021 (MoCo v3; facebookresearch/
// moco-v3); He et al., CVPR 2020, and Chen et al., arXiv 2003.04297 (v2); Grill et al., NeurIPS 2020 (BYOL). Facts of hhi-aml/ecg-selfsupervised.
using Einthoven.Torch;
using Einthoven.Training.Trainer;

namespace Einthoven.Training.Objectives;

/// <summary>Settings of the methods with a slow copy. What is null takes the method's published value.</summary>
public sealed record MomentumOptions
{
    /// <summary>How slowly the copy follows at first; null: 0.99 (MoCo v3), 0.999 (MoCo v2), 0.996 (BYOL).</summary>
    public double? Momentum { get; init; }

    /// <summary>Whether it rises to 1 by half a cosine over the run; null: yes, but not for MoCo v2.</summary>
    public bool? Ramp { get; init; }

    /// <summary>What similarities are divided by; null: 0.2 (MoCo v3), 0.07 (MoCo v2). BYOL has none.</summary>
    public double? Temperature { get; init; }

    /// <summary>Width inside the heads.</summary>
    public int HiddenWidth { get; init; } = 512;

    /// <summary>Width in which views are compared.</summary>
    public int Width { get; init; } = 128;

    /// <summary>Keys that MoCo v2 remembers.</summary>
    public int QueueEntries { get; init; } = 4096;

    /// <summary>Which tensors of the copy follow; a switch for BYOL runs that must equal one published program's.</summary>
    public FollowedTensors Follows { get; init; }
}

/// <summary>
/// Term <c>moco</c> or <c>byol</c>, times the number of windows, which is the sample size. Rows are the two views of a window, one after the
/// other. Several processes compare within their own rows.
/// </summary>
public abstract class MomentumObjective(MomentumNetwork network, MomentumOptions options, double usualMomentum) : IObjective
{
    private long _movedAt = -1;

    /// <inheritdoc/>
    public Module Network => network;

    private protected MomentumNetwork Pair => network;

    private protected MomentumOptions Options => options;

    /// <summary>Whether the momentum rises over the run where nothing is said.</summary>
    private protected virtual bool UsuallyRises => true;

    /// <inheritdoc/>
    public ObjectiveResult Compute(TrainingBatch batch, ObjectiveContext context)
    {
        context.SetMode(network);
        using Scope scope = new();
        (Tensor first, Tensor second) = ViewPairs.Split(batch);
        (Tensor loss, string name, double accuracy) = Contrast(first, second, context);
        long windows = first.Size(0);
        return new([new(name, scope.Keep(loss * windows))], windows, new Dictionary<string, double> { ["accuracy"] = accuracy });
    }

    /// <summary>The mean loss of a batch, its name, and how often a view is nearest to its own other view.</summary>
    private protected abstract (Tensor Loss, string Name, double Accuracy) Contrast(Tensor first, Tensor second, ObjectiveContext context);

    /// <summary>The momentum after so many updates.</summary>
    private protected double MomentumAt(long updates, long total)
    {
        double first = options.Momentum ?? usualMomentum;
        return (options.Ramp ?? UsuallyRises) && total > 0 ? Ramps.CosineToOne(first, updates, total) : first;
    }

    /// <summary>Moves the copy once an update, however many micro-batches the update has.</summary>
    private protected void FollowOnce(ObjectiveContext context, double momentum)
    {
        if (!context.Training || _movedAt == context.Updates) return;
        network.Follow(momentum, options.Follows);
        _movedAt = context.Updates;
    }

    private protected static double Accuracy(Tensor queries, Tensor keys)
    {
        using GradModeGuard noGrad = GradMode.Off();
        long rows = queries.Size(0);
        Tensor own = Tensor.From([.. Enumerable.Range(0, (int)rows).Select(r => (long)r)], rows).To(queries.Device);
        return CosineLogits.Between(queries, keys, 1).Argmax(1).Eq(own).To(ScalarType.Float32).Mean().Item();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        network.Dispose();
        GC.SuppressFinalize(this);
    }
}

/// <summary>MoCo v3: both views as queries against the keys of the other; the copy moves between the two passes.</summary>
public sealed class MocoV3Objective(MomentumNetwork network, MomentumOptions options) : MomentumObjective(network, options, 0.99)
{
    private const double UsualTemperature = 0.2;

    private protected override (Tensor Loss, string Name, double Accuracy) Contrast(Tensor first, Tensor second, ObjectiveContext context)
    {
        double temperature = Options.Temperature ?? UsualTemperature;
        Tensor q1 = Pair.Query(first), q2 = Pair.Query(second);
        FollowOnce(context, MomentumAt(context.Updates, context.TotalUpdates));
        Tensor k1 = Pair.Key(first), k2 = Pair.Key(second);
        return (CrossContrast.Moco(q1, k2, temperature) + CrossContrast.Moco(q2, k1, temperature), "moco", Accuracy(q1, k2));
    }
}

/// <summary>MoCo v2: the first view against the key of the second and all keys that are remembered.</summary>
public sealed class MocoV2Objective(MomentumNetwork network, MomentumOptions options) : MomentumObjective(network, options, 0.999)
{
    private const double UsualTemperature = 0.07;

    private protected override bool UsuallyRises => false;

    private protected override (Tensor Loss, string Name, double Accuracy) Contrast(Tensor first, Tensor second, ObjectiveContext context)
    {
        Tensor queries = CosineLogits.Unit(Pair.Query(first));
        FollowOnce(context, MomentumAt(context.Updates, context.TotalUpdates));
        Tensor keys = CosineLogits.Unit(Pair.Key(second)).Detach();
        Tensor logits = Tensor.Cat([(queries * keys).Sum([1], keepDimensions: true), queries.Matmul(Pair.QueuedKeys())], 1) / (Options.Temperature ?? UsualTemperature);
        Tensor loss = -logits.LogSoftmax(1).Select(1, 0).Mean();                             // [rows, 1 + entries] → one number
        if (context.Training) Pair.Remember(keys);
        return (loss, "moco", logits.Argmax(1).Eq(0).To(ScalarType.Float32).Mean().Item());
    }
}

/// <summary>BYOL: each view predicts what the copy makes of the other; the copy moves after the step, here before the next.</summary>
public sealed class ByolObjective(MomentumNetwork network, MomentumOptions options) : MomentumObjective(network, options, 0.996)
{
    private protected override (Tensor Loss, string Name, double Accuracy) Contrast(Tensor first, Tensor second, ObjectiveContext context)
    {
        // Before the first update the copy is equal to the network.
        if (context.Updates > 0) FollowOnce(context, MomentumAt(context.Updates - 1, context.TotalUpdates));
        Tensor h1 = Pair.Query(first), h2 = Pair.Query(second), z1 = Pair.Key(first), z2 = Pair.Key(second);
        return (CrossContrast.Byol(h1, z2) + CrossContrast.Byol(h2, z1), "byol", Accuracy(h1, z2));
    }
}
