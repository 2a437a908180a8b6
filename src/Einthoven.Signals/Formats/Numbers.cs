// Binary numbers of every width and byte order to float64, for the formats that store matrices.
using System.Buffers.Binary;

namespace Einthoven.Signals.Formats;

enum NumberType
{
    Int8,
    UInt8,
    Int16,
    UInt16,
    Int32,
    UInt32,
    Int64,
    UInt64,
    Float16,
    Float32,
    Float64,
}

static class Numbers
{
    public static int Size(NumberType type) => type switch
    {
        NumberType.Int8 or NumberType.UInt8 => 1,
        NumberType.Int16 or NumberType.UInt16 or NumberType.Float16 => 2,
        NumberType.Int32 or NumberType.UInt32 or NumberType.Float32 => 4,
        _ => 8,
    };

    public static bool IsInteger(NumberType type) => type is not (NumberType.Float16 or NumberType.Float32 or NumberType.Float64);

    /// <summary>Decodes values.Length numbers.</summary>
    public static void Decode(ReadOnlySpan<byte> bytes, NumberType type, bool bigEndian, Span<double> values)
    {
        int size = Size(type);
        if (bytes.Length < (long)values.Length * size) throw new ArgumentException("fewer bytes than values", nameof(bytes));
        for (int i = 0; i < values.Length; i++) values[i] = One(bytes.Slice(i * size, size), type, bigEndian);
    }

    static double One(ReadOnlySpan<byte> b, NumberType type, bool bigEndian) => type switch
    {
        NumberType.Int8 => (sbyte)b[0],
        NumberType.UInt8 => b[0],
        NumberType.Int16 => bigEndian ? BinaryPrimitives.ReadInt16BigEndian(b) : BinaryPrimitives.ReadInt16LittleEndian(b),
        NumberType.UInt16 => bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(b) : BinaryPrimitives.ReadUInt16LittleEndian(b),
        NumberType.Int32 => bigEndian ? BinaryPrimitives.ReadInt32BigEndian(b) : BinaryPrimitives.ReadInt32LittleEndian(b),
        NumberType.UInt32 => bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(b) : BinaryPrimitives.ReadUInt32LittleEndian(b),
        NumberType.Int64 => bigEndian ? BinaryPrimitives.ReadInt64BigEndian(b) : BinaryPrimitives.ReadInt64LittleEndian(b),
        NumberType.UInt64 => bigEndian ? BinaryPrimitives.ReadUInt64BigEndian(b) : BinaryPrimitives.ReadUInt64LittleEndian(b),
        NumberType.Float16 => (double)(bigEndian ? BinaryPrimitives.ReadHalfBigEndian(b) : BinaryPrimitives.ReadHalfLittleEndian(b)),
        NumberType.Float32 => bigEndian ? BinaryPrimitives.ReadSingleBigEndian(b) : BinaryPrimitives.ReadSingleLittleEndian(b),
        _ => bigEndian ? BinaryPrimitives.ReadDoubleBigEndian(b) : BinaryPrimitives.ReadDoubleLittleEndian(b),
    };
}
