// A network that is shown some of its leads only: the others are flat, whatever was recorded.
using Einthoven.Models;
using Einthoven.Models.Contracts;
using Einthoven.Torch;

namespace Einthoven.Training.Probing;

/// <summary>Names: those of the network it wraps.</summary>
internal sealed class LeadSubset : EcgNetwork
{
    private readonly EcgNetwork _network;
    private readonly Tensor _shown;

    /// <summary>Takes a network over.</summary>
    /// <param name="network">Any.</param>
    /// <param name="input">What it expects of a recording.</param>
    /// <param name="leads">The leads that it is shown.</param>
    /// <exception cref="ArgumentException">It does not expect one of them.</exception>
    internal LeadSubset(EcgNetwork network, InputContract input, IReadOnlyList<string> leads)
    {
        if (leads.FirstOrDefault(lead => !input.Leads.Contains(lead)) is { } strange)
            throw new ArgumentException($"Lead {strange} is to be shown to a network that takes {string.Join(", ", input.Leads)}.");
        _network = Child("", network);
        _shown = Scope.Release(Tensor.From([.. input.Leads.Select(lead => leads.Contains(lead) ? 1f : 0)], 1, input.Leads.Count, 1));
    }

    /// <inheritdoc/>
    public override string HeadPrefix => _network.HeadPrefix;

    /// <inheritdoc/>
    public override IReadOnlyList<FeatureLayer> Layers => _network.Layers;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor windows, StageObserver? observe = null)
    {
        _network.ComputeType = ComputeType;
        return _network.Forward(windows * _shown.To(windows.Device), observe);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) _shown.Dispose();
        base.Dispose(disposing);
    }
}
