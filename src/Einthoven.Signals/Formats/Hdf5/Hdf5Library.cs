// The HDF5 library (The HDF Group, 1.10 or later), loaded when the first HDF5 file is met: nothing else needs it.
using System.Runtime.InteropServices;

namespace Einthoven.Signals.Formats.Hdf5;

static partial class Hdf5Library
{
    const string Library = "hdf5";

    static readonly string[] s_names =
    [
        "libhdf5_serial.so.103", "libhdf5_serial.so.310", "libhdf5_serial.so", "libhdf5.so.103", "libhdf5.so.200", "libhdf5.so.310", "libhdf5.so",
        "libhdf5.dylib", "hdf5.dll",
    ];

    static readonly Lazy<IntPtr> s_handle = new(Find);

    static Hdf5Library() => NativeLibrary.SetDllImportResolver(
        typeof(Hdf5Library).Assembly, (name, _, _) => name == Library ? s_handle.Value : IntPtr.Zero);

    /// <summary>The library is not built for several threads: whoever calls it holds this.</summary>
    public static Lock Gate { get; } = new();

    /// <summary>What a native double is called; known once the library has begun.</summary>
    public static long NativeDouble { get; private set; }

    /// <summary>What a native signed 64-bit integer is called.</summary>
    public static long NativeInt64 { get; private set; }

    /// <summary>Loads and begins the library; later calls do nothing.</summary>
    /// <exception cref="EcgFormatException">It is not installed.</exception>
    public static void Begin(string path)
    {
        if (NativeDouble != 0) return;
        if (s_handle.Value == IntPtr.Zero)
            throw new EcgFormatException(path, "", "an HDF5 file, and the HDF5 library is not installed", "install it (Debian: apt-get install libhdf5-103-1)");
        if (H5open() < 0) throw new EcgFormatException(path, "", "the HDF5 library does not start", "install it again");
        // Its own error stack goes to standard error: ours says what to do.
        _ = H5Eset_auto2(0, IntPtr.Zero, IntPtr.Zero);
        NativeInt64 = Marshal.ReadInt64(NativeLibrary.GetExport(s_handle.Value, "H5T_NATIVE_INT64_g"));
        NativeDouble = Marshal.ReadInt64(NativeLibrary.GetExport(s_handle.Value, "H5T_NATIVE_DOUBLE_g"));
    }

    static IntPtr Find()
    {
        foreach (string name in s_names)
            if (NativeLibrary.TryLoad(name, out IntPtr handle)) return handle;
        return IntPtr.Zero;
    }

    // Identifiers are 64-bit since 1.10; a negative one, or a negative status, is a failure.
    [LibraryImport(Library)]
    private static partial int H5open();

    [LibraryImport(Library)]
    private static partial int H5Eset_auto2(long stack, IntPtr function, IntPtr data);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial long H5Fopen(string name, uint flags, long access);

    [LibraryImport(Library)]
    public static partial int H5Fclose(long file);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int H5Lexists(long place, string name, long access);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial long H5Dopen2(long place, string name, long access);

    [LibraryImport(Library)]
    public static partial int H5Dclose(long dataset);

    [LibraryImport(Library)]
    public static partial long H5Dget_space(long dataset);

    [LibraryImport(Library)]
    public static partial long H5Dget_type(long dataset);

    [LibraryImport(Library)]
    public static unsafe partial int H5Dread(long dataset, long memoryType, long memorySpace, long fileSpace, long transfer, void* values);

    [LibraryImport(Library)]
    public static partial int H5Tget_class(long type);

    [LibraryImport(Library)]
    public static partial int H5Tclose(long type);

    [LibraryImport(Library)]
    public static partial int H5Sget_simple_extent_ndims(long space);

    [LibraryImport(Library)]
    public static unsafe partial int H5Sget_simple_extent_dims(long space, ulong* lengths, ulong* limits);

    [LibraryImport(Library)]
    public static unsafe partial long H5Screate_simple(int rank, ulong* lengths, ulong* limits);

    [LibraryImport(Library)]
    public static unsafe partial int H5Sselect_hyperslab(long space, int operation, ulong* start, ulong* stride, ulong* count, ulong* block);

    [LibraryImport(Library)]
    public static partial int H5Sclose(long space);
}
