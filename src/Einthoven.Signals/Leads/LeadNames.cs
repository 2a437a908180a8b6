// Names of leads: the many spellings met in files, and the one order in which twelve leads are shown.
using System.Collections.Frozen;

namespace Einthoven.Signals;

/// <summary>Canonical lead names. The aliases are data: <c>Leads/lead-aliases.csv</c>.</summary>
public static class LeadNames
{
    /// <summary>The twelve standard leads in their customary order.</summary>
    public static IReadOnlyList<string> Standard12 { get; } =
        ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"];

    static readonly FrozenDictionary<string, string> Aliases = Load();
    static readonly FrozenDictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> ByKey = Aliases.GetAlternateLookup<ReadOnlySpan<char>>();
    static readonly string[] Prefixes = ["MDC_ECG_LEAD_", "MDC_ECG_", "LEAD_", "LEAD ", "ECG ", "EKG ", "ECG_", "EKG_", "CHANNEL "];

    /// <summary>The canonical name of a lead, or the trimmed name itself where it is not known.</summary>
    /// <remarks>Spaces, a prefix such as <c>Lead</c> or <c>MDC_ECG_LEAD_</c> and a trailing bracket (unit, eponym) do not count, nor does case.</remarks>
    public static string Canonical(string name) => Find(name) ?? name.Trim();

    /// <summary>True for the name of a lead, in any spelling.</summary>
    public static bool IsKnown(string name) => Find(name) is not null;

    static string? Find(string name)
    {
        if (ByKey.TryGetValue(name, out string? known)) return known;
        ReadOnlySpan<char> rest = name.AsSpan().Trim();
        foreach (string prefix in Prefixes)
        {
            if (rest.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) rest = rest[prefix.Length..].TrimStart();
        }
        int bracket = rest.IndexOfAny('(', '[');
        if (bracket > 0) rest = rest[..bracket].TrimEnd();
        Span<char> key = stackalloc char[16];
        int length = 0;
        foreach (char c in rest)
        {
            if (c is ' ' or '_') continue;
            if (length == key.Length) return null;
            key[length++] = Latin(c);
        }
        return ByKey.TryGetValue(key[..length], out known) ? known : null;
    }

    /// <summary>True for one of the twelve standard leads, in canonical spelling.</summary>
    public static bool IsStandard(string canonicalName) => StandardIndex(canonicalName) >= 0;

    /// <summary>Position among the twelve standard leads, or -1.</summary>
    public static int StandardIndex(string canonicalName)
    {
        for (int i = 0; i < Standard12.Count; i++)
            if (Standard12[i] == canonicalName) return i;
        return -1;
    }

    // Look-alikes from other scripts: Cyrillic letters and subscript digits. (The Roman numeral signs are aliases.)
    static char Latin(char c) => c switch
    {
        '\u0406' or '\u0456' => 'I',
        '\u0410' or '\u0430' => 'a',
        >= '\u2080' and <= '\u2089' => (char)('0' + (c - '\u2080')),
        _ => c,
    };

    static FrozenDictionary<string, string> Load()
    {
        using Stream stream = typeof(LeadNames).Assembly.GetManifestResourceStream("lead-aliases.csv")!;
        using var reader = new StreamReader(stream);
        var aliases = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#') continue;
            string[] names = line.Split(',');
            foreach (string alias in names) aliases.Add(alias, names[0]);
        }
        return aliases.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }
}
