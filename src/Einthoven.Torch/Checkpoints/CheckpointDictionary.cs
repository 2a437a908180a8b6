// A Python dictionary from a checkpoint: pairs in their order, found by text or by number.
using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Einthoven.Torch.Checkpoints;

/// <summary>
/// A dictionary read from a checkpoint, in insertion order. Keys are text, <see cref="long"/>, or any other plain value;
/// values are null, <see cref="bool"/>, <see cref="long"/>, <see cref="System.Numerics.BigInteger"/>, <see cref="double"/>, <see cref="string"/>,
/// byte[], <see cref="List{T}"/> of objects (list, set), object[] (tuple), <see cref="CheckpointDictionary"/>,
/// <see cref="CheckpointTensor"/>, <see cref="ScalarType"/> or <see cref="OpaqueObject"/>.
/// </summary>
public sealed class CheckpointDictionary : IReadOnlyCollection<KeyValuePair<object?, object?>>
{
    private readonly List<KeyValuePair<object?, object?>> pairs = [];
    private Dictionary<object, int>? index;

    /// <summary>Number of pairs.</summary>
    public int Count => pairs.Count;

    /// <summary>The value under a key (text or <see cref="long"/>); null where the key is absent or its value is None.</summary>
    public object? this[object key] => TryGet(key, out object? value) ? value : null;

    /// <summary>Finds the value under a key.</summary>
    /// <returns>False where the key is absent.</returns>
    public bool TryGet(object key, [MaybeNullWhen(false)] out object? value)
    {
        value = null;
        if (index == null || !index.TryGetValue(key, out int at)) return false;
        value = pairs[at].Value;
        return true;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<object?, object?>> GetEnumerator() => pairs.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Sets a value; a key already there keeps its place, as in Python.</summary>
    internal void Set(object? key, object? value)
    {
        if (key == null)
        {
            // None cannot be looked up, but is kept for whoever enumerates.
            pairs.Add(new(key, value));
            return;
        }

        index ??= [];
        if (index.TryGetValue(key, out int at))
        {
            pairs[at] = new(key, value);
            return;
        }

        index.Add(key, pairs.Count);
        pairs.Add(new(key, value));
    }
}
