// The bridge's C functions as .NET sees them; native/bridge.h is the other half and has the same version number.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Einthoven.Torch.Native;

internal enum Tag
{
    None = 0, Tensor = 1, Int = 2, Double = 3, Bool = 4, IntList = 5, DoubleList = 6, BoolList = 7,
    TensorList = 8, String = 9, Device = 10, Default = 11, Opaque = 12,
}

/// <summary>A tagged value of 16 bytes; see bridge.h.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal struct Value
{
    [FieldOffset(0)] public Tag Tag;
    [FieldOffset(4)] public int Count;
    [FieldOffset(8)] public long Int;
    [FieldOffset(8)] public double Double;
    [FieldOffset(8)] public IntPtr Pointer;
}

[StructLayout(LayoutKind.Sequential)]
internal struct TensorInfo
{
    public IntPtr Data;
    public long Elements;
    public int Dimensions;
    public int DType;
    public int DeviceType;
    public int DeviceIndex;
    public int Contiguous;
    public int RequiresGrad;
}

internal static unsafe partial class Bridge
{
    internal const string Library = "einthoven_torch";

    /// <summary>Must equal ET_ABI_VERSION of bridge.h.</summary>
    internal const int AbiVersion = 1;

    internal const int MaxDimensions = 16;

    static Bridge() => BridgeLoader.Load();

    /// <summary>Throws with libtorch's own message where a bridge function reported failure.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Check(int status)
    {
        if (status != 0) Throw(null);
    }

    internal static void Throw(string? context)
    {
        string message = Marshal.PtrToStringUTF8((IntPtr)et_last_error()) ?? "unknown error";
        throw new TorchException(context is null ? message : $"{context}: {message}");
    }

    [LibraryImport(Library)] internal static partial int et_abi_version();
    [LibraryImport(Library)] internal static partial byte* et_torch_version();
    [LibraryImport(Library)] internal static partial byte* et_last_error();
    [LibraryImport(Library)] internal static partial int et_initialize(int threads);
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial IntPtr et_find_operator(string name, string overload);
    [LibraryImport(Library)] internal static partial byte* et_operator_schema(IntPtr op);
    [LibraryImport(Library)]
    internal static partial int et_call(IntPtr op, Value* arguments, int count, Value* results, int capacity, int* produced);
    [LibraryImport(Library)] internal static partial void et_free_tensor(IntPtr tensor);
    [LibraryImport(Library)] internal static partial void et_free_array(IntPtr array);
    [LibraryImport(Library)] internal static partial void et_free_opaque(IntPtr value);
    [LibraryImport(Library)]
    internal static partial int et_from_memory(
        void* data, long* sizes, int dimensions, int dtype, delegate* unmanaged<IntPtr, void> deleter, IntPtr context, IntPtr* result);
    [LibraryImport(Library)]
    internal static partial int et_tensor_info(IntPtr tensor, TensorInfo* info, long* sizes, long* strides, int capacity);
    [LibraryImport(Library)] internal static partial int et_set_requires_grad(IntPtr tensor, int on);
    [LibraryImport(Library)] internal static partial int et_set_data(IntPtr tensor, IntPtr data);
    [LibraryImport(Library)] internal static partial int et_get_grad(IntPtr tensor, IntPtr* gradient);
    [LibraryImport(Library)] internal static partial int et_set_grad(IntPtr tensor, IntPtr gradient);
    [LibraryImport(Library)]
    internal static partial int et_backward(IntPtr* roots, IntPtr* gradients, int count, int retainGraph, int createGraph);
    [LibraryImport(Library)]
    internal static partial int et_grad(
        IntPtr* outputs, IntPtr* gradients, int outputCount, IntPtr* inputs, int inputCount, int retainGraph, int createGraph, IntPtr* results);
    [LibraryImport(Library)] internal static partial int et_set_grad_mode(int on);
    [LibraryImport(Library)] internal static partial IntPtr et_enter_inference_mode();
    [LibraryImport(Library)] internal static partial void et_leave_inference_mode(IntPtr guard);
    [LibraryImport(Library)] internal static partial int et_get_threads();
    [LibraryImport(Library)] internal static partial int et_set_threads(int threads);
    [LibraryImport(Library)] internal static partial int et_cuda_devices();
    [LibraryImport(Library)] internal static partial byte* et_build_description();
}
