// Takes letters and accents apart (Unicode's canonical decomposition). The runtime's own does nothing where it runs without culture data,
// as this program does, and differs between versions of that data; tokens must not.
using System.Globalization;
using System.Text;

namespace Einthoven.Models.Text;

internal static class Decomposition
{
    private const string ResourceName = "Einthoven.Models.Text.decompositions.csv";
    // Hangul syllables: the Unicode Standard, section 3.12.
    private const int FirstSyllable = 0xAC00, LastSyllable = 0xD7A3, FirstLead = 0x1100, FirstVowel = 0x1161, BeforeTail = 0x11A7, Vowels = 21, Tails = 28;
    private static readonly Dictionary<int, Rune[]> s_parts = Read();

    /// <summary>What a character comes apart into, its nonspacing marks left out; itself where it does not come apart.</summary>
    internal static IEnumerable<Rune> BaseOf(Rune rune)
    {
        if (rune.IsAscii) return [rune];
        if (rune.Value is >= FirstSyllable and <= LastSyllable) return Syllable(rune.Value - FirstSyllable);
        return s_parts.TryGetValue(rune.Value, out Rune[]? parts) ? parts : [rune];
    }

    private static IEnumerable<Rune> Syllable(int index)
    {
        int tail = index % Tails;
        Rune lead = new(FirstLead + (index / (Vowels * Tails))), vowel = new(FirstVowel + (index / Tails % Vowels));
        return tail == 0 ? [lead, vowel] : [lead, vowel, new Rune(BeforeTail + tail)];
    }

    private static Dictionary<int, Rune[]> Read()
    {
        using Stream stream = typeof(Decomposition).Assembly.GetManifestResourceStream(ResourceName)
            ?? throw new InvalidOperationException($"The assembly lacks its resource {ResourceName}.");
        using StreamReader reader = new(stream);
        Dictionary<int, Rune[]> parts = [];
        bool header = true;
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#')) continue;
            int comma = line.IndexOf(',', StringComparison.Ordinal);
            if (!header) parts.Add(Hex(line[..comma]), [.. line[(comma + 1)..].Split(' ').Select(p => new Rune(Hex(p)))]);
            header = false;
        }

        return parts;

        static int Hex(string text) => int.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }
}
