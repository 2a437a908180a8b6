// Networks that give one vector a window, in which views are compared: an encoder of any family and a small head behind it.
// Source: Chen et al., "A simple framework for contrastive learning of visual representations", ICML 2020, §2.1.
using Einthoven.Models;
using Einthoven.Torch;

namespace Einthoven.Training.Objectives;

/// <summary>Windows in, a vector each out.</summary>
public abstract class ViewNetwork : Module
{
    /// <summary>Windows [batch, leads, samples] → [batch, width].</summary>
    /// <param name="windows">Float32.</param>
    /// <param name="validSamples">Samples of each row that are signal; null: all. Families that know no padding ignore it.</param>
    public abstract Tensor Forward(Tensor windows, IReadOnlyList<long>? validSamples = null);
}

/// <summary>A network of any family as it embeds windows, and a head. Names: encoder.* (the family's), projector.*.</summary>
public sealed class ProjectedNetwork : ViewNetwork
{
    private readonly ProjectionHead? _head;

    /// <summary>Takes a network over.</summary>
    /// <param name="encoder">Its own head for labels is not used; null: rows are vectors already.</param>
    /// <param name="head">What is behind it; null: nothing.</param>
    public ProjectedNetwork(EcgNetwork? encoder, ProjectionHead? head)
    {
        if (encoder is not null) Encoder = Child("encoder", encoder);
        if (head is not null) _head = Child("projector", head);
    }

    /// <summary>The network that is pretrained.</summary>
    public EcgNetwork? Encoder { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor windows, IReadOnlyList<long>? validSamples = null)
    {
        Tensor vectors = Encoder is null ? windows : Encoder.Embed(windows);
        return _head is null ? vectors : _head.Forward(vectors);
    }
}
