// Fills a batch from a store: windows read and varied on several cores, each with random draws of its own.
using Einthoven.Torch;
using Einthoven.Training.Augmentation;

namespace Einthoven.Training.Data;

/// <summary>A window of a recording.</summary>
/// <param name="Record">The recording in its store.</param>
/// <param name="FirstSample">Where the window begins.</param>
public readonly record struct WindowPick(int Record, int FirstSample);

/// <summary>Reads windows of one length, varied. Safe from many threads.</summary>
public sealed class WindowReader
{
    private readonly RecordStore _store;
    private readonly WindowAugmentation[] _augmentations;
    private readonly WindowFormat _format;
    private readonly int _samples;

    /// <summary>Prepares to read.</summary>
    /// <param name="store">Where the recordings lie.</param>
    /// <param name="samples">Samples of a window.</param>
    /// <param name="augmentations">What varies every window, in this order.</param>
    /// <exception cref="ArgumentException">An augmentation has settings out of range.</exception>
    public WindowReader(RecordStore store, int samples, IEnumerable<WindowAugmentation> augmentations)
    {
        (_store, _samples, _augmentations) = (store, samples, [.. augmentations]);
        foreach (WindowAugmentation augmentation in _augmentations) augmentation.Validate();
        _format = new WindowFormat(store.Contract.Leads, store.Contract.SamplingRateHz);
    }

    /// <summary>Values of one window.</summary>
    public int WindowSize => _store.LeadCount * _samples;

    /// <summary>Fills a batch. What comes out depends on picks, seed and stream alone, not on the number of workers.</summary>
    /// <param name="picks">The windows.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="firstStream">Stream of the first window's draws; every window takes the next.</param>
    /// <param name="destination">[windows, leads, samples], filled.</param>
    /// <param name="workers">Windows made at a time.</param>
    /// <exception cref="DatasetException">A payload file is missing or cut.</exception>
    public void Read(ReadOnlyMemory<WindowPick> picks, ulong seed, ulong firstStream, Memory<float> destination, int workers = 1)
    {
        if (workers == 1)
        {
            for (int k = 0; k < picks.Length; k++) ReadOne(k);
            return;
        }
        try
        {
            Parallel.For(0, picks.Length, new ParallelOptions { MaxDegreeOfParallelism = workers }, ReadOne);
        }
        catch (AggregateException several) when (several.InnerExceptions[0] is DatasetException first)
        {
            throw new DatasetException(first.Message, several);
        }

        void ReadOne(int k)
        {
            Span<float> window = destination.Span.Slice(k * WindowSize, WindowSize);
            WindowPick pick = picks.Span[k];
            _store.Read(pick.Record, pick.FirstSample, _samples, window);
            if (_augmentations.Length == 0) return;
            var random = new PhiloxRandom(seed, firstStream + (ulong)k);
            foreach (WindowAugmentation augmentation in _augmentations) augmentation.Apply(window, _format, random);
        }
    }
}
