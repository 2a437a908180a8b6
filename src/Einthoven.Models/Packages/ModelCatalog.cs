// Finds models by name: in EINTHOVEN_MODELS, then in the models/ folders above the program.

namespace Einthoven.Models.Packages;

/// <summary>A model found by <see cref="ModelCatalog"/>.</summary>
/// <param name="Name">Its folder's or zip's name, without extension.</param>
/// <param name="Path">The folder or zip.</param>
public sealed record CatalogEntry(string Name, string Path);

/// <summary>The models at hand.</summary>
public static class ModelCatalog
{
    /// <summary>The model used where none is named.</summary>
    public const string DefaultModel = "einthoven-mini";

    /// <summary>The generator used where none is named.</summary>
    public const string DefaultGenerator = "einthoven-dream";

    /// <summary>What stands in for it where a recording has too few leads, and is used for a single lead of one's choice.</summary>
    public const string OneLeadModel = "einthoven-one-lead";

    /// <summary>Folders that are searched, in order: those of <c>EINTHOVEN_MODELS</c> (separated like PATH), then every <c>models</c> folder beside
    /// the program or above it.</summary>
    public static IReadOnlyList<string> Folders()
    {
        var folders = new List<string>();
        folders.AddRange((Environment.GetEnvironmentVariable("EINTHOVEN_MODELS") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            folders.Add(Path.Combine(folder.FullName, "models"));
        return [.. folders.Where(Directory.Exists)];
    }

    /// <summary>The models of all folders, sorted by name; of two with one name the one found first.</summary>
    public static IReadOnlyList<CatalogEntry> List()
    {
        IEnumerable<CatalogEntry> found = Folders().SelectMany(folder =>
            Directory.GetDirectories(folder).Where(path => File.Exists(Path.Combine(path, ModelPackage.DescriptionFile)))
                .Select(path => new CatalogEntry(Path.GetFileName(path), path))
                .Concat(Directory.GetFiles(folder, "*.zip").Select(path => new CatalogEntry(Path.GetFileNameWithoutExtension(path), path))));
        return [.. found.DistinctBy(entry => entry.Name).OrderBy(entry => entry.Name, StringComparer.Ordinal)];
    }

    /// <summary>Opens a model by name, or by the path of its folder or zip.</summary>
    /// <exception cref="ModelPackageException">There is no such model, or it is damaged. The message lists those there are.</exception>
    public static ModelPackage Open(string nameOrPath)
    {
        IReadOnlyList<CatalogEntry> entries = List();
        if (entries.FirstOrDefault(entry => entry.Name == nameOrPath) is { } found)
            return ModelPackage.Open(found.Path);
        if (Path.Exists(nameOrPath))
            return ModelPackage.Open(nameOrPath);
        string nearest = entries.Select(entry => entry.Name).MinBy(name => Distance(name, nameOrPath)) is { } name && Distance(name, nameOrPath) <= 3
            ? $" Did you mean {name}?"
            : "";
        string known = entries.Count == 0 ? "There are no models here" : "There are: " + string.Join(", ", entries.Select(entry => entry.Name));
        throw new ModelPackageException(
            $"{nameOrPath}: no model has that name, and no folder or zip lies there.{nearest} {known}. Give a path, or set EINTHOVEN_MODELS to a folder of models.");
    }

    /// <summary>Levenshtein's distance: insertions, deletions and replacements of one character.</summary>
    internal static int Distance(string left, string right)
    {
        int[] row = [.. Enumerable.Range(0, right.Length + 1)];
        for (int i = 1; i <= left.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                int above = row[j];
                row[j] = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (left[i - 1] == right[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[^1];
    }
}
