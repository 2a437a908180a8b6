// Parses and checks the JSON header of a safetensors file before anything else is touched.
// Format: github.com/huggingface/safetensors, README "Format": 8 bytes little-endian header length, JSON, raw data without holes.
using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace Einthoven.Torch.Checkpoints;

/// <summary>Where one tensor lies: type, shape, and byte range relative to the data section.</summary>
internal readonly record struct SafeTensorsEntry(string Name, ScalarType DType, long[] Shape, long Begin, long End);

internal sealed class SafeTensorsHeader
{
    /// <summary>The format's own cap on the header.</summary>
    public const int MaximumBytes = 100_000_000;

    /// <summary>Bytes of the length that precedes the header.</summary>
    public const int LengthBytes = 8;

    // Header, entry, list: three levels; the rest is room for fields we skip.
    private const int MaximumDepth = 16;
    private const int MaximumAxes = 64;

    private readonly string path;
    private readonly Dictionary<string, string> metadata = new(StringComparer.Ordinal);
    private readonly List<SafeTensorsEntry> entries = [];

    private SafeTensorsHeader(string path) => this.path = path;

    public IReadOnlyDictionary<string, string> Metadata => metadata;

    /// <summary>Entries in the order of the header.</summary>
    public IReadOnlyList<SafeTensorsEntry> Entries => entries;

    /// <summary>Offset of the data section in the file.</summary>
    public long DataStart { get; private set; }

    public static SafeTensorsHeader Read(MappedFile file)
    {
        SafeTensorsHeader header = new(file.Path);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(file.Span(0, LengthBytes));
        if (length > MaximumBytes)
            throw header.Fault($"the header claims {length} bytes, the format allows {MaximumBytes}. This is no safetensors file, or it is damaged");
        if (length > (ulong)(file.Length - LengthBytes))
            throw header.Fault($"the header claims {length} bytes but only {file.Length - LengthBytes} follow. The file is cut off");
        header.DataStart = LengthBytes + (long)length;
        header.Parse(file.Span(LengthBytes, (int)length));
        header.CheckCoverage(file.Length - header.DataStart);
        return header;
    }

    private void Parse(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty || json[0] != (byte)'{') throw Fault("the header does not begin with '{'. This is no safetensors file");
        try
        {
            Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = MaximumDepth });
            HashSet<string> names = new(StringComparer.Ordinal);
            reader.Read();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                string name = reader.GetString()!;
                if (!names.Add(name)) throw Fault($"the name '{name}' occurs twice in the header");
                reader.Read();
                if (name == "__metadata__") ReadMetadata(ref reader);
                else entries.Add(ReadEntry(ref reader, name));
            }

            if (reader.Read()) throw Fault("something follows the header's object");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or DecoderFallbackException)
        {
            throw new CheckpointException($"{path}: the header is not valid JSON: {e.Message}", e);
        }
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw Fault("__metadata__ is no object");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            string key = reader.GetString()!;
            reader.Read();
            if (reader.TokenType != JsonTokenType.String) throw Fault($"__metadata__ '{key}' is no text; the format allows only text there");
            if (!metadata.TryAdd(key, reader.GetString()!)) throw Fault($"__metadata__ '{key}' occurs twice");
        }
    }

    private SafeTensorsEntry ReadEntry(ref Utf8JsonReader reader, string name)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw Fault($"the entry of '{name}' is no object");
        string? dtype = null;
        long[]? shape = null, offsets = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            string field = reader.GetString()!;
            reader.Read();
            bool repeated = field switch { "dtype" => dtype != null, "shape" => shape != null, "data_offsets" => offsets != null, _ => false };
            if (repeated) throw Fault($"tensor '{name}': '{field}' occurs twice");
            switch (field)
            {
                case "dtype": dtype = reader.GetString(); break;
                case "shape": shape = ReadIntegers(ref reader, name, field, MaximumAxes); break;
                case "data_offsets": offsets = ReadIntegers(ref reader, name, field, 2); break;
                default: reader.Skip(); break;
            }
        }

        if (dtype == null || shape == null || offsets is not { Length: 2 })
            throw Fault($"tensor '{name}' lacks dtype, shape or its two data_offsets");
        if (!SafeTensorsTypes.TryParse(dtype, out ScalarType type))
            throw Fault($"tensor '{name}' has the element type '{dtype}'; readable are {SafeTensorsTypes.Known}");
        CheckSize(name, type, shape, offsets);
        return new(name, type, shape, offsets[0], offsets[1]);
    }

    private long[] ReadIntegers(ref Utf8JsonReader reader, string name, string field, int most)
    {
        if (reader.TokenType != JsonTokenType.StartArray) throw Fault($"tensor '{name}': {field} is no list");
        List<long> values = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out long value) || value < 0)
                throw Fault($"tensor '{name}': {field} holds something that is no integer from 0 to {long.MaxValue}");
            if (values.Count == most) throw Fault($"tensor '{name}': {field} has more than {most} numbers");
            values.Add(value);
        }

        return [.. values];
    }

    private void CheckSize(string name, ScalarType type, long[] shape, long[] offsets)
    {
        if (!CheckpointShapes.TryCountBytes(shape, type, out long bytes))
            throw Fault($"tensor '{name}': shape [{string.Join(", ", shape)}] is larger than any file");
        if (offsets[1] < offsets[0] || offsets[1] - offsets[0] != bytes)
            throw Fault($"tensor '{name}': data_offsets [{offsets[0]}, {offsets[1]}] do not hold the {bytes} bytes of its shape and type");
        if (bytes > Array.MaxLength)
            throw Fault($"tensor '{name}' has {bytes} bytes; one tensor may have at most {Array.MaxLength}");
    }

    /// <summary>The tensors, in order of offset, must fill the data section exactly: no overlap, no hole, nothing beyond.</summary>
    private void CheckCoverage(long dataLength)
    {
        long position = 0;
        foreach (SafeTensorsEntry entry in entries.OrderBy(e => e.Begin).ThenBy(e => e.End))
        {
            if (entry.End > dataLength)
                throw Fault($"tensor '{entry.Name}' ends at byte {entry.End} of {dataLength} bytes of data. The file is cut off");
            if (entry.Begin != position)
                throw Fault($"tensor '{entry.Name}' begins at byte {entry.Begin} of the data, expected at {position}: tensors overlap or leave a hole");
            position = entry.End;
        }

        if (position != dataLength) throw Fault($"{dataLength - position} bytes after the last tensor belong to nothing");
    }

    private CheckpointException Fault(string what) => new($"{path}: {what}.");
}
