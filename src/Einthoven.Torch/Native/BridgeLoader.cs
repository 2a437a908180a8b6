// Finds and loads the bridge once: environment first, stand-ins next, then the library, then the version handshake.
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Einthoven.Torch.Native;

internal static partial class BridgeLoader
{
    /// <summary>Where the bridge was loaded from; null before.</summary>
    internal static string? LoadedFrom { get; private set; }

    internal static void Load()
    {
        string path = Find() ?? throw new TorchException(
            "The libtorch bridge (libeinthoven_torch.so) was not found. Run ./einthoven doctor, which builds it, or native/build.sh; "
            + "EINTHOVEN_BRIDGE=FILE names one elsewhere.");

        // libtorch reads its environment when it is loaded, and sees only the native one: .NET's own copy is not enough.
        SetDefault("OMP_NUM_THREADS", Environment.GetEnvironmentVariable("EINTHOVEN_THREADS") ?? Environment.ProcessorCount.ToString());
        if (Avx512F.IsSupported && Avx512BW.IsSupported && Avx512DQ.IsSupported && Avx512F.VL.IsSupported)
            SetDefault("ATEN_CPU_CAPABILITY", "avx512");

        if (Environment.GetEnvironmentVariable("EINTHOVEN_STANDINS") != "0") LoadStandIns(Path.Combine(Path.GetDirectoryName(path)!, "standins"));

        IntPtr library;
        try
        {
            library = NativeLibrary.Load(path);
        }
        catch (DllNotFoundException e)
        {
            throw new TorchException($"{path} could not be loaded: {e.Message}. Is libtorch installed (Debian: libtorch-dev), or LIBTORCH set?", e);
        }
        NativeLibrary.SetDllImportResolver(typeof(BridgeLoader).Assembly, (name, _, _) => name switch
        {
            Bridge.Library => library,
            DistributedBridge.Library => NativeLibrary.Load(Path.Combine(Path.GetDirectoryName(path)!, "libeinthoven_distributed.so")),
            _ => IntPtr.Zero,
        });
        LoadedFrom = path;

        int version = Bridge.et_abi_version();
        if (version != Bridge.AbiVersion)
            throw new TorchException($"{path} has interface version {version}, this build needs {Bridge.AbiVersion}: rebuild it with native/build.sh.");
        Bridge.Check(Bridge.et_initialize(0));
    }

    private static string? Find()
    {
        const string File = "libeinthoven_torch.so";
        if (Environment.GetEnvironmentVariable("EINTHOVEN_BRIDGE") is { Length: > 0 } named) return named;
        string beside = Path.Combine(AppContext.BaseDirectory, File);
        if (System.IO.File.Exists(beside)) return beside;
        // A checkout keeps it in native/build, above any bin or build folder.
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, "native", "build", File);
            if (System.IO.File.Exists(candidate)) return candidate;
        }
        return null;
    }

    /// <summary>Empty libraries that carry the names of dependencies libtorch takes nothing from; see native/build.sh.</summary>
    private static void LoadStandIns(string folder)
    {
        if (!Directory.Exists(folder)) return;
        foreach (string file in Directory.EnumerateFiles(folder)) NativeLibrary.TryLoad(file, out _);
    }

    private static void SetDefault(string name, string value)
    {
        if (Environment.GetEnvironmentVariable(name) is null) _ = setenv(name, value, 1);
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);
}
