// A slow copy of a network, all of it buffers: it follows by an average, never by gradients, and is saved and resumed with the rest.
// Source: Tarvainen and Valpola, "Mean teachers are better role models", NeurIPS 2017.
using Einthoven.Torch;

namespace Einthoven.Models;

/// <summary>Names: those of the network. In evaluation mode whatever mode the network around it is in.</summary>
/// <typeparam name="T">The network's type.</typeparam>
public sealed class MovingCopy<T> : Module where T : Module
{
    private readonly List<(Tensor Original, Tensor Copy)> _averaged = [];
    private readonly List<(Tensor Original, Tensor Copy)> _copied;

    /// <summary>Takes over a second network of the same names and shapes.</summary>
    /// <param name="original">What is followed.</param>
    /// <param name="copy">What follows.</param>
    public MovingCopy(T original, T copy)
    {
        Network = copy;
        Dictionary<string, Tensor> own = copy.State().ToDictionary(s => s.Name, s => s.Tensor);
        foreach ((string name, Tensor tensor) in original.NamedParameters())
        {
            own[name].RequiresGrad = false;
            _averaged.Add((tensor, own[name]));
        }

        _copied = [.. original.NamedBuffers().Select(b => (b.Tensor, own[b.Name]))];
        foreach ((string name, Tensor tensor) in copy.State()) Buffer(name, tensor);
    }

    /// <summary>The copy.</summary>
    public T Network { get; }

    /// <summary>copy ← momentum · copy + (1 − momentum) · original for every parameter; buffers, such as running statistics, are copied.</summary>
    public void Follow(double momentum)
    {
        using var scope = new Scope();
        using GradModeGuard noGrad = GradMode.Off();
        foreach ((Tensor original, Tensor copy) in _averaged) copy.MulInPlace(momentum).AddInPlace(original, 1 - momentum);
        foreach ((Tensor original, Tensor copy) in _copied) copy.CopyFrom(original);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) Network.Dispose();
        base.Dispose(disposing);
    }
}
