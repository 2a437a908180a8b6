// The handle of a libtorch tensor: lifetime, metadata, and the ways in and out for data.
using System.Runtime.InteropServices;
using Einthoven.Torch.Native;

namespace Einthoven.Torch;

/// <summary>
/// A tensor of libtorch. Methods carry PyTorch's names and meanings. Dispose it, or make it inside a <see cref="Scope"/>.
/// A tensor may be read from any thread; it must not be disposed while another thread uses it.
/// </summary>
public sealed unsafe partial class Tensor : IDisposable
{
    private static long s_live;
    private IntPtr _handle;

    /// <summary>Takes over a handle that the bridge gave.</summary>
    internal Tensor(IntPtr handle)
    {
        _handle = handle;
        Interlocked.Increment(ref s_live);
        Scope.Register(this);
    }

    /// <summary>The net under what was neither disposed nor scoped.</summary>
    ~Tensor() => Free();

    /// <summary>Tensors that are alive in this process: the leak counter.</summary>
    public static long LiveCount => Interlocked.Read(ref s_live);

    /// <summary>Whether the tensor has been freed.</summary>
    public bool IsDisposed => _handle == IntPtr.Zero;

    internal IntPtr Handle => _handle != IntPtr.Zero ? _handle : throw new ObjectDisposedException(nameof(Tensor), "The tensor was disposed, or its scope has closed.");

    /// <summary>The sizes, outermost first; empty for a single number.</summary>
    public long[] Shape => Describe(out _);

    /// <summary>Number of dimensions.</summary>
    public int Dim
    {
        get
        {
            Describe(out TensorInfo info);
            return info.Dimensions;
        }
    }

    /// <summary>Number of elements.</summary>
    public long Elements
    {
        get
        {
            Describe(out TensorInfo info);
            return info.Elements;
        }
    }

    /// <summary>Type of the elements.</summary>
    public ScalarType DType
    {
        get
        {
            Describe(out TensorInfo info);
            return (ScalarType)info.DType;
        }
    }

    /// <summary>Where the data lie.</summary>
    public Device Device
    {
        get
        {
            Describe(out TensorInfo info);
            return new Device((DeviceType)info.DeviceType, info.DeviceType == 0 ? -1 : info.DeviceIndex);
        }
    }

    /// <summary>Whether elements lie densely in row-major order.</summary>
    public bool IsContiguous
    {
        get
        {
            Describe(out TensorInfo info);
            return info.Contiguous != 0;
        }
    }

    /// <summary>Size of one dimension; negative counts from the end.</summary>
    public long Size(int dimension)
    {
        long[] shape = Shape;
        return shape[dimension < 0 ? dimension + shape.Length : dimension];
    }

    /// <summary>Shape and strides, in elements.</summary>
    internal (long[] Shape, long[] Strides) Layout()
    {
        long* strides = stackalloc long[Bridge.MaxDimensions];
        long[] shape = Describe(out _, strides);
        return (shape, new ReadOnlySpan<long>(strides, shape.Length).ToArray());
    }

    private long[] Describe(out TensorInfo info, long* strides = null)
    {
        long* sizes = stackalloc long[Bridge.MaxDimensions];
        TensorInfo found;
        Bridge.Check(Bridge.et_tensor_info(Handle, &found, sizes, strides, Bridge.MaxDimensions));
        GC.KeepAlive(this);
        info = found;
        return new ReadOnlySpan<long>(sizes, found.Dimensions).ToArray();
    }

    /// <summary>Copies row-major elements into a new CPU tensor.</summary>
    /// <typeparam name="T">float, double, long, int, short, byte, sbyte, Half or bool.</typeparam>
    /// <exception cref="ArgumentException">The shape does not hold that many elements.</exception>
    public static Tensor From<T>(ReadOnlySpan<T> elements, params ReadOnlySpan<long> shape) where T : unmanaged =>
        FromBytes(MemoryMarshal.AsBytes(elements), ScalarTypes.Of<T>(), shape);

    /// <summary>Copies row-major elements into a new CPU tensor.</summary>
    public static Tensor From<T>(T[] elements, params ReadOnlySpan<long> shape) where T : unmanaged => From((ReadOnlySpan<T>)elements, shape);

    /// <summary>Copies raw row-major, little-endian elements of a given type into a new CPU tensor.</summary>
    /// <exception cref="ArgumentException">The shape does not hold that many elements.</exception>
    public static Tensor FromBytes(ReadOnlySpan<byte> bytes, ScalarType type, params ReadOnlySpan<long> shape)
    {
        long expected = type.SizeInBytes();
        foreach (long size in shape) expected *= size;
        if (expected != bytes.Length)
            throw new ArgumentException($"{bytes.Length} bytes do not fill a {type} tensor of shape [{string.Join(", ", shape.ToArray())}], which takes {expected}.");
        Tensor result = Empty(shape, type);
        if (bytes.Length > 0) bytes.CopyTo(new Span<byte>((void*)result.Data(out _), bytes.Length));
        return result;
    }

    /// <summary>A one-element tensor without dimensions.</summary>
    public static Tensor Scalar(float value) => From([value]);

    /// <summary>The elements in row-major order, converted to <typeparamref name="T"/> where the type differs.</summary>
    public T[] ToArray<T>() where T : unmanaged
    {
        var array = new T[Elements];
        CopyTo<T>(array);
        return array;
    }

    /// <summary>Copies the elements in row-major order, converted to <typeparamref name="T"/> where the type differs.</summary>
    /// <exception cref="ArgumentException">The destination is shorter than the tensor.</exception>
    public void CopyTo<T>(Span<T> destination) where T : unmanaged
    {
        using var scope = new Scope();
        using var noGrad = GradMode.Off();
        Tensor dense = Detach().To(Device.Cpu).To(ScalarTypes.Of<T>()).Contiguous();
        new ReadOnlySpan<T>((void*)dense.Data(out long elements), checked((int)elements)).CopyTo(destination);
    }

    /// <summary>The raw row-major bytes.</summary>
    public byte[] ToBytes()
    {
        using var scope = new Scope();
        using var noGrad = GradMode.Off();
        Tensor dense = Detach().To(Device.Cpu).Contiguous();
        IntPtr data = dense.Data(out long elements);
        return new ReadOnlySpan<byte>((void*)data, checked((int)(elements * DType.SizeInBytes()))).ToArray();
    }

    /// <summary>The only element, as a double.</summary>
    public double Item() => Ops.Item.CallNumber(this);

    /// <summary>Direct access to the elements of a contiguous CPU tensor, for code that fills one in place.</summary>
    /// <exception cref="InvalidOperationException">Not contiguous, not in main memory, or of another type.</exception>
    public Span<T> AsSpan<T>() where T : unmanaged
    {
        if (!IsContiguous || DType != ScalarTypes.Of<T>())
            throw new InvalidOperationException($"A span needs a contiguous CPU tensor of {ScalarTypes.Of<T>()}; this is {this}.");
        IntPtr data = Data(out long elements);
        return new Span<T>((void*)data, checked((int)elements));
    }

    private IntPtr Data(out long elements)
    {
        Describe(out TensorInfo info);
        elements = info.Elements;
        return info.Data;
    }

    /// <summary>Frees the tensor now. Its memory goes when nothing else (views, the graph) refers to it.</summary>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        IntPtr handle = Interlocked.Exchange(ref _handle, IntPtr.Zero);
        if (handle == IntPtr.Zero) return;
        Bridge.et_free_tensor(handle);
        Interlocked.Decrement(ref s_live);
    }

    /// <summary>Type, shape and device, for messages.</summary>
    public override string ToString() => IsDisposed ? "disposed tensor" : $"{DType} [{string.Join(", ", Shape)}] on {Device}";
}
