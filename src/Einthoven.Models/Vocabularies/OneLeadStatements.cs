// Which statements of PTB-XL one lead can show in principle; one_lead_statements.csv holds them.

namespace Einthoven.Models.Vocabularies;

/// <summary>What can be said from a single lead.</summary>
public static class OneLeadStatements
{
    private const string ResourceName = "Einthoven.Models.Vocabularies.one_lead_statements.csv";

    private static readonly Dictionary<string, string> s_shows =
        EmbeddedTable.Rows(ResourceName).Select(line => line.Split(',', 2)).ToDictionary(fields => fields[0], fields => fields[1], StringComparer.Ordinal);

    /// <summary>SCP codes of the statements, each with what it rests on.</summary>
    public static IReadOnlyDictionary<string, string> All => s_shows;

    /// <summary>
    /// Whether a label may be judged from one lead: a statement of PTB-XL where the table has it, any label that is none of PTB-XL's, since nothing
    /// is known of it.
    /// </summary>
    /// <param name="label">An SCP code such as <c>AFIB</c>, or another name.</param>
    public static bool MayShow(string label) => s_shows.ContainsKey(label) || PtbXlStatements.Find(label) is null;
}
