// The few Python names a tensor checkpoint is made of; every other name stays an inert OpaqueObject.
namespace Einthoven.Torch.Checkpoints;

internal static class TorchNames
{
    /// <summary>Element type of a storage class such as torch.FloatStorage; null for untyped storages, whose elements are bytes.</summary>
    public static ScalarType? StorageType(OpaqueObject storage) => (storage.Module, storage.Name) switch
    {
        ("torch", "FloatStorage") => ScalarType.Float32,
        ("torch", "DoubleStorage") => ScalarType.Float64,
        ("torch", "HalfStorage") => ScalarType.Float16,
        ("torch", "BFloat16Storage") => ScalarType.BFloat16,
        ("torch", "LongStorage") => ScalarType.Int64,
        ("torch", "IntStorage") => ScalarType.Int32,
        ("torch", "ShortStorage") => ScalarType.Int16,
        ("torch", "CharStorage") => ScalarType.Int8,
        ("torch", "ByteStorage") => ScalarType.UInt8,
        ("torch", "BoolStorage") => ScalarType.Bool,
        ("torch", "ComplexFloatStorage") => ScalarType.Complex64,
        ("torch", "ComplexDoubleStorage") => ScalarType.Complex128,
        ("torch" or "torch.storage", "UntypedStorage") => null,
        _ => throw new CheckpointException($"the storage class {storage} is not known"),
    };

    /// <summary>Element type named as in torch.float32; null for any other name.</summary>
    public static ScalarType? ElementType(string module, string name) => module != "torch" ? null : name switch
    {
        "float32" or "float" => ScalarType.Float32,
        "float64" or "double" => ScalarType.Float64,
        "float16" or "half" => ScalarType.Float16,
        "bfloat16" => ScalarType.BFloat16,
        "int64" or "long" => ScalarType.Int64,
        "int32" or "int" => ScalarType.Int32,
        "int16" or "short" => ScalarType.Int16,
        "int8" => ScalarType.Int8,
        "uint8" => ScalarType.UInt8,
        "bool" => ScalarType.Bool,
        "complex64" => ScalarType.Complex64,
        "complex128" => ScalarType.Complex128,
        _ => null,
    };
}
