// Packs the recordings of a manifest into a store: in parallel, adding to what is there, safe against being killed at any moment.
using System.Runtime.InteropServices;
using Einthoven.Models.Contracts;
using Einthoven.Models.Reporting;
using Einthoven.Signals;

namespace Einthoven.Training.Data;

/// <summary>How a store is built.</summary>
public sealed record PackOptions
{
    /// <summary>The options used when none are given.</summary>
    public static PackOptions Default { get; } = new();

    /// <summary>Recordings prepared at a time.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>Bytes after which a payload file is finished; a killed build loses less than one.</summary>
    public long ShardBytes { get; init; } = 64L << 20;

    /// <summary>Whether a refused recording ends the build.</summary>
    public bool Strict { get; init; }

    /// <summary>Facts that the files may lack.</summary>
    public EcgReadOptions Reading { get; init; } = EcgReadOptions.Default;
}

/// <summary>How far a build is.</summary>
/// <param name="Done">Recordings packed or refused in this run.</param>
/// <param name="Total">Recordings to pack in this run.</param>
/// <param name="Refused">Refused among them.</param>
public readonly record struct PackProgress(int Done, int Total, int Refused);

/// <summary>What a build gave.</summary>
/// <param name="Packed">Recordings packed in this run.</param>
/// <param name="Kept">Recordings that were there already.</param>
/// <param name="Refused">Recordings that cannot be used; refused.csv names them with the reason.</param>
public sealed record PackResult(int Packed, int Kept, IReadOnlyList<RefusedRecord> Refused);

/// <summary>A recording that the store does not take.</summary>
/// <param name="Row">Its row in the manifest.</param>
/// <param name="Reason">Why, in one line.</param>
public sealed record RefusedRecord(ManifestRow Row, string Reason);

/// <summary>Builds stores.</summary>
public sealed class StoreBuilder
{
    private const int Group = 64;
    private readonly InputContract _contract;
    private readonly string _folder;
    private readonly PackOptions _options;
    private readonly List<RefusedRecord> _refused = [];
    private readonly List<StoredRecord> _waiting = [];
    private readonly List<short[]> _payload = [];
    private long _waitingSamples;

    private StoreBuilder(InputContract contract, string folder, PackOptions options) => (_contract, _folder, _options) = (contract, folder, options);

    /// <summary>Packs what the store does not hold yet, then writes its index. The store holds the manifest's recordings in the manifest's order.</summary>
    /// <param name="manifest">The recordings. Labels and splits are taken from it every time; a signal that was packed is not read again.</param>
    /// <param name="contract">How they are prepared. Windows are cut when the store is read.</param>
    /// <param name="folder">The store's folder, made where it is missing.</param>
    /// <param name="options">How to build; null for the defaults.</param>
    /// <param name="progress">Told of progress, from the calling thread.</param>
    /// <param name="cancellation">Ends the build; what is packed so far is kept.</param>
    /// <exception cref="DatasetException">No recording can be used, another build is at work there, or the disk is full.</exception>
    public static PackResult Build(
        Manifest manifest, InputContract contract, string folder, PackOptions? options = null, Action<PackProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        contract.Validate();
        manifest.RequireUniqueRecords();
        try
        {
            Directory.CreateDirectory(folder);
            using FileStream hold = Hold(folder);
            foreach (string draft in Directory.GetFiles(folder, "*" + DurableFile.Unfinished)) File.Delete(draft);
            return new StoreBuilder(contract, folder, options ?? PackOptions.Default).Run(manifest, progress, cancellation);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new DatasetException($"The store {folder} cannot be written: {e.Message}", e);
        }
    }

    private static FileStream Hold(string folder)
    {
        try
        {
            return new FileStream(Path.Combine(folder, ".lock"), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        }
        catch (IOException e)
        {
            throw new DatasetException($"Another program is packing into {folder}, or its files cannot be made: {e.Message}", e);
        }
    }

    private PackResult Run(Manifest manifest, Action<PackProgress>? progress, CancellationToken cancellation)
    {
        Journal journal = Journal.Open(_folder, _contract);
        var stored = journal.Shards.SelectMany(s => s.Records).Select(r => r.Key).ToHashSet(StringComparer.Ordinal);
        ManifestRow[] missing = [.. manifest.Rows.Where(row => !stored.Contains(row.Key))];
        try
        {
            for (int start = 0; start < missing.Length; start += Group)
            {
                cancellation.ThrowIfCancellationRequested();
                Prepare(missing.AsSpan(start, Math.Min(Group, missing.Length - start)).ToArray(), cancellation);
                if (_waitingSamples * _contract.Leads.Count * sizeof(short) >= _options.ShardBytes) Finish(journal);
                progress?.Invoke(new PackProgress(Math.Min(start + Group, missing.Length), missing.Length, _refused.Count));
            }
        }
        finally
        {
            // Whatever ended the loop, prepared recordings are worth keeping.
            Finish(journal);
        }
        WriteRefused();
        StoreIndexWriter.Write(_folder, manifest, _contract, journal.Shards, _refused);
        return new PackResult(missing.Length - _refused.Count, manifest.Rows.Count - missing.Length, _refused);
    }

    private void Prepare(ManifestRow[] rows, CancellationToken cancellation)
    {
        var prepared = new (Windows? Signal, string Reason)[rows.Length];
        Parallel.For(
            0, rows.Length, new ParallelOptions { MaxDegreeOfParallelism = _options.Workers, CancellationToken = cancellation },
            k => prepared[k] = Prepare(rows[k], cancellation));
        for (int k = 0; k < rows.Length; k++)
        {
            if (prepared[k].Signal is { } signal)
            {
                (short[] values, float scale) = Quantize(signal);
                _waiting.Add(new StoredRecord(rows[k].Key, _waitingSamples, signal.Samples, scale));
                _payload.Add(values);
                _waitingSamples += signal.Samples;
            }
            else
            {
                if (_options.Strict) throw new DatasetException($"Recording {rows[k].Key} cannot be used: {prepared[k].Reason}");
                _refused.Add(new RefusedRecord(rows[k], prepared[k].Reason));
            }
        }
    }

    private (Windows? Signal, string Reason) Prepare(ManifestRow row, CancellationToken cancellation)
    {
        try
        {
            return (_contract.ApplyUncut(EcgRecord.Read(row.Path, _options.Reading, cancellation)), "");
        }
        catch (Exception e) when (e is EcgFormatException or InputContractException or IOException or UnauthorizedAccessException)
        {
            return (null, e.Message.ReplaceLineEndings(" "));
        }
    }

    /// <summary>Integers [samples, leads] whose largest is 32767 or -32767, and what one of them is worth.</summary>
    private static (short[] Values, float Scale) Quantize(Windows signal)
    {
        ReadOnlySpan<float> source = signal.Values.Span;
        float largest = 0;
        foreach (float value in source) largest = Math.Max(largest, Math.Abs(value));
        float scale = largest > 0 ? Math.Max(largest / short.MaxValue, float.Epsilon * 1024) : 1;
        double inverse = 1 / (double)scale;
        var values = new short[source.Length];
        for (int lead = 0; lead < signal.Leads; lead++)
        {
            ReadOnlySpan<float> samples = source.Slice(lead * signal.Samples, signal.Samples);
            for (int t = 0; t < samples.Length; t++)
                values[(t * signal.Leads) + lead] = (short)Math.Clamp(Math.Round(samples[t] * inverse), -short.MaxValue, short.MaxValue);
        }
        return (values, scale);
    }

    private void Finish(Journal journal)
    {
        if (_waiting.Count == 0) return;
        int number = journal.Shards.Count == 0 ? 0 : journal.Shards.Max(s => int.Parse(s.File.AsSpan(6, 5))) + 1;
        string name = $"shard-{number:D5}.npy";
        string sum = DurableFile.Write(Path.Combine(_folder, name), stream =>
        {
            stream.Write(NpyHeaders.Payload(_waitingSamples, _contract.Leads.Count));
            foreach (short[] values in _payload) stream.Write(MemoryMarshal.AsBytes(values.AsSpan()));
        });
        journal.Add(new StoredShard(name, _waitingSamples, sum, [.. _waiting]));
        _waiting.Clear();
        _payload.Clear();
        _waitingSamples = 0;
    }

    private void WriteRefused()
    {
        string path = Path.Combine(_folder, "refused.csv");
        if (_refused.Count == 0)
        {
            File.Delete(path);
            return;
        }
        DurableFile.Write(path, stream =>
        {
            using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
            writer.WriteLine("record,path,reason");
            foreach (RefusedRecord refused in _refused)
                writer.WriteLine($"{Csv.Field(refused.Row.Key)},{Csv.Field(refused.Row.Path)},{Csv.Field(refused.Reason)}");
        });
    }
}
