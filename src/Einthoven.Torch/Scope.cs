// Scopes free every tensor made inside them, at once and in order, unless it is moved outward.
namespace Einthoven.Torch;

/// <summary>
/// Owns the tensors made on this thread while it is the innermost scope, and disposes them when it is disposed.
/// <code>
/// using var scope = new Scope();
/// Tensor loss = scope.Keep(model.Forward(x).Mean());   // lives on in the outer scope, or on its own
/// </code>
/// The garbage collector sees nothing of tensor memory: scopes are the way, finalisers only the net.
/// </summary>
public sealed class Scope : IDisposable
{
    [ThreadStatic] private static Scope? t_innermost;

    private readonly Scope? _outer;
    private readonly List<Tensor> _tensors = [];
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private bool _disposed;

    /// <summary>Opens a scope on this thread, inside the one that is open now.</summary>
    public Scope()
    {
        _outer = t_innermost;
        t_innermost = this;
    }

    /// <summary>Tensors this scope will dispose.</summary>
    public int Count => _tensors.Count(t => !t.IsDisposed);

    internal static void Register(Tensor tensor) => t_innermost?._tensors.Add(tensor);

    /// <summary>Moves a tensor outward: into the enclosing scope, or out of all scopes where there is none.</summary>
    public Tensor Keep(Tensor tensor)
    {
        int at = _tensors.LastIndexOf(tensor);
        if (at >= 0)
        {
            _tensors.RemoveAt(at);
            _outer?._tensors.Add(tensor);
        }
        return tensor;
    }

    /// <summary>Takes a tensor out of every scope of this thread: its new owner disposes it.</summary>
    public static Tensor Release(Tensor tensor)
    {
        for (Scope? scope = t_innermost; scope is not null; scope = scope._outer)
        {
            int at = scope._tensors.LastIndexOf(tensor);
            if (at < 0) continue;
            scope._tensors.RemoveAt(at);
            break;
        }
        return tensor;
    }

    /// <summary>Disposes the tensors made inside.</summary>
    /// <exception cref="InvalidOperationException">An inner scope is still open, or another thread opened this one.</exception>
    public void Dispose()
    {
        if (_disposed) return;
        if (_thread != Environment.CurrentManagedThreadId || t_innermost != this)
            throw new InvalidOperationException("Scopes close in the reverse order of opening, on the thread that opened them.");
        _disposed = true;
        t_innermost = _outer;
        foreach (Tensor tensor in _tensors) tensor.Dispose();
    }
}
