// Builds tensors from a PyTorch archive's storages: checks type, size and strides, copies only what is not contiguous.
namespace Einthoven.Torch.Checkpoints;

/// <summary>A storage named by the pickle: one member of the archive, its elements' type (null: bytes), and its length.</summary>
internal sealed record TorchStorage(string Key, ScalarType? DType, long Bytes);

internal sealed class TorchStorages(MappedFile file, StoredZip zip, string root)
{
    // Tensors may be views that repeat storage (expand, transpose): copies may in all take as much as the file, plus this.
    private const long ExtraCopyBytes = 256L << 20;
    private const int MaximumAxes = 64;

    private long copied;

    /// <summary>Resolves a persistent id: ('storage', storage type, key, device, number of elements).</summary>
    public TorchStorage Resolve(object? id)
    {
        if (id is not object?[] { Length: 5 } fields || fields[0] is not "storage" || fields[2] is not string key || fields[4] is not long count)
            throw Fault("a reference to something other than a tensor's storage");
        ScalarType? type = fields[1] is OpaqueObject { Arguments: null } named
            ? TorchNames.StorageType(named)
            : throw Fault($"storage {key} has no known type");
        StoredMember member = Member(key);
        long size = type?.SizeInBytes() ?? 1;
        if (count < 0 || count > member.Length / size || count * size != member.Length)
            throw Fault($"storage {key} claims {count} elements of {size} bytes, its member has {member.Length} bytes");
        return new(key, type, member.Length);
    }

    /// <summary>Builds a contiguous tensor from a strided view of a storage.</summary>
    public CheckpointTensor Build(TorchStorage storage, ScalarType type, object? offsetValue, object? sizeValue, object? strideValue)
    {
        long[] shape = Integers(storage, sizeValue, "shape"), strides = Integers(storage, strideValue, "strides");
        if (offsetValue is not long offset || offset < 0 || shape.Length != strides.Length || shape.Length > MaximumAxes)
            throw Fault($"a tensor of storage {storage.Key} has a wrong offset, or shape and strides of different lengths");
        if (!CheckpointShapes.TryCountBytes(shape, type, out long bytes) || bytes > Array.MaxLength)
            throw Fault($"a tensor of storage {storage.Key} has the shape [{string.Join(", ", shape)}]; one tensor may have at most {Array.MaxLength} bytes");
        if (bytes == 0) return new("", type, shape, default);

        int size = type.SizeInBytes();
        Int128 last = offset;
        for (int axis = 0; axis < shape.Length; axis++) last += (Int128)(shape[axis] - 1) * strides[axis];
        if ((last + 1) * size > storage.Bytes)
            throw Fault($"a tensor of storage {storage.Key} reads element {last} of {storage.Bytes / size}");

        StoredMember member = Member(storage.Key);
        if (IsContiguous(shape, strides)) return new("", type, shape, file.Memory(member.Offset + (offset * size), (int)bytes));
        copied += bytes;
        if (copied > file.Length + ExtraCopyBytes)
            throw Fault($"its tensors would take over {copied} bytes when laid out, far more than the file holds");
        return new("", type, shape, Gather(member, offset, shape, strides, size, (int)bytes));
    }

    private static bool IsContiguous(long[] shape, long[] strides)
    {
        long expected = 1;
        for (int axis = shape.Length - 1; axis >= 0; axis--)
        {
            if (shape[axis] != 1 && strides[axis] != expected) return false;
            expected *= shape[axis];
        }

        return true;
    }

    private byte[] Gather(StoredMember member, long offset, long[] shape, long[] strides, int size, int bytes)
    {
        byte[] data = new byte[bytes];
        long[] at = new long[shape.Length];
        long element = offset;
        for (int written = 0; written < bytes; written += size)
        {
            file.Span(member.Offset + (element * size), size).CopyTo(data.AsSpan(written));
            for (int axis = shape.Length - 1; axis >= 0; axis--)
            {
                element += strides[axis];
                if (++at[axis] < shape[axis]) break;
                element -= at[axis] * strides[axis];
                at[axis] = 0;
            }
        }

        return data;
    }

    private StoredMember Member(string key) =>
        zip.Members.TryGetValue($"{root}data/{key}", out StoredMember member)
            ? member
            : throw Fault($"storage {key} has no member {root}data/{key}");

    private long[] Integers(TorchStorage storage, object? value, string what)
    {
        object?[] items = value as object?[] ?? (value as List<object?>)?.ToArray() ?? [null];
        long[] numbers = new long[items.Length];
        for (int i = 0; i < items.Length; i++)
        {
            numbers[i] = items[i] is long number and >= 0
                ? number
                : throw Fault($"a tensor of storage {storage.Key} has {what} that are no numbers from 0 up");
        }

        return numbers;
    }

    private CheckpointException Fault(string what) => new($"{file.Path}: {what}. The file is damaged or was not written by torch.save.");
}
