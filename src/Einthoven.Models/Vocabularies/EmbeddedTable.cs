// The tables of this folder: plain CSV among the assembly's resources, without quotes, with lines of # that say where they come from.

namespace Einthoven.Models.Vocabularies;

internal static class EmbeddedTable
{
    /// <summary>The lines of a table behind its header, without remarks.</summary>
    /// <param name="resource">The resource's name.</param>
    public static IEnumerable<string> Rows(string resource)
    {
        using Stream stream = typeof(EmbeddedTable).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The assembly lacks its resource {resource}.");
        using var reader = new StreamReader(stream);
        bool header = true;
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#'))
                continue;
            if (!header)
                yield return line;
            header = false;
        }
    }
}
