// The registry of formats: adding one is a folder and a row here.
namespace Einthoven.Signals.Formats;

/// <summary>The formats this library reads, in the order in which they are tried.</summary>
public static class EcgFormats
{
    // The strict signatures come first; a table of numbers is what is left.
    static readonly IEcgFormat[] Rows =
    [
        new Wfdb.WfdbFormat(),
        new Matlab.MatFormat(),
        new Npy.NpyFormat(),
        new Hdf5.Hdf5Format(),
        new Table.TableFormat(),
    ];

    /// <summary>Short name and one line of description of every format.</summary>
    public static IReadOnlyList<(string Name, string Description)> List { get; } =
        Array.ConvertAll(Rows, row => (row.Name, row.Description));

    internal static IReadOnlyList<IEcgFormat> All => Rows;

    /// <summary>The format of a file by its content, or null where none is recognised.</summary>
    internal static IEcgFormat? Detect(FileHead head)
    {
        foreach (IEcgFormat format in Rows)
            if (format.Recognises(head)) return format;
        return null;
    }

    internal static EcgRecord Read(string path, EcgReadOptions options, CancellationToken cancellation) =>
        Guard(path, () => Find(path).Read(path, options, cancellation));

    internal static EcgHeader Identify(string path, EcgReadOptions options) =>
        Guard(path, () => Find(path).Identify(path, options));

    /// <summary>The paths of all recordings of a file: itself, or FILE#NAME for each where it holds many.</summary>
    /// <exception cref="EcgFormatException">It could hold many, and cannot be read.</exception>
    internal static IReadOnlyList<string> RecordingsIn(string path) =>
        RecordPath.IsContainer(path) ? Guard(path, () => Find(path).Recordings(path)) : [path];

    internal static FileHead ReadHead(string path)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
        byte[] bytes = new byte[(int)Math.Min(FileHead.Size, stream.Length)];
        int read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return new FileHead(path, bytes.AsMemory(0, read), stream.Length);
    }

    static IEcgFormat Find(string path)
    {
        // A header is what 20,000 imported records begin with: no second look at the file is needed for it.
        if (path.EndsWith(".hea", StringComparison.OrdinalIgnoreCase)) return Rows[0];
        if (Wfdb.WfdbPaths.HeaderOf(path) is not null) return Rows[0];
        if (Directory.Exists(path))
            throw new EcgFormatException(path, "", "is a folder", "name the files in it, or give it to a verb that takes folders");
        string file = RecordPath.Split(path).File;
        if (!File.Exists(file))
            throw new EcgFormatException(path, "", "does not exist", "check the path");
        FileHead head = ReadHead(file);
        if (head.FileLength == 0)
            throw new EcgFormatException(path, "", "the file is empty", "copy it again from its source");
        if (Detect(head) is { } format) return format;
        throw head.HasExtension(".dat")
            ? new EcgFormatException(path, "", "a signal file without its header", "name the header (.hea) that describes it")
            : new EcgFormatException(path, "", "not recognised as an ECG", $"formats read: {string.Join(", ", Rows.Select(row => row.Name))}");
    }

    static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new EcgFormatException(path, "", error.Message, "check that the file exists and may be read", error);
        }
        catch (Exception error) when (error is OverflowException or IndexOutOfRangeException or ArgumentException or InvalidDataException or OutOfMemoryException)
        {
            // The net under readers that should have seen it coming: one bad file must not end a run over thousands.
            throw new EcgFormatException(path, "", $"the file is damaged in a way that the reader did not expect ({error.GetType().Name})", "copy it again from its source", error);
        }
    }
}
