// Finds the reference data beside the checkout; tests that need it skip with a plain word where it is missing.
namespace Einthoven.Signals.Tests;

static class SharedData
{
    /// <summary>The folder, or null. EINTHOVEN_SHARED overrides its place.</summary>
    public static string? Folder { get; } = Find();

    /// <summary>A path inside it; skips the running test where the folder or the path is missing.</summary>
    public static string Require(params string[] parts)
    {
        if (Folder is null) Assert.Skip("the reference data (../shared) is not here");
        string path = Path.Combine([Folder!, .. parts]);
        if (!File.Exists(path) && !Directory.Exists(path)) Assert.Skip($"the reference data lacks {string.Join('/', parts)}");
        return path;
    }

    static string? Find()
    {
        if (Environment.GetEnvironmentVariable("EINTHOVEN_SHARED") is { Length: > 0 } named) return Directory.Exists(named) ? named : null;
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (!File.Exists(Path.Combine(at.FullName, "Einthoven.slnx"))) continue;
            string beside = Path.GetFullPath(Path.Combine(at.FullName, "..", "shared"));
            return Directory.Exists(beside) ? beside : null;
        }
        return null;
    }
}
