// A running average of weights that can stand in for the weights themselves while a network is validated.
// Source: Polyak and Juditsky, SIAM J. Control Optim. 30:838, 1992; the exponential form as in Tarvainen and Valpola, NeurIPS 2017.
namespace Einthoven.Torch;

/// <summary>Averages a network's parameters and running statistics; counters are copied.</summary>
public sealed class WeightAverage : IDisposable
{
    private static readonly Operator s_lerp = new("aten::lerp_", "Scalar");
    private readonly List<(string Name, Tensor Average, Tensor Current)> _entries;
    private readonly double _largestDecay;

    /// <summary>Begins as a copy of the network's present state.</summary>
    /// <param name="network">What is averaged.</param>
    /// <param name="largestDecay">The decay that the average ends up with, in [0, 1).</param>
    public WeightAverage(Module network, double largestDecay)
    {
        using var noGrad = GradMode.Off();
        _largestDecay = largestDecay;
        _entries = [.. network.State().Select(s => (s.Name, Scope.Release(s.Tensor.Detach().Clone()), s.Tensor))];
    }

    /// <summary>The averaged tensors by name.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> State() => _entries.Select(e => (e.Name, e.Average));

    /// <summary>Moves the average towards the current weights; in the first steps by more, so that the start is soon forgotten.</summary>
    /// <param name="step">Optimiser steps made, from 1.</param>
    public void Update(long step)
    {
        double decay = Math.Min(_largestDecay, step / (step + 10.0));
        using var scope = new Scope();
        using var noGrad = GradMode.Off();
        foreach ((_, Tensor average, Tensor current) in _entries)
        {
            if (average.DType == ScalarType.Float32) _ = s_lerp.Call(average, current, 1 - decay);
            else average.CopyFrom(current);
        }
    }

    /// <summary>Exchanges the network's weights for the average, and back when called again. Nothing is copied.</summary>
    public void Swap()
    {
        using var scope = new Scope();
        using var noGrad = GradMode.Off();
        foreach ((_, Tensor average, Tensor current) in _entries)
        {
            Tensor held = current.Detach();
            current.SetData(average.Detach());
            average.SetData(held);
        }
    }

    /// <summary>Frees the average.</summary>
    public void Dispose()
    {
        foreach ((_, Tensor average, _) in _entries) average.Dispose();
    }
}
