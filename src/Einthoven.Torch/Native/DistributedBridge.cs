// The C functions of native/distributed.cpp; loaded at the first process group.
using System.Runtime.InteropServices;

namespace Einthoven.Torch.Native;

internal static unsafe partial class DistributedBridge
{
    internal const string Library = "einthoven_distributed";

    internal static void Check(int status)
    {
        if (status != 0) throw new TorchException(Marshal.PtrToStringUTF8((IntPtr)et_distributed_last_error()) ?? "unknown error");
    }

    [LibraryImport(Library)] internal static partial int et_distributed_abi_version();
    [LibraryImport(Library)] internal static partial byte* et_distributed_last_error();
    [LibraryImport(Library)] internal static partial int et_distributed_has_nccl();
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int et_group_create(
        int rank, int size, string address, int port, int timeoutSeconds, int cuda, string? networkInterface, IntPtr* group);
    [LibraryImport(Library)] internal static partial int et_group_sum(IntPtr group, IntPtr tensor);
    [LibraryImport(Library)] internal static partial int et_group_broadcast(IntPtr group, IntPtr tensor, int root);
    [LibraryImport(Library)] internal static partial int et_group_barrier(IntPtr group);
    [LibraryImport(Library)] internal static partial void et_group_free(IntPtr group);
}
