// Reads Python's pickle format, protocols 2 to 5, without running anything: every opcode either makes plain data or is refused.
// Opcodes: CPython's Lib/pickletools.py documents each.
using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Einthoven.Torch.Checkpoints;

internal ref struct PickleReader
{
    // Text of this length or more cannot be a module or class name.
    private const int LongestName = 1000;
    private const int LongestInteger = 64;

    private static readonly object Mark = new();
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> bytes;
    private readonly RestrictedCalls calls;
    private readonly TorchStorages storages;
    private readonly List<object?> stack = [];
    private readonly Dictionary<long, object?> memo = [];
    private int position;

    private PickleReader(ReadOnlySpan<byte> bytes, RestrictedCalls calls, TorchStorages storages)
    {
        this.bytes = bytes;
        this.calls = calls;
        this.storages = storages;
    }

    public static object? Read(string path, ReadOnlySpan<byte> bytes, TorchStorages storages)
    {
        PickleReader reader = new(bytes, new RestrictedCalls(storages), storages);
        int opcodeAt = 0;
        try
        {
            while (true)
            {
                opcodeAt = reader.position;
                byte opcode = reader.Take(1)[0];
                if (opcode == (byte)'.') return reader.Pop();
                reader.Execute(opcode);
            }
        }
        catch (Exception e) when (e is PickleFault or DecoderFallbackException)
        {
            throw new CheckpointException($"{path}: its pickle is damaged at byte {opcodeAt}: {e.Message}.", e);
        }
        catch (CheckpointException e) when (!e.Message.StartsWith(path, StringComparison.Ordinal))
        {
            throw new CheckpointException($"{path}: at byte {opcodeAt} of its pickle: {e.Message}.", e);
        }
    }

    private void Execute(byte opcode)
    {
        switch ((char)opcode)
        {
            case '\x80': Protocol(); break;
            case '\x95': Take(8); break; // frame: a hint for buffering

            case 'N': stack.Add(null); break;
            case '\x88': stack.Add(true); break;
            case '\x89': stack.Add(false); break;
            case 'K': stack.Add((long)Take(1)[0]); break;
            case 'M': stack.Add((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2))); break;
            case 'J': stack.Add((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4))); break;
            case '\x8a': PushInteger(Take(1)[0]); break;
            case '\x8b': PushInteger(BinaryPrimitives.ReadInt32LittleEndian(Take(4))); break;
            case 'G': stack.Add(BinaryPrimitives.ReadDoubleBigEndian(Take(8))); break;

            case '\x8c': stack.Add(Text(Take(1)[0])); break;
            case 'X': stack.Add(Text(Length4())); break;
            case '\x8d': stack.Add(Text(Length8())); break;
            case 'U': stack.Add(Encoding.Latin1.GetString(Take(Take(1)[0]))); break;
            case 'T': stack.Add(Encoding.Latin1.GetString(Take(Length4()))); break;
            case 'C': stack.Add(Take(Take(1)[0]).ToArray()); break;
            case 'B': stack.Add(Take(Length4()).ToArray()); break;
            case '\x8e' or '\x96': stack.Add(Take(Length8()).ToArray()); break;

            case '(': stack.Add(Mark); break;
            case ')': stack.Add(Array.Empty<object?>()); break;
            case '\x85': stack.Add(PopMany(1)); break;
            case '\x86': stack.Add(PopMany(2)); break;
            case '\x87': stack.Add(PopMany(3)); break;
            case 't': stack.Add(PopToMark()); break;
            case ']' or '\x8f': stack.Add(new List<object?>()); break; // a set is kept as a list
            case 'l' or '\x91': stack.Add(new List<object?>(PopToMark())); break;
            case 'a': Append(PopMany(1)); break;
            case 'e' or '\x90': Append(PopToMark()); break;
            case '}': stack.Add(new CheckpointDictionary()); break;
            case 'd': MakeDictionary(); break;
            case 's': SetItems(PopMany(2)); break;
            case 'u': SetItems(PopToMark()); break;
            case '0': Pop(allowMark: true); break;
            case '1': PopToMark(); break;
            case '2': stack.Add(Top()); break;

            case 'q': memo[Take(1)[0]] = Top(); break;
            case 'r': memo[BinaryPrimitives.ReadUInt32LittleEndian(Take(4))] = Top(); break;
            case '\x94': memo[memo.Count] = Top(); break;
            case 'h': Recall(Take(1)[0]); break;
            case 'j': Recall(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))); break;

            case 'c': stack.Add(RestrictedCalls.Global(Line(), Line())); break;
            case '\x93': StackGlobal(); break;
            case 'R' or '\x81': Reduce(); break;
            case '\x92': ReduceWithKeywords(); break;
            case 'b': Build(); break;
            case 'Q': stack.Add(storages.Resolve(Pop())); break;
            default: throw new PickleFault($"unknown or unsupported opcode 0x{opcode:X2}; only protocols 2 to 5 are read");
        }
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > bytes.Length - position) throw new PickleFault($"{count} bytes wanted, {bytes.Length - position} left");
        ReadOnlySpan<byte> taken = bytes.Slice(position, count);
        position += count;
        return taken;
    }

    private int Length4() => CheckLength(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)));

    private int Length8() => CheckLength(BinaryPrimitives.ReadUInt64LittleEndian(Take(8)));

    private readonly int CheckLength(ulong length) =>
        length <= (ulong)(bytes.Length - position)
            ? (int)length
            : throw new PickleFault($"a value of {length} bytes claimed, {bytes.Length - position} left");

    private string Text(int length) => Utf8.GetString(Take(length));

    private void PushInteger(int length)
    {
        if (length is < 0 or > LongestInteger) throw new PickleFault($"an integer of {length} bytes");
        BigInteger value = new(Take(length));
        bool fits = value >= long.MinValue && value <= long.MaxValue;
        stack.Add(fits ? (object)(long)value : value);
    }

    private string Line()
    {
        int length = bytes[position..].IndexOf((byte)'\n');
        if (length is < 0 or > LongestName) throw new PickleFault("a name without an end");
        string line = Text(length);
        position++;
        return line;
    }

    private void Protocol()
    {
        byte protocol = Take(1)[0];
        if (protocol is < 2 or > 5) throw new PickleFault($"protocol {protocol}; only 2 to 5 are read");
    }

    private readonly object? Top() =>
        stack.Count > 0 && !ReferenceEquals(stack[^1], Mark) ? stack[^1] : throw new PickleFault("its stack is empty");

    private readonly object? Pop(bool allowMark = false)
    {
        object? top = allowMark && stack.Count > 0 ? stack[^1] : Top();
        stack.RemoveAt(stack.Count - 1);
        return top;
    }

    private readonly object?[] PopMany(int count)
    {
        object?[] items = new object?[count];
        for (int i = count - 1; i >= 0; i--) items[i] = Pop();
        return items;
    }

    private readonly object?[] PopToMark()
    {
        int mark = stack.Count - 1;
        while (mark >= 0 && !ReferenceEquals(stack[mark], Mark)) mark--;
        if (mark < 0) throw new PickleFault("a mark is missing");
        object?[] items = stack.GetRange(mark + 1, stack.Count - mark - 1).ToArray();
        stack.RemoveRange(mark, stack.Count - mark);
        return items;
    }

    private readonly void Append(object?[] items)
    {
        switch (Top())
        {
            case List<object?> list: list.AddRange(items); break;
            case OpaqueObject: break; // the items of a foreign container are of no use here
            default: throw new PickleFault("something appended to what is no list");
        }
    }

    private readonly void MakeDictionary()
    {
        object?[] items = PopToMark();
        stack.Add(new CheckpointDictionary());
        SetItems(items);
    }

    private readonly void SetItems(object?[] items)
    {
        object? target = Top();
        if (target is OpaqueObject) return;
        if (target is not CheckpointDictionary dictionary || items.Length % 2 != 0)
            throw new PickleFault("pairs stored into what is no dictionary");
        for (int i = 0; i < items.Length; i += 2) dictionary.Set(items[i], items[i + 1]);
    }

    private readonly void Recall(long index) =>
        stack.Add(memo.TryGetValue(index, out object? value) ? value : throw new PickleFault($"memo {index} was never stored"));

    private readonly void StackGlobal()
    {
        if (PopMany(2) is not [string module, string name]) throw new PickleFault("a global whose name is no text");
        stack.Add(RestrictedCalls.Global(module, name));
    }

    private readonly void Reduce()
    {
        object?[] pair = PopMany(2);
        stack.Add(calls.Call(pair[0], pair[1]));
    }

    private readonly void ReduceWithKeywords()
    {
        object?[] items = PopMany(3);
        stack.Add(calls.Call(items[0], items[1]));
    }

    // Of a dictionary the state is bookkeeping (_metadata of a state dict); of a foreign object it is kept for whoever looks.
    private readonly void Build()
    {
        object? state = Pop();
        if (Top() is OpaqueObject foreign) foreign.State = state;
    }

    private sealed class PickleFault(string message) : Exception(message);
}
