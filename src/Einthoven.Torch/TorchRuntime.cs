// What is known and set of libtorch as a whole: version, threads, devices.
using System.Runtime.InteropServices;
using Einthoven.Torch.Native;

namespace Einthoven.Torch;

/// <summary>
/// The loaded libtorch. The first use of this class, or of any tensor, loads it (0.2 to 0.9 s).
/// libtorch wants one dedicated compute thread: grad mode, inference mode and the thread pool belong to the thread that uses them.
/// </summary>
public static unsafe class TorchRuntime
{
    /// <summary>libtorch's version, for instance 1.13.0.</summary>
    public static string Version => Marshal.PtrToStringUTF8((IntPtr)Bridge.et_torch_version())!;

    /// <summary>The bridge library in use.</summary>
    public static string BridgePath
    {
        get
        {
            _ = Bridge.et_abi_version();
            return BridgeLoader.LoadedFrom!;
        }
    }

    /// <summary>How libtorch was built and what it found: BLAS, oneDNN, OpenMP.</summary>
    public static string BuildDescription => Marshal.PtrToStringUTF8((IntPtr)Bridge.et_build_description())!;

    /// <summary>Threads of one operator, 1 or more. Setting it applies to the calling thread.</summary>
    public static int Threads
    {
        get => Bridge.et_get_threads();
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            Bridge.Check(Bridge.et_set_threads(value));
        }
    }

    /// <summary>CUDA devices in reach; 0 in a build without CUDA.</summary>
    public static int CudaDevices => Bridge.et_cuda_devices();
}
