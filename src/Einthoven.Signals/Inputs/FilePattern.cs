// Shell patterns over paths: * and ? within a name, ** across folders.
using System.IO.Enumeration;

namespace Einthoven.Signals;

static class FilePattern
{
    /// <summary>Existing files and folders that match, in ordinal order. A folder is given only where the last part matches it.</summary>
    public static IReadOnlyList<string> Matches(string pattern)
    {
        bool rooted = pattern.StartsWith('/');
        string[] parts = pattern.Split('/', StringSplitOptions.RemoveEmptyEntries);
        List<string> current = [rooted ? "/" : ""];
        for (int i = 0; i < parts.Length && current.Count > 0; i++)
        {
            bool last = i == parts.Length - 1;
            var next = new List<string>();
            foreach (string folder in current) Step(folder, parts[i], last, next);
            current = next.Distinct(StringComparer.Ordinal).ToList();
        }
        current.Sort(StringComparer.Ordinal);
        return current;
    }

    static void Step(string folder, string part, bool last, List<string> next)
    {
        string root = folder.Length == 0 ? "." : folder;
        if (part.AsSpan().IndexOfAny('*', '?') < 0)
        {
            string path = Path.Combine(folder, part);
            if (Directory.Exists(path) || last && File.Exists(path)) next.Add(path);
            return;
        }
        var options = new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = true, RecurseSubdirectories = part == "**" };
        if (part == "**")
        {
            if (!last) next.Add(folder);
            foreach (string path in Directory.EnumerateFileSystemEntries(root, "*", options))
                if (last ? File.Exists(path) : Directory.Exists(path)) next.Add(Path.Combine(folder, Path.GetRelativePath(root, path)));
            return;
        }
        foreach (string path in Directory.EnumerateFileSystemEntries(root, "*", options))
        {
            string name = Path.GetFileName(path);
            if (name.StartsWith('.') && !part.StartsWith('.')) continue;
            if (!FileSystemName.MatchesSimpleExpression(part, name, ignoreCase: false)) continue;
            if (last || Directory.Exists(path)) next.Add(Path.Combine(folder, name));
        }
    }
}
