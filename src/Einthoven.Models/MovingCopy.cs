// A slow copy of a network, all of it buffers: it follows by an average, never by gradients, and is saved and resumed with the rest.
// Sources: Tarvainen and Valpola, "Mean teachers are better role models", NeurIPS 2017; He et al., "Momentum contrast", CVPR 2020.
using Einthoven.Torch;

namespace Einthoven.Models;

/// <summary>Names: those of the network.</summary>
/// <typeparam name="T">The network's type.</typeparam>
public sealed class MovingCopy<T> : Module where T : Module
{
    private readonly List<(string Name, Tensor Original, Tensor Copy)> _averaged = [];
    private readonly List<(Tensor Original, Tensor Copy)> _statistics;
    private readonly bool _ownStatistics;

    /// <summary>Takes over a second network of the same names and shapes.</summary>
    /// <param name="original">What is followed.</param>
    /// <param name="copy">What follows.</param>
    /// <param name="ownStatistics">
    /// Whether the copy is in the mode of the network around it and gathers running statistics of its own, as momentum contrast has it. Otherwise
    /// it is always in evaluation mode, with the original's.
    /// </param>
    public MovingCopy(T original, T copy, bool ownStatistics = false)
    {
        (Network, _ownStatistics) = (copy, ownStatistics);
        Dictionary<string, Tensor> own = copy.State().ToDictionary(s => s.Name, s => s.Tensor);
        foreach ((string name, Tensor tensor) in original.NamedParameters()) _averaged.Add((name, tensor, own[name]));
        _statistics = [.. original.NamedBuffers().Select(b => (b.Tensor, own[b.Name]))];
        copy.MakeFixed();
        if (ownStatistics) Child("", copy);
        else foreach ((string name, Tensor tensor) in copy.State()) Buffer(name, tensor);
    }

    /// <summary>The copy.</summary>
    public T Network { get; }

    /// <summary>copy ← momentum · copy + (1 − momentum) · original for every parameter; running statistics are copied where they are not its own.</summary>
    /// <param name="momentum">0 copies.</param>
    /// <param name="which">Parameters that follow, by name; null: all.</param>
    public void Follow(double momentum, Func<string, bool>? which = null)
    {
        using var scope = new Scope();
        using GradModeGuard noGrad = GradMode.Off();
        foreach ((string name, Tensor original, Tensor copy) in _averaged)
            if (which is null || which(name)) copy.MulInPlace(momentum).AddInPlace(original, 1 - momentum);
        if (!_ownStatistics) CopyStatistics();
    }

    /// <summary>Makes the copy equal to the original, statistics too.</summary>
    public void Begin()
    {
        using GradModeGuard noGrad = GradMode.Off();
        foreach ((_, Tensor original, Tensor copy) in _averaged) copy.CopyFrom(original);
        CopyStatistics();
    }

    private void CopyStatistics()
    {
        foreach ((Tensor original, Tensor copy) in _statistics) copy.CopyFrom(original);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_ownStatistics) Network.Dispose();
        base.Dispose(disposing);
    }
}
