// What the comments of a WFDB header say: "Key: value" lines in the spellings of PhysioNet databases.
namespace Einthoven.Signals.Formats.Wfdb;

static class WfdbMetadata
{
    public static Dictionary<string, string> Read(WfdbHeader header)
    {
        var metadata = new Dictionary<string, string>();
        foreach (string comment in header.Comments)
        {
            if (comment.StartsWith('<')) AddBracketed(metadata, comment);
            else AddKeyValue(metadata, comment);
        }
        if (header.BaseTime is not null) metadata.TryAdd("base_time", header.BaseTime);
        if (header.BaseDate is not null) metadata.TryAdd("base_date", header.BaseDate);
        if (header.Comments.Count > 0) metadata.TryAdd("comments", string.Join('\n', header.Comments));
        return metadata;
    }

    // Age: 74
    static void AddKeyValue(Dictionary<string, string> metadata, string comment)
    {
        int colon = comment.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0) return;
        ReadOnlySpan<char> key = comment.AsSpan(0, colon).Trim();
        if (!IsKey(key)) return;
        Add(metadata, key, comment.AsSpan(colon + 1));
    }

    // <age>: 25  <sex>: M  <diagnoses>: (none)
    static void AddBracketed(Dictionary<string, string> metadata, string comment)
    {
        foreach (string part in comment.Split('<', StringSplitOptions.RemoveEmptyEntries))
        {
            int end = part.IndexOf(">:", StringComparison.Ordinal);
            if (end > 0) Add(metadata, part.AsSpan(0, end), part.AsSpan(end + 2));
        }
    }

    static void Add(Dictionary<string, string> metadata, ReadOnlySpan<char> key, ReadOnlySpan<char> value)
    {
        value = value.Trim();
        // Writers put NaN where they knew nothing.
        if (value.IsEmpty || value.Equals("nan", StringComparison.OrdinalIgnoreCase)) return;
        metadata.TryAdd(key.ToString().ToLowerInvariant(), value.ToString());
    }

    // A key is a few words; a sentence that happens to hold a colon is none.
    static bool IsKey(ReadOnlySpan<char> key)
    {
        int words = 1;
        foreach (char c in key)
        {
            if (c == ' ') words++;
            else if (!char.IsLetterOrDigit(c) && c is not ('_' or '-' or '(' or ')' or '.')) return false;
        }
        return words <= 6 && key.Length <= 48 && char.IsLetter(key[0]);
    }
}
