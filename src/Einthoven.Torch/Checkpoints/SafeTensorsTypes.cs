// The element type names of the safetensors format, both ways, and sizes of shapes.
namespace Einthoven.Torch.Checkpoints;

internal static class SafeTensorsTypes
{
    private static readonly (string Name, ScalarType Type)[] Names =
    [
        ("F64", ScalarType.Float64), ("F32", ScalarType.Float32), ("F16", ScalarType.Float16), ("BF16", ScalarType.BFloat16),
        ("I64", ScalarType.Int64), ("I32", ScalarType.Int32), ("I16", ScalarType.Int16), ("I8", ScalarType.Int8),
        ("U16", ScalarType.UInt16), ("U8", ScalarType.UInt8), ("BOOL", ScalarType.Bool), ("C64", ScalarType.Complex64),
    ];

    public static string Known => string.Join(", ", Names.Select(n => n.Name));

    public static bool TryParse(string name, out ScalarType type)
    {
        foreach ((string known, ScalarType value) in Names)
        {
            if (known != name) continue;
            type = value;
            return true;
        }

        type = default;
        return false;
    }

    public static bool TryFormat(ScalarType type, out string name)
    {
        foreach ((string known, ScalarType value) in Names)
        {
            if (value != type) continue;
            name = known;
            return true;
        }

        name = "";
        return false;
    }
}

internal static class CheckpointShapes
{
    /// <summary>Bytes a contiguous tensor of this shape has; false where they exceed 64 bits or an axis is negative.</summary>
    public static bool TryCountBytes(ReadOnlySpan<long> shape, ScalarType type, out long bytes)
    {
        bytes = 0;
        Int128 count = type.SizeInBytes();
        bool empty = false;
        foreach (long size in shape)
        {
            if (size < 0) return false;
            if (size == 0) empty = true;
            else count *= size;
            if (count > long.MaxValue) return false;
        }

        if (!empty) bytes = (long)count;
        return true;
    }
}
