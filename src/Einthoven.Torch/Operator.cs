// One libtorch operator, found once by name and overload and then called with tagged arguments.
using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using Einthoven.Torch.Native;

namespace Einthoven.Torch;

/// <summary>
/// An operator of libtorch's dispatcher, for instance <c>new Operator("aten::add", "Tensor")</c>. Looked up at the first call and kept.
/// Arguments are given in the schema's order; trailing ones left out, and <see cref="Argument.Default"/>, take the schema's default.
/// </summary>
public sealed unsafe class Operator
{
    private const int MaxResults = 8;
    private const int StackBytes = 1024;

    private readonly string _name;
    private readonly string _overload;
    private IntPtr _handle;

    /// <summary>Names an operator, for instance "aten::add" with overload "Tensor"; many have the empty overload.</summary>
    public Operator(string name, string overload = "")
    {
        _name = name;
        _overload = overload;
    }

    /// <summary>Whether this libtorch has the operator. Versions differ: ask, never compare version numbers.</summary>
    public bool Exists => Find() != IntPtr.Zero;

    /// <summary>The operator's schema as libtorch prints it.</summary>
    public string Schema => Marshal.PtrToStringUTF8((IntPtr)Bridge.et_operator_schema(Handle))!;

    private IntPtr Handle
    {
        get
        {
            IntPtr handle = Find();
            return handle != IntPtr.Zero
                ? handle
                : throw new TorchException($"libtorch {TorchRuntime.Version} has no operator {this}.");
        }
    }

    // Two threads may look it up at once; both find the same operator, and the loser's few bytes are not worth a lock.
    private IntPtr Find() => _handle != IntPtr.Zero ? _handle : _handle = Bridge.et_find_operator(_name, _overload);

    /// <inheritdoc/>
    public override string ToString() => _overload.Length == 0 ? _name : $"{_name}.{_overload}";

    /// <summary>Calls an operator that returns one tensor.</summary>
    public Tensor Call(params ReadOnlySpan<Argument> arguments)
    {
        Value* results = stackalloc Value[MaxResults];
        int produced = Invoke(arguments, results);
        if (produced != 1 || results[0].Tag != Tag.Tensor) throw Unexpected(results, produced, "one tensor");
        return new Tensor(results[0].Pointer);
    }

    /// <summary>Calls an operator that returns something that only operators understand.</summary>
    public OpaqueValue CallOpaque(params ReadOnlySpan<Argument> arguments)
    {
        Value* results = stackalloc Value[MaxResults];
        int produced = Invoke(arguments, results);
        if (produced != 1 || results[0].Tag != Tag.Opaque) throw Unexpected(results, produced, "one opaque value");
        return new OpaqueValue(results[0].Pointer);
    }

    /// <summary>Calls an operator that returns several tensors, or one list of them. An absent tensor is null.</summary>
    public Tensor?[] CallMany(params ReadOnlySpan<Argument> arguments)
    {
        Value* results = stackalloc Value[MaxResults];
        int produced = Invoke(arguments, results);
        if (produced == 1 && results[0].Tag == Tag.TensorList)
        {
            var items = new ReadOnlySpan<IntPtr>((void*)results[0].Pointer, results[0].Count);
            var list = new Tensor?[items.Length];
            for (int k = 0; k < list.Length; k++) list[k] = items[k] == IntPtr.Zero ? null : new Tensor(items[k]);
            Bridge.et_free_array(results[0].Pointer);
            return list;
        }
        for (int k = 0; k < produced; k++)
            if (results[k].Tag is not (Tag.Tensor or Tag.None)) throw Unexpected(results, produced, "tensors");
        var tensors = new Tensor?[produced];
        for (int k = 0; k < produced; k++) tensors[k] = results[k].Tag == Tag.None ? null : new Tensor(results[k].Pointer);
        return tensors;
    }

    /// <summary>Calls an operator that returns one number.</summary>
    public double CallNumber(params ReadOnlySpan<Argument> arguments)
    {
        Value* results = stackalloc Value[MaxResults];
        int produced = Invoke(arguments, results);
        return (produced, results[0].Tag) switch
        {
            (1, Tag.Double) => results[0].Double,
            (1, Tag.Int or Tag.Bool) => results[0].Int,
            _ => throw Unexpected(results, produced, "one number"),
        };
    }

    private TorchException Unexpected(Value* results, int produced, string expected)
    {
        var tags = new List<Tag>();
        for (int k = 0; k < produced; k++)
        {
            tags.Add(results[k].Tag);
            if (results[k].Tag == Tag.Tensor) Bridge.et_free_tensor(results[k].Pointer);
            else if (results[k].Tag == Tag.Opaque) Bridge.et_free_opaque(results[k].Pointer);
        }
        return new TorchException($"{this} was called for {expected} and returned [{string.Join(", ", tags)}].");
    }

    private int Invoke(ReadOnlySpan<Argument> arguments, Value* results)
    {
        IntPtr handle = Handle;
        int bytes = 0;
        foreach (ref readonly Argument a in arguments) bytes += a.ScratchBytes;
        byte[]? rented = bytes > StackBytes ? ArrayPool<byte>.Shared.Rent(bytes) : null;
        byte* local = stackalloc byte[bytes > StackBytes || bytes == 0 ? 1 : bytes];
        Value* values = stackalloc Value[arguments.Length == 0 ? 1 : arguments.Length];
        int produced;
        fixed (byte* pool = rented)
        {
            byte* scratch = rented is null ? local : pool;
            for (int k = 0; k < arguments.Length; k++) arguments[k].Write(ref values[k], ref scratch);
            int status = Bridge.et_call(handle, values, arguments.Length, results, MaxResults, &produced);
            // The handles travelled as bare pointers: their owners must outlive the call.
            foreach (ref readonly Argument a in arguments) GC.KeepAlive(a.Reference);
            if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
            if (status != 0) Bridge.Throw(ToString());
        }
        return produced;
    }
}

/// <summary>An argument of an operator call. Numbers, booleans, strings, tensors, lists and devices convert by themselves.</summary>
public readonly struct Argument
{
    private readonly Tag _tag;
    private readonly double _double;
    private readonly long _int;

    internal object? Reference { get; }

    private Argument(Tag tag, long integer = 0, double number = 0, object? reference = null) =>
        (_tag, _int, _double, Reference) = (tag, integer, number, reference);

    /// <summary>None: an optional argument left empty (not the same as its default).</summary>
    public static Argument None => new(Tag.None);

    /// <summary>The schema's default.</summary>
    public static Argument Default => new(Tag.Default);

    /// <summary>A list of tensors, of which some may be absent.</summary>
    public static Argument List(IReadOnlyList<Tensor?> tensors) => new(Tag.TensorList, reference: tensors);

    /// <summary>A tensor, or None where it is null.</summary>
    public static implicit operator Argument(Tensor? t) => t is null ? None : new(Tag.Tensor, reference: t);
    /// <summary>An integer.</summary>
    public static implicit operator Argument(long value) => new(Tag.Int, value);
    /// <summary>An integer.</summary>
    public static implicit operator Argument(int value) => new(Tag.Int, value);
    /// <summary>A floating-point number.</summary>
    public static implicit operator Argument(double value) => new(Tag.Double, number: value);
    /// <summary>A boolean.</summary>
    public static implicit operator Argument(bool value) => new(Tag.Bool, value ? 1 : 0);
    /// <summary>A list of integers.</summary>
    public static implicit operator Argument(long[] values) => new(Tag.IntList, reference: values);
    /// <summary>A list of numbers.</summary>
    public static implicit operator Argument(double[] values) => new(Tag.DoubleList, reference: values);
    /// <summary>A list of booleans.</summary>
    public static implicit operator Argument(bool[] values) => new(Tag.BoolList, reference: values);
    /// <summary>A list of tensors.</summary>
    public static implicit operator Argument(Tensor[] tensors) => new(Tag.TensorList, reference: tensors);
    /// <summary>A string.</summary>
    public static implicit operator Argument(string text) => new(Tag.String, reference: text);
    /// <summary>A type of number.</summary>
    public static implicit operator Argument(ScalarType type) => new(Tag.Int, (int)type);
    /// <summary>What another operator returned.</summary>
    public static implicit operator Argument(OpaqueValue value) => new(Tag.Opaque, reference: value);
    /// <summary>A device.</summary>
    public static implicit operator Argument(Device device) => new(Tag.Device, (int)device.Type, device.Index);

    /// <summary>Bytes of native memory that <see cref="Write"/> takes, a multiple of 8.</summary>
    internal int ScratchBytes => _tag switch
    {
        Tag.IntList => ((long[])Reference!).Length * 8,
        Tag.DoubleList => ((double[])Reference!).Length * 8,
        Tag.BoolList => ((bool[])Reference!).Length * 8,
        Tag.TensorList => ((IReadOnlyList<Tensor?>)Reference!).Count * 8,
        Tag.String => (Encoding.UTF8.GetByteCount((string)Reference!) + 7) & ~7,
        _ => 0,
    };

    internal unsafe void Write(ref Value value, ref byte* scratch)
    {
        value.Tag = _tag;
        value.Count = 0;
        switch (_tag)
        {
            case Tag.Tensor:
                value.Pointer = ((Tensor)Reference!).Handle;
                return;
            case Tag.Opaque:
                value.Pointer = ((OpaqueValue)Reference!).Handle;
                return;
            case Tag.Int or Tag.Bool:
                value.Int = _int;
                return;
            case Tag.Double:
                value.Double = _double;
                return;
            case Tag.Device:
                value.Int = _int;
                value.Count = (int)_double;
                return;
            case Tag.None or Tag.Default:
                value.Int = 0;
                return;
        }
        value.Pointer = (IntPtr)scratch;
        var words = (long*)scratch;
        switch (Reference)
        {
            case long[] a:
                a.AsSpan().CopyTo(new Span<long>(scratch, a.Length));
                value.Count = a.Length;
                break;
            case double[] a:
                a.AsSpan().CopyTo(new Span<double>(scratch, a.Length));
                value.Count = a.Length;
                break;
            case bool[] a:
                for (int k = 0; k < a.Length; k++) words[k] = a[k] ? 1 : 0;
                value.Count = a.Length;
                break;
            case IReadOnlyList<Tensor?> a:
                for (int k = 0; k < a.Count; k++) words[k] = a[k] is { } t ? t.Handle : 0;
                value.Count = a.Count;
                break;
            case string s:
                value.Count = Encoding.UTF8.GetBytes(s, new Span<byte>(scratch, ScratchBytes));
                break;
        }
        scratch += ScratchBytes;
    }
}
