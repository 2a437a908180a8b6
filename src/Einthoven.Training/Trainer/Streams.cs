// Which random stream serves which purpose: every draw is a function of seed, purpose and place, never of timing or of what came before.
using Einthoven.Torch;

namespace Einthoven.Training.Trainer;

/// <summary>The streams of one seed. Changing how one purpose draws leaves all others as they were.</summary>
internal static class Streams
{
    private const int PurposeShift = 56;

    /// <summary>Initial weights.</summary>
    internal static PhiloxRandom Initialization(ulong seed) => new(seed);

    /// <summary>The order of an epoch's examples.</summary>
    internal static PhiloxRandom Order(ulong seed, long epoch) => new(seed, Purpose(1) | (ulong)epoch);

    /// <summary>The variation of one example: the same whichever process makes it.</summary>
    internal static PhiloxRandom Example(ulong seed, long microBatch, int position) => new(seed, Purpose(2) | ((ulong)microBatch << 16) | (uint)position);

    /// <summary>What is drawn once for a whole micro-batch.</summary>
    internal static PhiloxRandom MicroBatch(ulong seed, long microBatch) => new(seed, Purpose(3) | (ulong)microBatch);

    /// <summary>Masks, negatives, noise and dropout of one process's part of a micro-batch.</summary>
    internal static PhiloxRandom Network(ulong seed, long microBatch, int rank) => new(seed, Purpose(4) | ((ulong)microBatch << 12) | (uint)rank);

    /// <summary>The same for validation: equal at every validation, so that figures can be compared.</summary>
    internal static PhiloxRandom Validation(ulong seed, long batch) => new(seed, Purpose(5) | (ulong)batch);

    /// <summary>The first of a row of streams, one a window, that vary a micro-batch's windows from a position on.</summary>
    internal static ulong Windows(long microBatch, int position) => Purpose(6) | ((ulong)microBatch << 16) | (uint)position;

    /// <summary>The order in which patients enter a share of the training part.</summary>
    internal static PhiloxRandom Share(ulong seed) => new(seed, Purpose(7));

    private static ulong Purpose(ulong number) => number << PurposeShift;
}
