// The part of a probe that learns.
using Einthoven.Torch;

namespace Einthoven.Models.Probes;

/// <summary>
/// Features, standardised by figures of the training part, to logits: pooled and linear, or gathered by a learned query.
/// Names: mean, deviation [width] (buffers); linear.* or pool.*.
/// </summary>
public sealed class ProbeHead : Module
{
    private readonly FeaturePooling _pooling;
    private readonly Linear? _linear;
    private readonly QueryAttentionPool? _pool;
    private readonly Tensor _mean;
    private readonly Tensor _deviation;

    /// <summary>Makes a head with zero weights.</summary>
    /// <param name="pooling">How positions are gathered.</param>
    /// <param name="width">Values of one position.</param>
    /// <param name="heads">Heads of attention pooling.</param>
    /// <param name="labels">Outputs.</param>
    /// <exception cref="ArgumentException">The heads do not divide the width.</exception>
    public ProbeHead(FeaturePooling pooling, int width, int heads, int labels)
    {
        _pooling = pooling;
        int read = pooling.Width(width);
        _mean = Buffer("mean", Tensor.Empty([read]).FillInPlace(0));
        _deviation = Buffer("deviation", Tensor.Empty([read]).FillInPlace(1));
        if (pooling == FeaturePooling.Attention) _pool = Child("pool", new QueryAttentionPool(width, heads, labels));
        else _linear = Child("linear", new Linear(read, labels));
    }

    /// <summary>Sets the figures that features are standardised by.</summary>
    /// <param name="mean">A value for each that the head reads.</param>
    /// <param name="deviation">Likewise; a feature that never varies is left at its distance from the mean.</param>
    public void Standardize(ReadOnlySpan<float> mean, ReadOnlySpan<float> deviation)
    {
        using var scope = new Scope();
        _mean.CopyFrom(Tensor.From(mean, mean.Length));
        _deviation.CopyFrom(Tensor.From<float>([.. deviation.ToArray().Select(d => d > 1e-6f ? d : 1)], deviation.Length));
    }

    /// <summary>Lets a linear head begin at the labels' base rates, which training would otherwise spend thousands of updates on.</summary>
    /// <param name="prevalence">Share of positives of each label, above 0 and below 1. Attention pooling has no bias, as published: nothing happens.</param>
    public void BeginAt(ReadOnlySpan<double> prevalence)
    {
        if (_linear is null) return;
        using var scope = new Scope();
        using var noGrad = GradMode.Off();
        var logits = new float[prevalence.Length];
        for (int k = 0; k < logits.Length; k++) logits[k] = (float)Math.Log(prevalence[k] / (1 - prevalence[k]));
        _linear.Bias!.CopyFrom(Tensor.From(logits, logits.Length));
    }

    /// <summary>What the head reads of features: pooled where the pooling has no weights.</summary>
    /// <returns>[windows, positions, width], with one position where they are pooled.</returns>
    public static Tensor Gather(FeaturePooling pooling, Tensor features) =>
        pooling == FeaturePooling.Attention ? features : pooling.Pool(features).Unsqueeze(1);

    /// <summary>[windows, positions, width] → logits [windows, labels].</summary>
    public Tensor Forward(Tensor features) => Read(Gather(_pooling, features));

    /// <summary>The same for what <see cref="Gather"/> gave.</summary>
    public Tensor Read(Tensor gathered)
    {
        Tensor x = (gathered - _mean) / _deviation;
        return _linear is null ? _pool!.Forward(x) : _linear.Forward(x.Squeeze(1));
    }
}
