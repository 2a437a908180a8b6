// The path of a recording inside a file of many: FILE#NAME.
namespace Einthoven.Signals.Formats;

static class RecordPath
{
    /// <summary>Extensions of files that can hold many recordings; elsewhere # is a letter of a file's name.</summary>
    public static IReadOnlyList<string> Containers { get; } = [".hdf5", ".h5"];

    /// <summary>True for a file that can hold many recordings, by its extension.</summary>
    public static bool IsContainer(string path) => Containers.Any(extension => path.EndsWith(extension, StringComparison.OrdinalIgnoreCase));

    public static string Within(string file, string name) => $"{file}#{name}";

    /// <summary>The file, and the recording's name within it; null where the path names the file itself.</summary>
    public static (string File, string? Name) Split(string path)
    {
        int mark = path.LastIndexOf('#');
        return mark > 0 && IsContainer(path[..mark]) ? (path[..mark], path[(mark + 1)..]) : (path, null);
    }

    /// <summary>What a recording is called: its name within its file, else the file's name without extension.</summary>
    public static string Id(string path) => Split(path).Name ?? Path.GetFileNameWithoutExtension(path);
}
