// Writes safetensors files: the same tensors always give the same bytes, and a reader never sees a half-written file.
using System.Buffers.Binary;
using System.Text.Json;

namespace Einthoven.Torch.Checkpoints;

/// <summary>Writes safetensors files.</summary>
public static class SafeTensorsWriter
{
    /// <summary>
    /// Writes <paramref name="tensors"/> to <paramref name="path"/>, replacing what is there only once everything is on disk.
    /// The header lists them in the given order; the data follow by falling element size, so that every tensor is aligned.
    /// </summary>
    /// <param name="path">The file to write.</param>
    /// <param name="tensors">The tensors; names must differ.</param>
    /// <param name="metadata">Free texts for the header, written in ordinal order of their keys.</param>
    /// <exception cref="CheckpointException">A name occurs twice, bytes and shape disagree, or the format lacks the element type.</exception>
    public static void Write(string path, IEnumerable<CheckpointTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        CheckpointTensor[] listed = [.. tensors];
        CheckpointTensor[] laidOut = [.. listed.OrderByDescending(t => t.DType.SizeInBytes())];
        byte[] header = Header(path, listed, laidOut, metadata);

        string directory = Path.GetDirectoryName(Path.GetFullPath(path))!;
        string temporary = Path.Combine(directory, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}.tmp");
        try
        {
            using (FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                stream.Write(header);
                foreach (CheckpointTensor tensor in laidOut) stream.Write(tensor.Data.Span);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static byte[] Header(
        string path, CheckpointTensor[] listed, CheckpointTensor[] laidOut, IReadOnlyDictionary<string, string>? metadata)
    {
        Dictionary<string, long> begins = new(StringComparer.Ordinal);
        long position = 0;
        foreach (CheckpointTensor tensor in laidOut)
        {
            if (!begins.TryAdd(tensor.Name, position) || tensor.Name == "__metadata__")
                throw new CheckpointException($"{path}: cannot be written: the tensor name '{tensor.Name}' occurs twice or is reserved.");
            if (!CheckpointShapes.TryCountBytes(tensor.Shape, tensor.DType, out long bytes) || bytes != tensor.Data.Length)
                throw new CheckpointException($"{path}: cannot be written: {tensor} has {tensor.Data.Length} bytes of data.");
            position += bytes;
        }

        using MemoryStream stream = new();
        stream.Write(new byte[SafeTensorsHeader.LengthBytes]);
        using (Utf8JsonWriter json = new(stream))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject("__metadata__");
                foreach ((string key, string value) in metadata.OrderBy(m => m.Key, StringComparer.Ordinal)) json.WriteString(key, value);
                json.WriteEndObject();
            }

            foreach (CheckpointTensor tensor in listed) WriteEntry(json, path, tensor, begins[tensor.Name]);
            json.WriteEndObject();
        }

        // Spaces after the object keep the data on an 8-byte boundary.
        while (stream.Length % 8 != 0) stream.WriteByte((byte)' ');
        if (stream.Length - SafeTensorsHeader.LengthBytes > SafeTensorsHeader.MaximumBytes)
            throw new CheckpointException($"{path}: cannot be written: the header would have {stream.Length} bytes.");
        byte[] header = stream.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(header, header.Length - SafeTensorsHeader.LengthBytes);
        return header;
    }

    private static void WriteEntry(Utf8JsonWriter json, string path, CheckpointTensor tensor, long begin)
    {
        if (!SafeTensorsTypes.TryFormat(tensor.DType, out string type))
            throw new CheckpointException($"{path}: cannot be written: the format has no element type for {tensor}.");
        json.WriteStartObject(tensor.Name);
        json.WriteString("dtype", type);
        json.WriteStartArray("shape");
        foreach (long size in tensor.Shape) json.WriteNumberValue(size);
        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(begin);
        json.WriteNumberValue(begin + tensor.Data.Length);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
