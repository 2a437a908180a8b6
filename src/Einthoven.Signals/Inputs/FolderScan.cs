// Finds the recordings of a folder: headers with their data files as one, formats by content, the rest left aside.
using Einthoven.Signals.Formats;
using Einthoven.Signals.Formats.Wfdb;

namespace Einthoven.Signals;

sealed class FolderScan
{
    public List<EcgInput> Inputs { get; } = [];

    public List<string> Ignored { get; } = [];

    public static FolderScan Of(string folder)
    {
        var scan = new FolderScan();
        // Hidden folders hold version control and caches, never recordings.
        var options = new EnumerationOptions
        {
            RecurseSubdirectories = true,
            AttributesToSkip = FileAttributes.Hidden | FileAttributes.System,
            IgnoreInaccessible = true,
        };
        string[] files = Directory.GetFiles(folder, "*", options);
        Array.Sort(files, StringComparer.Ordinal);

        var headers = files.Where(IsHeader).ToList();
        var parts = new HashSet<string>(StringComparer.Ordinal);
        foreach (string header in headers) parts.UnionWith(PartsOf(header));
        var foldersWithHeaders = headers.Select(Path.GetDirectoryName).ToHashSet();

        foreach (string file in files)
        {
            if (parts.Contains(Path.GetFullPath(file))) continue;
            if (IsDataFile(file))
            {
                // Signals whose header is gone: worth a word among records, just another file elsewhere.
                if (!foldersWithHeaders.Contains(Path.GetDirectoryName(file))) scan.Ignored.Add(file);
                else scan.Inputs.Add(new EcgInput(file, new EcgFormatException(file, "", "no header names this signal file", "copy its .hea file beside it")));
            }
            else if (IsInput(file))
            {
                scan.Inputs.AddRange(InputsOf(file));
            }
            else if (!IsSidecar(file))
            {
                scan.Ignored.Add(file);
            }
        }
        return scan;
    }

    /// <summary>The recordings of a file; the file with what is wrong where they cannot be told.</summary>
    public static IEnumerable<EcgInput> InputsOf(string file)
    {
        try
        {
            return EcgFormats.RecordingsIn(file).Select(path => new EcgInput(path));
        }
        catch (EcgFormatException error)
        {
            return [new EcgInput(file, error)];
        }
    }

    /// <summary>True for a file that is a recording by its content, or claims to be one by an extension that nothing else uses.</summary>
    public static bool IsInput(string path)
    {
        if (IsHeader(path)) return true;
        if (HasExtension(path, ".txt", ".md", ".json", ".log", ".sha256") || Path.GetExtension(path).Length == 0) return false;
        FileHead head;
        try
        {
            head = EcgFormats.ReadHead(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return true; // reading it will say why
        }
        return EcgFormats.All.Any(format => format.IsInputInFolder(head));
    }

    /// <summary>The header that a data file belongs to: of the same name beside it, and naming that file.</summary>
    public static string? HeaderFor(string path) => IsHeader(path) ? null : WfdbPaths.HeaderOf(path) ?? WfdbPaths.HeaderNaming(path);

    // The files (full paths) that a header makes part of its record: signal files, and for several segments their headers.
    static List<string> PartsOf(string headerPath)
    {
        var parts = new List<string>();
        WfdbHeader header;
        try
        {
            header = WfdbHeaderParser.ReadFile(headerPath, headerPath, EcgReadOptions.Default);
        }
        catch (Exception error) when (error is EcgFormatException or IOException or UnauthorizedAccessException)
        {
            // A broken header is reported when it is read; until then the files of its name are its own.
            parts.Add(Path.GetFullPath(Path.ChangeExtension(headerPath, ".dat")));
            parts.Add(Path.GetFullPath(Path.ChangeExtension(headerPath, ".mat")));
            return parts;
        }
        foreach (WfdbSignal signal in header.Signals) parts.Add(Path.GetFullPath(Path.Combine(header.Folder, signal.FileName)));
        foreach (WfdbSegment segment in header.Segments ?? [])
            if (!segment.IsGap) parts.Add(Path.GetFullPath(Path.Combine(header.Folder, segment.Name + ".hea")));
        return parts;
    }

    // The JSON beside a NumPy array belongs to it.
    static bool IsSidecar(string path) => HasExtension(path, ".json") && File.Exists(Path.ChangeExtension(path, ".npy"));

    static bool IsHeader(string path) => HasExtension(path, ".hea");

    static bool IsDataFile(string path) => HasExtension(path, ".dat");

    static bool HasExtension(string path, params ReadOnlySpan<string> extensions)
    {
        ReadOnlySpan<char> own = Path.GetExtension(path.AsSpan());
        foreach (string extension in extensions)
            if (own.Equals(extension, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }
}
