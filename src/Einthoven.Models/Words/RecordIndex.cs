// Vectors of recordings kept in a file, so that a second search need not read them again.
using System.Globalization;
using System.Text;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Models.Words;

/// <summary>An index: one unit vector a file, valid while model, path, size and time of change are the same.</summary>
public sealed class RecordIndex
{
    private const string ModelKey = "model";
    private const string FilesKey = "files";
    private const string VectorsTensor = "vectors";
    private readonly Dictionary<string, (string Stamp, float[] Vector)> _entries = new(StringComparer.Ordinal);
    private readonly string _model;

    /// <summary>An empty index for a model.</summary>
    /// <param name="model">What tells the model from others, its name and checksum.</param>
    public RecordIndex(string model) => _model = model;

    /// <summary>Files in it.</summary>
    public int Count => _entries.Count;

    /// <summary>Reads an index; an empty one where there is no file, or one of another model.</summary>
    /// <exception cref="CheckpointException">The file is damaged.</exception>
    public static RecordIndex Read(string path, string model)
    {
        var index = new RecordIndex(model);
        if (!File.Exists(path)) return index;
        using SafeTensorsFile file = SafeTensorsFile.Open(path);
        if (!file.Metadata.TryGetValue(ModelKey, out string? of) || of != model || !file.TryGet(VectorsTensor, out CheckpointTensor? tensor)) return index;
        string[] lines = file.Metadata[FilesKey].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        float[][] vectors = [.. tensor.ToFloats().Chunk((int)tensor.Shape[1])];
        if (lines.Length != vectors.Length) throw new CheckpointException($"{path}: names {lines.Length} files but holds {vectors.Length} vectors. Delete it; the next search makes it anew.");
        for (int k = 0; k < lines.Length; k++)
        {
            int tab = lines[k].IndexOf('\t', StringComparison.Ordinal);
            index._entries[lines[k][(tab + 1)..]] = (lines[k][..tab], vectors[k]);
        }

        return index;
    }

    /// <summary>Writes the index.</summary>
    public void Write(string path)
    {
        var files = new StringBuilder();
        foreach ((string file, (string stamp, _)) in _entries) files.Append(stamp).Append('\t').Append(file).Append('\n');
        int width = _entries.Count == 0 ? 0 : _entries.Values.First().Vector.Length;
        CheckpointTensor vectors = CheckpointTensor.From<float>(VectorsTensor, [_entries.Count, width], [.. _entries.Values.SelectMany(e => e.Vector)]);
        SafeTensorsWriter.Write(path, [vectors], new Dictionary<string, string> { [ModelKey] = _model, [FilesKey] = files.ToString() });
    }

    /// <summary>The vector of a file that has not changed since; null where it is not known.</summary>
    public float[]? Find(string path) => _entries.TryGetValue(Path.GetFullPath(path), out (string Stamp, float[] Vector) entry) && entry.Stamp == Stamp(path) ? entry.Vector : null;

    /// <summary>Keeps a file's vector.</summary>
    public void Add(string path, float[] vector) => _entries[Path.GetFullPath(path)] = (Stamp(path), vector);

    private static string Stamp(string path)
    {
        var file = new FileInfo(path);
        return string.Create(CultureInfo.InvariantCulture, $"{(file.Exists ? file.Length : 0)} {(file.Exists ? file.LastWriteTimeUtc.Ticks : 0)}");
    }
}
