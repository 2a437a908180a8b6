// Which header belongs to a path, and which file a header may name: nothing outside its own folder.
namespace Einthoven.Signals.Formats.Wfdb;

static class WfdbPaths
{
    /// <summary>The header of a path that is no header itself: record name without extension, or the data file of a header of the same name.</summary>
    public static string? HeaderOf(string path)
    {
        if (path.EndsWith(".hea", StringComparison.OrdinalIgnoreCase)) return null;
        if (path.EndsWith(".dat", StringComparison.OrdinalIgnoreCase))
        {
            string beside = Path.ChangeExtension(path, ".hea");
            return File.Exists(beside) ? beside : null;
        }
        return !File.Exists(path) && File.Exists(path + ".hea") ? path + ".hea" : null;
    }

    /// <summary>The header of the same name beside a data file, if it names that file.</summary>
    public static string? HeaderNaming(string path)
    {
        string beside = Path.ChangeExtension(path, ".hea");
        if (beside == path || !File.Exists(beside)) return null;
        try
        {
            WfdbHeader header = WfdbHeaderParser.ReadFile(beside, beside, EcgReadOptions.Default);
            string name = Path.GetFileName(path);
            return header.Signals.Any(signal => signal.FileName == name) ? beside : null;
        }
        catch (EcgFormatException)
        {
            // A broken header is no help; whoever reads it is told why.
            return null;
        }
    }

    /// <summary>The full path of a file named in a header, refused where it leaves the record's folder.</summary>
    public static string Resolve(string headerPath, string folder, string name, string place)
    {
        if (!StaysInside(name))
            throw new EcgFormatException(headerPath, place, $"the file name \"{name}\" leaves the record's folder",
                "such a header is not followed; put the signal file beside the header and name it there");
        string path = Path.Combine(folder, name);
        // A link may lead out of the folder as well; only what is named with a folder part has more than one place to look.
        string current = folder;
        foreach (string part in name.Split('/'))
        {
            current = Path.Combine(current, part);
            if (new FileInfo(current).ResolveLinkTarget(returnFinalTarget: true) is not { } target) continue;
            string root = Path.GetFullPath(folder.Length == 0 ? "." : folder) + Path.DirectorySeparatorChar;
            if (!Path.GetFullPath(target.FullName).StartsWith(root, StringComparison.Ordinal))
                throw new EcgFormatException(headerPath, place, $"\"{name}\" is a link that leads out of the record's folder",
                    "copy the file itself beside the header");
        }
        return path;
    }

    static bool StaysInside(string name)
    {
        if (name.Length == 0 || name.Contains('\\', StringComparison.Ordinal) || name.Contains(':', StringComparison.Ordinal)
            || name.Contains('\0', StringComparison.Ordinal) || Path.IsPathRooted(name)) return false;
        foreach (string part in name.Split('/'))
            if (part is "" or "." or "..") return false;
        return true;
    }
}
