// journal.jsonl: the contract in the first line, then a line for each finished shard. What has its line is kept for good.
using System.Text;
using System.Text.Json;
using Einthoven.Models.Contracts;

namespace Einthoven.Training.Data;

/// <summary>Where a recording lies.</summary>
/// <param name="Key">The recording's key in the manifest.</param>
/// <param name="First">Its first row in the shard.</param>
/// <param name="Samples">Its rows.</param>
/// <param name="Scale">What an integer is worth.</param>
internal sealed record StoredRecord(string Key, long First, int Samples, float Scale);

/// <summary>A finished shard.</summary>
internal sealed record StoredShard(string File, long Samples, string Sha256, IReadOnlyList<StoredRecord> Records);

/// <summary>The journal of a store that is being built.</summary>
internal sealed class Journal
{
    internal const string FileName = "journal.jsonl";

    private static readonly JsonSerializerOptions s_line = new(StoreDescription.Json) { WriteIndented = false };
    private readonly string _path;
    private readonly List<StoredShard> _shards = [];

    private Journal(string path) => _path = path;

    private sealed record Head(int Format, InputContract Contract);

    internal IReadOnlyList<StoredShard> Shards => _shards;

    /// <summary>Reads a folder's journal, or begins one. A last line without end was being written when a build was killed: it does not count.</summary>
    /// <exception cref="DatasetException">The store was prepared by another contract, or the journal is damaged.</exception>
    internal static Journal Open(string folder, InputContract contract)
    {
        var journal = new Journal(Path.Combine(folder, FileName));
        if (!File.Exists(journal._path))
        {
            DurableFile.Write(journal._path, stream => stream.Write(Line(new Head(StoreDescription.CurrentFormat, contract))));
            return journal;
        }

        journal.Load(folder, contract);
        return journal;
    }

    /// <summary>Adds a shard whose file is complete; on return it is on the disk.</summary>
    internal void Add(StoredShard shard)
    {
        using (var file = new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.Read))
        {
            long before = file.Length;
            try
            {
                file.Write(Line(shard));
                file.Flush(flushToDisk: true);
            }
            catch (IOException e)
            {
                file.SetLength(before);
                throw new DatasetException($"{_path} cannot be written: {e.Message.TrimEnd('.')}. Finished shards are kept; make room and run again.", e);
            }
        }
        _shards.Add(shard);
    }

    private void Load(string folder, InputContract contract)
    {
        byte[] bytes = File.ReadAllBytes(_path);
        int end = Array.LastIndexOf(bytes, (byte)'\n') + 1;
        bool whole = end == bytes.Length;
        int number = 0;
        foreach (string line in Encoding.UTF8.GetString(bytes, 0, end).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            number++;
            if (number == 1)
            {
                RequireSame(folder, Parse<Head>(line, number), contract);
                continue;
            }
            StoredShard shard = Parse<StoredShard>(line, number);
            // A shard that is gone or cut is packed again.
            var file = new FileInfo(Path.Combine(folder, shard.File));
            if (file.Exists && file.Length == PayloadBytes(shard.Samples, contract.Leads.Count)) _shards.Add(shard);
            else whole = false;
        }
        if (number == 0) throw new DatasetException($"{_path} is empty: delete the folder {folder} and pack again.");
        if (!whole)
        {
            DurableFile.Write(_path, stream =>
            {
                stream.Write(Line(new Head(StoreDescription.CurrentFormat, contract)));
                foreach (StoredShard shard in _shards) stream.Write(Line(shard));
            });
        }
    }

    /// <summary>Bytes of a shard's file.</summary>
    internal static long PayloadBytes(long samples, int leads) => NpyHeaders.Payload(samples, leads).Length + (samples * leads * sizeof(short));

    private static void RequireSame(string folder, Head head, InputContract contract)
    {
        if (head.Format != StoreDescription.CurrentFormat)
            throw new DatasetException($"{folder} has store format {head.Format}; this program writes {StoreDescription.CurrentFormat}. Pack into another folder.");
        if (StoreDescription.Difference(head.Contract, contract) is { } difference)
            throw new DatasetException($"{folder} was packed for another input: {difference}. Pack into another folder, or delete this one.");
    }

    private T Parse<T>(string line, int number)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(line, s_line) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new DatasetException($"{_path}, line {number}, is damaged: {e.Message} Delete the folder and pack again.", e);
        }
    }

    private static byte[] Line<T>(T value) => [.. JsonSerializer.SerializeToUtf8Bytes(value, s_line), (byte)'\n'];
}
