// Which statements of PTB-XL one lead can show in principle; one_lead_statements.csv holds them.

namespace Einthoven.Models.Vocabularies;

/// <summary>What can be said from a single lead.</summary>
public static class OneLeadStatements
{
    private const string ResourceName = "Einthoven.Models.Vocabularies.one_lead_statements.csv";

    private static readonly Dictionary<string, string> s_shows = Read();

    /// <summary>SCP codes of the statements, each with what it rests on.</summary>
    public static IReadOnlyDictionary<string, string> All => s_shows;

    /// <summary>
    /// Whether a label may be judged from one lead: a statement of PTB-XL where the table has it, any label that is none of PTB-XL's, since nothing
    /// is known of it.
    /// </summary>
    /// <param name="label">An SCP code such as <c>AFIB</c>, or another name.</param>
    public static bool MayShow(string label) => s_shows.ContainsKey(label) || PtbXlStatements.Find(label) is null;

    private static Dictionary<string, string> Read()
    {
        using Stream stream = typeof(OneLeadStatements).Assembly.GetManifestResourceStream(ResourceName)
            ?? throw new InvalidOperationException($"The assembly lacks its resource {ResourceName}.");
        using var reader = new StreamReader(stream);
        var shows = new Dictionary<string, string>(StringComparer.Ordinal);
        bool header = true;
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#'))
                continue;
            int comma = line.IndexOf(',', StringComparison.Ordinal);
            if (!header)
                shows.Add(line[..comma], line[(comma + 1)..]);
            header = false;
        }

        return shows;
    }
}
