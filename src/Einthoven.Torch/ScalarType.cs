// The element types of tensors, with PyTorch's own codes (c10/core/ScalarType.h), so that a value crosses the bridge unchanged.
namespace Einthoven.Torch;

/// <summary>Type of a tensor's elements; the numbers are PyTorch's own codes.</summary>
public enum ScalarType
{
    /// <summary>8-bit unsigned integer.</summary>
    UInt8 = 0,

    /// <summary>8-bit signed integer.</summary>
    Int8 = 1,

    /// <summary>16-bit signed integer.</summary>
    Int16 = 2,

    /// <summary>32-bit signed integer.</summary>
    Int32 = 3,

    /// <summary>64-bit signed integer.</summary>
    Int64 = 4,

    /// <summary>IEEE 754 half precision, 16 bits.</summary>
    Float16 = 5,

    /// <summary>IEEE 754 single precision, 32 bits.</summary>
    Float32 = 6,

    /// <summary>IEEE 754 double precision, 64 bits.</summary>
    Float64 = 7,

    /// <summary>Two single-precision numbers: real and imaginary part.</summary>
    Complex64 = 9,

    /// <summary>Two double-precision numbers: real and imaginary part.</summary>
    Complex128 = 10,

    /// <summary>Truth value, one byte, 0 or 1.</summary>
    Bool = 11,

    /// <summary>The upper 16 bits of a single-precision number.</summary>
    BFloat16 = 15,

    /// <summary>16-bit unsigned integer; checkpoints may hold it, but libtorch makes tensors of it only from version 2.3 on.</summary>
    UInt16 = 27,
}

/// <summary>Facts about scalar types.</summary>
public static class ScalarTypes
{
    /// <summary>Bytes one element occupies.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is none of the enumeration's.</exception>
    public static int SizeInBytes(this ScalarType type) => type switch
    {
        ScalarType.UInt8 or ScalarType.Int8 or ScalarType.Bool => 1,
        ScalarType.Int16 or ScalarType.UInt16 or ScalarType.Float16 or ScalarType.BFloat16 => 2,
        ScalarType.Int32 or ScalarType.Float32 => 4,
        ScalarType.Int64 or ScalarType.Float64 or ScalarType.Complex64 => 8,
        ScalarType.Complex128 => 16,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Unknown scalar type."),
    };

    /// <summary>True for real floating-point types: half, bfloat16, single, double.</summary>
    public static bool IsFloatingPoint(this ScalarType type) =>
        type is ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Float32 or ScalarType.Float64;

    /// <summary>The element type that holds a .NET type.</summary>
    /// <exception cref="ArgumentException">libtorch has no such element.</exception>
    public static ScalarType Of<T>() where T : unmanaged
    {
        if (typeof(T) == typeof(float)) return ScalarType.Float32;
        if (typeof(T) == typeof(double)) return ScalarType.Float64;
        if (typeof(T) == typeof(long)) return ScalarType.Int64;
        if (typeof(T) == typeof(int)) return ScalarType.Int32;
        if (typeof(T) == typeof(short)) return ScalarType.Int16;
        if (typeof(T) == typeof(byte)) return ScalarType.UInt8;
        if (typeof(T) == typeof(sbyte)) return ScalarType.Int8;
        if (typeof(T) == typeof(Half)) return ScalarType.Float16;
        if (typeof(T) == typeof(bool)) return ScalarType.Bool;
        throw new ArgumentException($"A tensor cannot hold {typeof(T).Name}.");
    }
}
