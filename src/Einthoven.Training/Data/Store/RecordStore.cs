// A packed data set, open for reading: whole prepared recordings in files, from which windows are cut on the fly.
using System.Buffers;
using System.Runtime.InteropServices;
using Einthoven.Models.Contracts;
using Microsoft.Win32.SafeHandles;

namespace Einthoven.Training.Data;

/// <summary>What a store knows of a recording beside signal and labels.</summary>
/// <param name="Record">Its name in its source.</param>
/// <param name="Patient">Whose it is.</param>
/// <param name="Split">Its part of the data.</param>
/// <param name="Source">Where it comes from; empty for a data set of one source.</param>
/// <param name="Path">The file it was packed from.</param>
/// <param name="Samples">Samples of a lead.</param>
/// <param name="Person">Number of the patient, from 0: equal numbers are one patient.</param>
public sealed record StoreRow(string Record, string Patient, string Split, string Source, string Path, int Samples, int Person)
{
    /// <summary>What names the recording in its data set, as <see cref="ManifestRow.Key"/>.</summary>
    public string Key => ManifestRow.KeyOf(Source, Record);
}

/// <summary>
/// A packed data set. Reading is safe from many threads and allocates nothing. The index is mapped into memory; signals are read from their
/// files at the place where they lie, so that memory stays small however large the store is.
/// </summary>
public sealed class RecordStore : IDisposable
{
    private readonly string _folder;
    private readonly StoreIndex _index;
    private readonly SafeFileHandle?[] _shards;
    private readonly long[] _dataOffsets;
    private readonly Lock _opening = new();

    private RecordStore(string folder, StoreDescription description)
    {
        _folder = folder;
        Description = description;
        _index = new StoreIndex(folder, description);
        _shards = new SafeFileHandle?[description.Shards.Count];
        _dataOffsets = [.. description.Shards.Select(s => (long)NpyHeaders.Payload(s.Samples, LeadCount).Length)];
    }

    /// <summary>The content of store.json.</summary>
    public StoreDescription Description { get; }

    /// <summary>How the recordings were prepared.</summary>
    public InputContract Contract => Description.Contract;

    /// <summary>The labels, in the order of <see cref="CopyLabels"/>.</summary>
    public IReadOnlyList<string> Labels => Description.Labels;

    /// <summary>Number of recordings.</summary>
    public int Count => _index.Count;

    /// <summary>Leads of every recording.</summary>
    public int LeadCount => Description.Contract.Leads.Count;

    /// <summary>Opens a store.</summary>
    /// <exception cref="DatasetException">The folder holds no finished store, or its index is damaged.</exception>
    public static RecordStore Open(string folder) => new(folder, StoreDescription.Read(folder));

    /// <summary>Whether a folder holds a finished store.</summary>
    public static bool IsStore(string folder) => File.Exists(Path.Combine(folder, StoreDescription.FileName));

    /// <summary>Checks that a model with this contract can be fed from here.</summary>
    /// <exception cref="DatasetException">The recordings were prepared in another way; the message says in which.</exception>
    public void RequireContract(InputContract contract)
    {
        if (StoreDescription.Difference(Contract, contract) is { } difference)
            throw new DatasetException($"The store {_folder} was packed for another input: {difference}. Pack the data set again for this one.");
    }

    /// <summary>Name, patient, split, source, path and length of a recording. Makes strings: not for inner loops.</summary>
    public StoreRow Row(int record)
    {
        string[] text = _index.Text(record);
        return new StoreRow(
            text[0], text[1], Description.Splits[_index.Split(record)], Description.Sources[_index.Source(record)], text[2], _index.Samples(record),
            _index.Person(record));
    }

    /// <summary>Samples of a lead of a recording.</summary>
    public int Samples(int record) => _index.Samples(record);

    /// <summary>Number of the patient, from 0.</summary>
    public int Person(int record) => _index.Person(record);

    /// <summary>Whole segments of so many samples in a recording, from its start, without overlap.</summary>
    public int SegmentCount(int record, int samples) => _index.Samples(record) / samples;

    /// <summary>Copies a recording's labels: 1 present, 0 absent, NaN unknown.</summary>
    /// <param name="record">0 to <see cref="Count"/> - 1.</param>
    /// <param name="destination">At least one value a label.</param>
    public void CopyLabels(int record, Span<float> destination) => _index.CopyLabels(record, destination);

    /// <summary>The recordings of some splits, in order.</summary>
    /// <param name="splits">Names of splits.</param>
    /// <param name="minimumSamples">Shorter recordings are left out.</param>
    /// <exception cref="DatasetException">There are none.</exception>
    public int[] InSplits(IReadOnlyCollection<string> splits, int minimumSamples = 0)
    {
        bool[] wanted = [.. Description.Splits.Select(splits.Contains)];
        var records = new List<int>();
        for (int k = 0; k < Count; k++)
            if (wanted[_index.Split(k)] && _index.Samples(k) >= minimumSamples) records.Add(k);
        return records.Count > 0 ? [.. records] : throw new DatasetException(
            $"The store {_folder} has no recording {(minimumSamples > 0 ? $"of {minimumSamples} samples or more " : "")}in split {string.Join(", ", splits)}; "
            + $"it has {string.Join(", ", Description.Splits.Select(s => s.Length == 0 ? "(none)" : s))}.");
    }

    /// <summary>Reads a window. Samples past the recording's end are zero.</summary>
    /// <param name="record">0 to <see cref="Count"/> - 1.</param>
    /// <param name="firstSample">Where the window begins.</param>
    /// <param name="samples">Samples of a lead.</param>
    /// <param name="destination">[leads, samples], filled.</param>
    /// <exception cref="DatasetException">The payload is missing or cut.</exception>
    public void Read(int record, int firstSample, int samples, Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstSample);
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        int leads = LeadCount;
        destination = destination[..(leads * samples)];
        int present = Math.Clamp(_index.Samples(record) - firstSample, 0, samples);
        if (present < samples)
        {
            destination.Clear();
            if (present == 0) return;
        }
        int shard = _index.Shard(record);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(present * leads * sizeof(short));
        try
        {
            Span<byte> bytes = buffer.AsSpan(0, present * leads * sizeof(short));
            ReadPayload(shard, _dataOffsets[shard] + ((_index.First(record) + firstSample) * leads * sizeof(short)), bytes);
            Transpose(MemoryMarshal.Cast<byte, short>(bytes), destination, leads, samples, present, _index.Scale(record));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Closes the files.</summary>
    public void Dispose()
    {
        foreach (SafeFileHandle? shard in _shards) shard?.Dispose();
        _index.Dispose();
    }

    // [samples, leads] integers to [leads, samples] numbers.
    private static void Transpose(ReadOnlySpan<short> source, Span<float> destination, int leads, int stride, int samples, float scale)
    {
        for (int lead = 0; lead < leads; lead++)
        {
            Span<float> target = destination.Slice(lead * stride, samples);
            for (int t = 0, from = lead; t < target.Length; t++, from += leads) target[t] = scale * source[from];
        }
    }

    private void ReadPayload(int shard, long offset, Span<byte> destination)
    {
        SafeFileHandle handle = _shards[shard] ?? OpenShard(shard);
        while (destination.Length > 0)
        {
            int read = RandomAccess.Read(handle, destination, offset);
            if (read == 0) throw new DatasetException($"{PathOf(shard)} ends at byte {offset}: it is cut. Pack the data set again.");
            destination = destination[read..];
            offset += read;
        }
    }

    private SafeFileHandle OpenShard(int shard)
    {
        lock (_opening)
        {
            if (_shards[shard] is { } open) return open;
            try
            {
                return _shards[shard] = File.OpenHandle(PathOf(shard), options: FileOptions.RandomAccess);
            }
            catch (IOException e)
            {
                throw new DatasetException($"{PathOf(shard)} cannot be opened: {e.Message} Pack the data set again.", e);
            }
        }
    }

    private string PathOf(int shard) => Path.Combine(_folder, Description.Shards[shard].File);
}
