// A network and a slow copy of it: the copy follows by an average, never by gradients, and gives the targets.
// Sources: He et al., "Momentum contrast", CVPR 2020; Grill et al., "Bootstrap your own latent", NeurIPS 2020.
using Einthoven.Models;
using Einthoven.Torch;

namespace Einthoven.Training.Objectives;

/// <summary>Which tensors of the copy follow.</summary>
public enum FollowedTensors
{
    /// <summary>Every parameter.</summary>
    All,

    /// <summary>
    /// As one published program of BYOL: only those whose name holds "weight"; biases stay as they were copied first. For runs that must equal
    /// the original's.
    /// </summary>
    Weights,
}

/// <summary>
/// Names: those of the trained network, predictor.*, momentum.* (the copy, all of it buffers, so that a resumed run goes on with it), and,
/// with a queue, queue [width, entries] and queue_pointer. Running statistics of the copy are its own.
/// </summary>
public sealed class MomentumNetwork : Module
{
    private readonly ProjectionHead? _predictor;
    private readonly MovingCopy<ProjectedNetwork> _copy;
    private readonly Tensor? _queue;
    private readonly Tensor? _pointer;

    /// <summary>Builds it with zero weights.</summary>
    /// <param name="create">Makes the network; called twice.</param>
    /// <param name="predictor">Behind the trained network alone; null: none.</param>
    /// <param name="queue">Width of a key and number of keys that are remembered; null: none.</param>
    public MomentumNetwork(Func<ProjectedNetwork> create, ProjectionHead? predictor, (int Width, int Entries)? queue = null)
    {
        Trained = Child("", create());
        if (predictor is not null) _predictor = Child("predictor", predictor);
        _copy = Child("momentum", new MovingCopy<ProjectedNetwork>(Trained, create(), ownStatistics: true));
        if (queue is not { } sizes) return;
        using var scope = new Scope();
        _queue = Buffer("queue", Tensor.Zeros(sizes.Width, sizes.Entries));
        _pointer = Buffer("queue_pointer", Tensor.Full([], 0, ScalarType.Int64));
    }

    /// <summary>The network that gradients train.</summary>
    public ProjectedNetwork Trained { get; }

    /// <summary>The copy.</summary>
    internal ProjectedNetwork Copy => _copy.Network;

    /// <summary>Keys of earlier batches, [width, entries], each of length 1; a copy that does not change.</summary>
    internal Tensor QueuedKeys() => (_queue ?? throw new InvalidOperationException("The network was built without a queue.")).Detach().Clone();

    /// <summary>What gradients flow through: the trained network and its predictor.</summary>
    public Tensor Query(Tensor windows)
    {
        Tensor vectors = Trained.Forward(windows);
        return _predictor is null ? vectors : _predictor.Forward(vectors);
    }

    /// <summary>What the copy makes of windows; no gradient.</summary>
    public Tensor Key(Tensor windows)
    {
        using GradModeGuard noGrad = GradMode.Off();
        return _copy.Network.Forward(windows);
    }

    /// <summary>Moves the copy: copy ← momentum · copy + (1 − momentum) · trained.</summary>
    public void Follow(double momentum, FollowedTensors which = FollowedTensors.All) =>
        _copy.Follow(momentum, which == FollowedTensors.All ? null : name => name.Contains("weight", StringComparison.Ordinal));

    /// <summary>Puts keys of length 1 into the queue where the oldest lie, from the beginning again behind its end.</summary>
    /// <param name="keys">[rows, width].</param>
    internal void Remember(Tensor keys)
    {
        using var scope = new Scope();
        using GradModeGuard noGrad = GradMode.Off();
        long entries = _queue!.Size(1), at = (long)_pointer!.Item();
        Tensor columns = CosineLogits.Unit(keys).Transpose(0, 1);
        for (long done = 0; done < keys.Size(0);)
        {
            long count = Math.Min(entries - at, keys.Size(0) - done);
            _queue.Narrow(1, at, count).CopyFrom(columns.Narrow(1, done, count));
            done += count;
            at = (at + count) % entries;
        }

        _pointer.FillInPlace(at);
    }

    /// <summary>The copy begins equal to the trained network, the queue with random directions.</summary>
    protected override void InitializeOwn(IRandomSource random)
    {
        _copy.Begin();
        if (_queue is null) return;
        Tensor directions = random.NormalTensor(_queue.Shape);
        _queue.CopyFrom(directions / directions.Norm([0], keepDimensions: true));
        _pointer!.FillInPlace(0);
    }
}
