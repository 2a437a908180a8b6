// Reads PyTorch's zip checkpoints (.pt, .pth): tensors and plain data only, and never runs anything.
// Layout: PyTorch, "torch.save" (serialization note): data.pkl, data/0 …, version, optional byteorder under one folder.
using System.Text;

namespace Einthoven.Torch.Checkpoints;

/// <summary>An open PyTorch checkpoint. Contiguous tensors point into the mapped file and stay valid until it is disposed.</summary>
public sealed class TorchCheckpoint : IDisposable
{
    // The base model's pickle with optimizer state has 0.2 MB; this is far beyond any real one.
    private const long LargestPickle = 64 << 20;
    private const int MaximumDepth = 64;
    private const int MaximumTensors = 1_000_000;

    private readonly MappedFile file;

    private TorchCheckpoint(MappedFile file)
    {
        this.file = file;
        if (!StoredZip.Recognises(file)) throw NotAnArchive(file);
        StoredZip zip = StoredZip.Read(file);
        StoredMember pickle = FindPickle(zip);
        string root = pickle.Name[..^"data.pkl".Length];
        if (zip.Members.ContainsKey($"{root}constants.pkl"))
            throw new CheckpointException($"{Path}: is a TorchScript program, not a checkpoint. Save the model's state_dict() instead.");
        if (zip.Members.TryGetValue($"{root}byteorder", out StoredMember order)
            && !file.Span(order.Offset, (int)Math.Min(order.Length, 16)).SequenceEqual("little"u8))
            throw new CheckpointException($"{Path}: was written on a big-endian machine; save it again on a little-endian one.");
        if (pickle.Length > LargestPickle)
            throw new CheckpointException($"{Path}: its data.pkl has {pickle.Length} bytes, more than the {LargestPickle} of any real checkpoint.");
        Root = PickleReader.Read(Path, file.Span(pickle.Offset, (int)pickle.Length), new TorchStorages(file, zip, root));
    }

    /// <summary>The file's path as it was given.</summary>
    public string Path => file.Path;

    /// <summary>What was saved: mostly a <see cref="CheckpointDictionary"/>, see there for the kinds of values.</summary>
    public object? Root { get; }

    /// <summary>Opens and reads a checkpoint.</summary>
    /// <exception cref="CheckpointException">The file is damaged, of an older or foreign kind, or its tensors contradict themselves.</exception>
    public static TorchCheckpoint Open(string path)
    {
        MappedFile file = MappedFile.Open(path, 4, "a PyTorch checkpoint");
        try
        {
            return new(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The value reached from the root by dictionary keys; null where one is absent on the way, or None.</summary>
    public object? Find(params ReadOnlySpan<string> keys)
    {
        object? value = Root;
        foreach (string key in keys) value = (value as CheckpointDictionary)?[key];
        return value;
    }

    /// <summary>
    /// All tensors below the value reached by <paramref name="keys"/>, in their order, named by their keys joined with dots;
    /// dictionaries are entered, lists are not.
    /// </summary>
    /// <exception cref="CheckpointException">Nothing lies there, or the tree is nested beyond 64 levels or references itself.</exception>
    public IReadOnlyList<CheckpointTensor> Tensors(params ReadOnlySpan<string> keys)
    {
        string where = string.Join('.', keys.ToArray());
        if (Find(keys) is not CheckpointDictionary dictionary)
            throw new CheckpointException($"{Path}: has no dictionary {(where.Length == 0 ? "at its root" : $"'{where}'")}.");
        List<CheckpointTensor> tensors = [];
        int visited = 0;
        Collect(dictionary, "", 0, tensors, ref visited);
        return tensors;
    }

    /// <summary>Unmaps the file; its tensors' bytes can no longer be read.</summary>
    public void Dispose() => file.Dispose();

    private void Collect(CheckpointDictionary dictionary, string prefix, int depth, List<CheckpointTensor> tensors, ref int visited)
    {
        if (depth > MaximumDepth) throw new CheckpointException($"{Path}: its dictionaries are nested beyond {MaximumDepth} levels.");
        foreach ((object? key, object? value) in dictionary)
        {
            // One dictionary may be reached along many ways; without this bound 30 of them could make a billion names.
            if (++visited > MaximumTensors) throw new CheckpointException($"{Path}: holds more than {MaximumTensors} named values.");
            if (value is CheckpointTensor tensor) tensors.Add(tensor with { Name = prefix + key });
            else if (value is CheckpointDictionary inner) Collect(inner, $"{prefix}{key}.", depth + 1, tensors, ref visited);
        }
    }

    private StoredMember FindPickle(StoredZip zip)
    {
        StoredMember[] found = [.. zip.Members.Values.Where(m => m.Name == "data.pkl" || m.Name.EndsWith("/data.pkl", StringComparison.Ordinal))];
        return found.Length == 1
            ? found[0]
            : throw new CheckpointException(
                $"{Path}: is a zip archive with {found.Length} members data.pkl; a PyTorch checkpoint has exactly one.");
    }

    private static CheckpointException NotAnArchive(MappedFile file)
    {
        ReadOnlySpan<byte> head = file.Span(0, (int)Math.Min(file.Length, 8));
        if (head[0] == 0x80)
        {
            return new($"{file.Path}: is in PyTorch's old format (before 1.6), which is not read. "
                + "Convert it in Python: torch.save(torch.load(FILE), FILE).");
        }

        string shown = Encoding.ASCII.GetString(head).Replace('\0', '?');
        return new($"{file.Path}: is no PyTorch checkpoint: it begins with '{shown}', not as a zip archive does.");
    }
}
