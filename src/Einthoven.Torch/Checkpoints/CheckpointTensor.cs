// A named tensor as a checkpoint file holds it: type, shape and contiguous little-endian bytes, with typed copies.
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Einthoven.Torch.Checkpoints;

/// <summary>A tensor read from, or to be written to, a checkpoint.</summary>
/// <param name="Name">Its name in the file, as in <c>encoder.layers.0.fc1.weight</c>.</param>
/// <param name="DType">Type of its elements.</param>
/// <param name="Shape">Sizes of its axes; empty for a scalar.</param>
/// <param name="Data">The elements in row-major order, little-endian. Where it came from a mapped file it is valid until that file is disposed.</param>
public sealed record CheckpointTensor(string Name, ScalarType DType, long[] Shape, ReadOnlyMemory<byte> Data)
{
    /// <summary>Number of elements.</summary>
    public int Count => Data.Length / DType.SizeInBytes();

    /// <summary>Makes a tensor of managed values; <typeparamref name="T"/> is float, double, Half, long, int, short, ushort, sbyte, byte or bool.</summary>
    /// <param name="name">Name in the file.</param>
    /// <param name="shape">Sizes of the axes; their product is the number of values.</param>
    /// <param name="values">The elements in row-major order; copied.</param>
    /// <exception cref="ArgumentException">Shape and number of values differ, or the type has no scalar type.</exception>
    public static CheckpointTensor From<T>(string name, long[] shape, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        ScalarType type = typeof(T) switch
        {
            Type t when t == typeof(float) => ScalarType.Float32,
            Type t when t == typeof(double) => ScalarType.Float64,
            Type t when t == typeof(Half) => ScalarType.Float16,
            Type t when t == typeof(long) => ScalarType.Int64,
            Type t when t == typeof(int) => ScalarType.Int32,
            Type t when t == typeof(short) => ScalarType.Int16,
            Type t when t == typeof(ushort) => ScalarType.UInt16,
            Type t when t == typeof(sbyte) => ScalarType.Int8,
            Type t when t == typeof(byte) => ScalarType.UInt8,
            Type t when t == typeof(bool) => ScalarType.Bool,
            _ => throw new ArgumentException($"No scalar type holds {typeof(T)}.", nameof(values)),
        };
        long count = 1;
        foreach (long size in shape) count = checked(count * size);
        if (count != values.Length)
            throw new ArgumentException($"Tensor {name}: shape [{string.Join(", ", shape)}] wants {count} values, got {values.Length}.", nameof(values));
        return new(name, type, shape, MemoryMarshal.AsBytes(values).ToArray());
    }

    /// <summary>The elements as single-precision numbers, rounded to nearest where the type holds more.</summary>
    /// <exception cref="CheckpointException">The elements are complex.</exception>
    public float[] ToFloats()
    {
        float[] values = new float[Count];
        if (DType == ScalarType.Float32)
        {
            Data.Span.CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
            return values;
        }

        double[] wide = ToDoubles();
        for (int i = 0; i < values.Length; i++) values[i] = (float)wide[i];
        return values;
    }

    /// <summary>The elements as double-precision numbers; truth values give 0 and 1.</summary>
    /// <exception cref="CheckpointException">The elements are complex.</exception>
    public double[] ToDoubles()
    {
        ReadOnlySpan<byte> bytes = Data.Span;
        double[] values = new double[Count];
        int size = DType.SizeInBytes();
        for (int i = 0; i < values.Length; i++)
        {
            ReadOnlySpan<byte> element = bytes.Slice(i * size, size);
            values[i] = DType switch
            {
                ScalarType.Float64 => BinaryPrimitives.ReadDoubleLittleEndian(element),
                ScalarType.Float32 => BinaryPrimitives.ReadSingleLittleEndian(element),
                ScalarType.Float16 => (double)BinaryPrimitives.ReadHalfLittleEndian(element),
                ScalarType.BFloat16 => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(element) << 16),
                _ => ReadInteger(element),
            };
        }

        return values;
    }

    /// <summary>The elements as 64-bit integers; truth values give 0 and 1.</summary>
    /// <exception cref="CheckpointException">The elements are not integers or truth values.</exception>
    public long[] ToInt64s()
    {
        ReadOnlySpan<byte> bytes = Data.Span;
        long[] values = new long[Count];
        int size = DType.SizeInBytes();
        for (int i = 0; i < values.Length; i++) values[i] = ReadInteger(bytes.Slice(i * size, size));
        return values;
    }

    /// <summary>Name, type and shape, as in <c>fc1.weight Float32 [64, 32]</c>.</summary>
    public override string ToString() => $"{Name} {DType} [{string.Join(", ", Shape)}]";

    private long ReadInteger(ReadOnlySpan<byte> element) => DType switch
    {
        ScalarType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(element),
        ScalarType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(element),
        ScalarType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(element),
        ScalarType.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(element),
        ScalarType.Int8 => (sbyte)element[0],
        ScalarType.UInt8 => element[0],
        ScalarType.Bool => element[0] == 0 ? 0 : 1,
        _ => throw new CheckpointException($"Tensor {Name} holds {DType}; asked for another kind of number. Read its bytes, or ask for the matching type."),
    };
}
