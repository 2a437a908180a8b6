// Finds the golden tree and lists its sets: one folder a subject, each described by its cases.json.
using System.Text.Json;

namespace Einthoven.Golden;

/// <summary>A folder of golden sets.</summary>
internal sealed class GoldenTree
{
    /// <summary>Environment variable that names another tree of the same layout.</summary>
    public const string Variable = "EINTHOVEN_GOLDEN";

    private GoldenTree(string root) =>
        Sets = [.. Directory.GetDirectories(root)
            .Where(d => File.Exists(Path.Combine(d, "cases.json")))
            .OrderBy(d => d, StringComparer.Ordinal)
            .Select(d => new GoldenSet(d))];

    /// <summary>What to say where there is no tree.</summary>
    public static string Missing => $"no golden tree: set {Variable} to a folder of golden sets, or lay one out as ../shared/golden beside the checkout";

    public IReadOnlyList<GoldenSet> Sets { get; }

    /// <summary>The tree named by the environment, else the one beside the checkout; null where there is none.</summary>
    public static GoldenTree? Find()
    {
        string? root = Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(root)) root = BesideCheckout();
        return root != null && Directory.Exists(root) ? new(root) : null;
    }

    private static string? BesideCheckout()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at != null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "Einthoven.slnx"))) return Path.GetFullPath(Path.Combine(at.FullName, "..", "shared", "golden"));
        return null;
    }
}

/// <summary>One folder of the tree with its cases, in the order of cases.json.</summary>
internal sealed class GoldenSet
{
    public GoldenSet(string folder)
    {
        Folder = folder;
        Name = Path.GetFileName(folder);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "cases.json")));
        Cases = [.. document.RootElement.GetProperty("cases").EnumerateArray().Select(c => new GoldenCase(this, c.Clone()))];
    }

    public string Name { get; }

    public string Folder { get; }

    public IReadOnlyList<GoldenCase> Cases { get; }
}
