// Several networks that answer together. Source: Hansen and Salamon, "Neural network ensembles", IEEE PAMI 12:993, 1990.
using Einthoven.Torch;

namespace Einthoven.Models.Ensembles;

/// <summary>The mean of several networks' logits. Names: members.0.*, members.1.* and so on, each as its own family has them.</summary>
public sealed class EnsembleNetwork : EcgNetwork
{
    /// <summary>How the names of a member's tensors begin.</summary>
    internal static string Prefix(int member) => $"members.{member}.";

    private readonly EcgNetwork[] _members;

    /// <summary>Puts networks side by side; they become parts of this one.</summary>
    /// <param name="members">Networks of the same input and labels, at least one.</param>
    public EnsembleNetwork(IReadOnlyList<EcgNetwork> members)
    {
        ArgumentOutOfRangeException.ThrowIfZero(members.Count);
        _members = [.. members.Select((member, k) => Child($"members.{k}", member))];
    }

    internal override bool IsChannelsLast => _members.All(member => member.IsChannelsLast);

    /// <inheritdoc/>
    /// <remarks>For other labels every member would need a new head: training begins with the first member instead.</remarks>
    public override string HeadPrefix => "members.";

    /// <inheritdoc/>
    /// <remarks>The first member stands last, so that what reads the last layer reads its last one.</remarks>
    public override IReadOnlyList<FeatureLayer> Layers =>
        [.. _members.SelectMany((member, k) => member.Layers.Select(layer => (k, layer with { Stage = Stage(k, layer.Stage) }))).OrderByDescending(pair => pair.k).Select(pair => pair.Item2)];

    /// <inheritdoc/>
    public override Tensor Embed(Tensor windows)
    {
        _members[0].ComputeType = ComputeType;
        return _members[0].Embed(windows);
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor windows, StageObserver? observe = null)
    {
        using var scope = new Scope();
        Tensor? sum = null;
        for (int k = 0; k < _members.Length; k++)
        {
            int member = k;
            _members[k].ComputeType = ComputeType;
            Tensor logits = _members[k].Forward(windows, observe is null ? null : (stage, value) => observe(Stage(member, stage), value));
            sum = sum is null ? logits : sum + logits;
        }

        return scope.Keep(sum! / _members.Length);      // [windows, labels]
    }

    private static string Stage(int member, string stage) => $"member{member}.{stage}";
}
