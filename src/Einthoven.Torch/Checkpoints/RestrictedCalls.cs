// What the unpickler does where Python would call something: builds tensors and plain containers, keeps the rest inert.
using System.Text;

namespace Einthoven.Torch.Checkpoints;

internal sealed class RestrictedCalls(TorchStorages storages)
{
    /// <summary>Stands for a global name: an element type, or an inert name without arguments.</summary>
    public static object Global(string module, string name) =>
        TorchNames.ElementType(module, name) is { } type ? type : new OpaqueObject(module, name, null);

    /// <summary>Stands for calling a global with a tuple of arguments. Nothing is ever run.</summary>
    public object? Call(object? target, object? arguments)
    {
        if (target is not OpaqueObject { Arguments: null } callee || arguments is not object?[] items)
            throw new CheckpointException("a call of something that is no global name");
        return (callee.Module, callee.Name) switch
        {
            ("torch._utils", "_rebuild_tensor" or "_rebuild_tensor_v2") => Tensor(items, null),
            ("torch._utils", "_rebuild_tensor_v3") => Tensor(items, items.Length > 6 ? items[6] : null),
            ("torch._utils", "_rebuild_parameter" or "_rebuild_parameter_with_state") when items is [CheckpointTensor data, ..] => data,
            ("collections", "OrderedDict") => Dictionary(items),
            ("torch", "Size") when items is [object?[] sizes] => sizes,
            ("_codecs", "encode") when items is [string text, "latin1"] => Encoding.Latin1.GetBytes(text),
            ("builtins" or "__builtin__", "set" or "frozenset") when items is [List<object?> or object?[]] =>
                items[0] as List<object?> ?? [.. (object?[])items[0]!],
            _ => new OpaqueObject(callee.Module, callee.Name, items),
        };
    }

    private CheckpointTensor Tensor(object?[] items, object? dtype)
    {
        if (items.Length < 4 || items[0] is not TorchStorage storage) throw new CheckpointException("a tensor without a storage");
        ScalarType type = storage.DType ?? dtype as ScalarType?
            ?? throw new CheckpointException($"a tensor of the untyped storage {storage.Key} whose element type is not known");
        return storages.Build(storage, type, items[1], items[2], items[3]);
    }

    private static CheckpointDictionary Dictionary(object?[] items)
    {
        CheckpointDictionary dictionary = new();
        if (items is not [List<object?> pairs]) return dictionary;
        foreach (object? pair in pairs)
        {
            (object? key, object? value) = pair switch
            {
                object?[] { Length: 2 } tuple => (tuple[0], tuple[1]),
                List<object?> { Count: 2 } list => (list[0], list[1]),
                _ => throw new CheckpointException("an ordered dictionary whose items are no pairs"),
            };
            dictionary.Set(key, value);
        }

        return dictionary;
    }
}
