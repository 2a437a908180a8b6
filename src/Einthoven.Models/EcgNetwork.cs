// What every family's network has in common: windows in, one logit a label out.

using Einthoven.Torch;

namespace Einthoven.Models;

/// <summary>Told of each stage of a forward pass, by name, as it is made.</summary>
/// <param name="stage">The stage's name, such as <c>layer0_out</c>.</param>
/// <param name="value">Its output; valid during the call.</param>
public delegate void StageObserver(string stage, Tensor value);

/// <summary>A stage of the forward pass that gives one vector a position in time.</summary>
/// <param name="Stage">The stage's name.</param>
/// <param name="ChannelsFirst">Whether it lies as [windows, width, positions] instead of [windows, positions, width].</param>
public sealed record FeatureLayer(string Stage, bool ChannelsFirst = false);

/// <summary>A network that scales what it reads by figures of its training windows, and must see them before it learns.</summary>
public interface IStandardizing
{
    /// <summary>Takes the figures; until it is disposed, the network may keep what it finds in the windows, which training shows it again and again.</summary>
    /// <param name="windows">The training windows in batches, each float32 [windows, leads, samples].</param>
    void Standardize(IEnumerable<Tensor> windows);
}

/// <summary>A network that classifies windows. Its parameter names are those of the published checkpoints.</summary>
public abstract class EcgNetwork : Module
{
    /// <summary>
    /// The type in which the bulk of the arithmetic is done: <see cref="ScalarType.Float32"/>, or <see cref="ScalarType.BFloat16"/> where
    /// the processor is faster at it. Weights, running statistics and logits stay in single precision.
    /// </summary>
    public ScalarType ComputeType { get; set; } = ScalarType.Float32;

    /// <summary>How the names of the head's parameters begin: what must be new where a model learns other labels.</summary>
    public abstract string HeadPrefix { get; }

    /// <summary>Whether the convolutions get their inputs in channels-last order, so that for predicting the kernels should lie so too.</summary>
    internal virtual bool IsChannelsLast => false;

    /// <summary>Computes the logits.</summary>
    /// <param name="windows">Windows as the model's input contract makes them: float32 [windows, leads, samples].</param>
    /// <param name="observe">Told of the stages, where given; names differ from family to family.</param>
    /// <returns>Logits, float32 [windows, labels].</returns>
    public abstract Tensor Forward(Tensor windows, StageObserver? observe = null);

    /// <summary>
    /// One vector a window under the caller's gradient mode: what objectives compare. As the family pools; by default the mean over positions
    /// of the last layer.
    /// </summary>
    /// <param name="windows">As for <see cref="Forward"/>.</param>
    /// <returns>Float32 [windows, width].</returns>
    public virtual Tensor Embed(Tensor windows)
    {
        using var scope = new Scope();
        return scope.Keep(Encode(windows).Mean([1]));
    }

    /// <summary>The layers that <see cref="Encode"/> can give, from the input on; the last one is what the head pools.</summary>
    public abstract IReadOnlyList<FeatureLayer> Layers { get; }

    /// <summary>Encodes windows: what a layer makes of them, under the caller's gradient mode.</summary>
    /// <param name="windows">As for <see cref="Forward"/>.</param>
    /// <param name="layer">One of <see cref="Layers"/> by its stage; null: the last.</param>
    /// <param name="observe">Told of the stages up to the layer, where given.</param>
    /// <returns>Float32 [windows, positions, width].</returns>
    /// <exception cref="ArgumentException">There is no such layer; the message lists those there are.</exception>
    public Tensor Encode(Tensor windows, string? layer = null, StageObserver? observe = null)
    {
        FeatureLayer wanted = layer is null ? Layers[^1] : Layers.FirstOrDefault(l => l.Stage == layer)
            ?? throw new ArgumentException($"The network has no layer \"{layer}\"; it has {string.Join(", ", Layers.Select(l => l.Stage))}.");
        Tensor? found = null;
        Tensor logits = Forward(windows, (stage, value) =>
        {
            if (found is null) observe?.Invoke(stage, value);
            // The value goes with its scope; another handle on the same memory stays.
            if (stage == wanted.Stage) found = Scope.Release(wanted.ChannelsFirst ? value.Transpose(1, 2) : value.Flatten(0, 0));
        });
        logits.Dispose();
        using Tensor features = found ?? throw new InvalidOperationException($"{GetType().Name} announces the layer {wanted.Stage} but never makes it.");
        return features.To(ScalarType.Float32).Contiguous();
    }
}
