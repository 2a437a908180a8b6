// SHA256SUMS of a package, in the layout that `sha256sum -c` reads.

using System.Security.Cryptography;

namespace Einthoven.Models.Packages;

internal static class Checksums
{
    public const string FileName = "SHA256SUMS";

    /// <summary>Writes the sums of every other file of a folder, sorted by name.</summary>
    public static void Write(string folder)
    {
        IEnumerable<string> lines = Directory.GetFiles(folder).Select(path => Path.GetFileName(path)).Where(name => name != FileName)
            .Order(StringComparer.Ordinal).Select(name => $"{Sum(folder, name)}  {name}\n");
        File.WriteAllText(Path.Combine(folder, FileName), string.Concat(lines));
    }

    /// <summary>Names the first file that disagrees, or null.</summary>
    public static string? FindDamage(string folder)
    {
        string list = Path.Combine(folder, FileName);
        if (!File.Exists(list))
            return $"{FileName} is missing";
        var listed = new HashSet<string>();
        foreach (string line in File.ReadLines(list))
        {
            if (line.Split("  ", 2) is not [{ Length: 64 } sum, var name] || name != Path.GetFileName(name))
                return $"{FileName} has the line \"{line}\", which is no checksum";
            listed.Add(name);
            if (!File.Exists(Path.Combine(folder, name)))
                return $"{name} is missing";
            if (!string.Equals(Sum(folder, name), sum, StringComparison.OrdinalIgnoreCase))
                return $"{name} is not the file that {FileName} was made for";
        }

        return listed.Contains(ModelPackage.DescriptionFile) && listed.Contains(ModelPackage.WeightsFile)
            ? null
            : $"{FileName} does not list {ModelPackage.DescriptionFile} and {ModelPackage.WeightsFile}";
    }

    private static string Sum(string folder, string name)
    {
        using FileStream stream = File.OpenRead(Path.Combine(folder, name));
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
