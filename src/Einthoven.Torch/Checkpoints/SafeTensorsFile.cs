// Reads safetensors files: memory-mapped, every claim of the header checked before a byte of data is handed out.
using System.Diagnostics.CodeAnalysis;

namespace Einthoven.Torch.Checkpoints;

/// <summary>An open safetensors file. Its tensors point into the mapped file and stay valid until it is disposed.</summary>
public sealed class SafeTensorsFile : IDisposable
{
    private readonly MappedFile file;
    private readonly Dictionary<string, CheckpointTensor> byName = new(StringComparer.Ordinal);

    private SafeTensorsFile(MappedFile file)
    {
        this.file = file;
        SafeTensorsHeader header = SafeTensorsHeader.Read(file);
        Metadata = header.Metadata;
        List<CheckpointTensor> tensors = new(header.Entries.Count);
        foreach (SafeTensorsEntry entry in header.Entries)
        {
            ReadOnlyMemory<byte> data = file.Memory(header.DataStart + entry.Begin, (int)(entry.End - entry.Begin));
            CheckpointTensor tensor = new(entry.Name, entry.DType, entry.Shape, data);
            tensors.Add(tensor);
            byName.Add(entry.Name, tensor);
        }

        Tensors = tensors;
    }

    /// <summary>The file's path as it was given.</summary>
    public string Path => file.Path;

    /// <summary>The file's free texts (<c>__metadata__</c>); empty where it has none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>All tensors in the order of the header.</summary>
    public IReadOnlyList<CheckpointTensor> Tensors { get; }

    /// <summary>The tensor of that name.</summary>
    /// <exception cref="CheckpointException">The file has no such tensor.</exception>
    public CheckpointTensor this[string name] =>
        byName.TryGetValue(name, out CheckpointTensor? tensor)
            ? tensor
            : throw new CheckpointException($"{Path}: has no tensor '{name}' among its {Tensors.Count}.");

    /// <summary>Opens and checks a file.</summary>
    /// <exception cref="CheckpointException">The file cannot be read or breaks the format.</exception>
    public static SafeTensorsFile Open(string path)
    {
        MappedFile file = MappedFile.Open(path, SafeTensorsHeader.LengthBytes + 2, "a safetensors file");
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

    /// <summary>Finds a tensor by name.</summary>
    /// <returns>False where the file has none of that name.</returns>
    public bool TryGet(string name, [NotNullWhen(true)] out CheckpointTensor? tensor) => byName.TryGetValue(name, out tensor);

    /// <summary>Unmaps the file; its tensors' bytes can no longer be read.</summary>
    public void Dispose() => file.Dispose();
}
