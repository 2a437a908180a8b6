// How BERT cuts a text into words before it looks for pieces: clean, part ideographs and punctuation, take off accents, lower-case.
// Source: Devlin et al., "BERT", NAACL 2019, and the behaviour of its published tokenisers.
using System.Globalization;
using System.Text;

namespace Einthoven.Models.Text;

internal static class BertWords
{
    private const int Replacement = 0xFFFD;

    /// <summary>The words of a text, each without white space; punctuation characters and ideographs are words of their own.</summary>
    internal static IEnumerable<string> Split(string text, bool lowerCase)
    {
        StringBuilder word = new();
        foreach (Rune rune in Normalize(text, lowerCase))
        {
            bool alone = IsPunctuation(rune);
            if (word.Length > 0 && (alone || rune.Value == ' '))
            {
                yield return word.ToString();
                word.Clear();
            }

            if (alone) yield return rune.ToString();
            else if (rune.Value != ' ') word.Append(rune.ToString());
        }

        if (word.Length > 0) yield return word.ToString();
    }

    /// <summary>Cleaned characters with every white space a plain space, ideographs between spaces.</summary>
    private static IEnumerable<Rune> Normalize(string text, bool lowerCase)
    {
        StringBuilder clean = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            UnicodeCategory category = Rune.GetUnicodeCategory(rune);
            if (rune.Value is '\t' or '\n' or '\r' || category is UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
                clean.Append(' ');
            else if (rune.Value is 0 or Replacement || IsOther(category))
                continue;
            else if (IsIdeograph(rune.Value))
                clean.Append(' ').Append(rune.ToString()).Append(' ');
            else
                clean.Append(rune.ToString());
        }

        if (!lowerCase) return clean.ToString().EnumerateRunes();
        return clean.ToString().EnumerateRunes()
            .SelectMany(Decomposition.BaseOf)
            .Where(r => Rune.GetUnicodeCategory(r) != UnicodeCategory.NonSpacingMark)
            // Character by character: no rule looks at neighbours.
            .Select(Rune.ToLowerInvariant);
    }

    private static bool IsOther(UnicodeCategory category) =>
        category is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;

    // All of ASCII that is neither letter, digit nor space counts, symbols too; beyond ASCII only punctuation proper.
    private static bool IsPunctuation(Rune rune) =>
        rune.Value is (>= 33 and <= 47) or (>= 58 and <= 64) or (>= 91 and <= 96) or (>= 123 and <= 126)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.ConnectorPunctuation or UnicodeCategory.DashPunctuation or UnicodeCategory.OpenPunctuation
            or UnicodeCategory.ClosePunctuation or UnicodeCategory.InitialQuotePunctuation or UnicodeCategory.FinalQuotePunctuation or UnicodeCategory.OtherPunctuation;

    private static bool IsIdeograph(int c) =>
        c is (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2B73F)
            or (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B820 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);
}
