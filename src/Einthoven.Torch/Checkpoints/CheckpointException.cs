// The one exception of the checkpoint readers and writers.
namespace Einthoven.Torch.Checkpoints;

/// <summary>A checkpoint file is damaged, of an unknown kind, or holds something that will not be built. The message names the file, the place and what to do.</summary>
public sealed class CheckpointException : Exception
{
    /// <summary>A fault described by <paramref name="message"/>.</summary>
    public CheckpointException(string message)
        : base(message)
    {
    }

    /// <summary>A fault with the error that showed it.</summary>
    public CheckpointException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
