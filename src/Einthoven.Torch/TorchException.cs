// The one exception of the tensor storey.
namespace Einthoven.Torch;

/// <summary>libtorch, or the bridge to it, refused: the message is libtorch's own, preceded by the operator where one is known.</summary>
public sealed class TorchException : Exception
{
    /// <summary>Makes an exception with a message.</summary>
    public TorchException(string message) : base(message) { }

    /// <summary>Makes an exception with a message and what caused it.</summary>
    public TorchException(string message, Exception inner) : base(message, inner) { }
}
