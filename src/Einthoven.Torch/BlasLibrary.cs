// Which BLAS libtorch's matrix products run on, asked of the library itself (OpenBLAS answers, the reference BLAS cannot).

using System.Runtime.InteropServices;

namespace Einthoven.Torch;

/// <summary>The BLAS that is installed as <c>libblas.so.3</c>.</summary>
/// <param name="Description">Its own words: version, processor kernels, threading; for the reference BLAS a name only.</param>
/// <param name="IsOptimized">Whether it is OpenBLAS; the reference BLAS is some forty times slower.</param>
/// <param name="UsesOpenMP">Whether it shares libtorch's OpenMP threads; otherwise the two compete for the cores.</param>
public sealed unsafe record BlasLibrary(string Description, bool IsOptimized, bool UsesOpenMP)
{
    private const int OpenMP = 2;

    /// <summary>Asks the installed library; <see langword="null"/> where there is none of that name, as with a libtorch that brings its own.</summary>
    public static BlasLibrary? Find()
    {
        if (!NativeLibrary.TryLoad("libblas.so.3", out IntPtr library))
            return null;
        if (!NativeLibrary.TryGetExport(library, "openblas_get_config", out IntPtr config)
            || !NativeLibrary.TryGetExport(library, "openblas_get_parallel", out IntPtr parallel))
        {
            return new BlasLibrary("reference BLAS", IsOptimized: false, UsesOpenMP: false);
        }

        string description = Marshal.PtrToStringUTF8((IntPtr)((delegate* unmanaged<byte*>)config)()) ?? "OpenBLAS";
        return new BlasLibrary(description.Trim(), IsOptimized: true, ((delegate* unmanaged<int>)parallel)() == OpenMP);
    }
}
