// WordPiece: a text as ids of pieces, as the text encoder was trained on.
// Source: Devlin et al., "BERT", NAACL 2019; Wu et al., arXiv 1609.08144, §4.1 (longest piece first).
using System.Text;

namespace Einthoven.Models.Text;

/// <summary>How a tokeniser cuts.</summary>
public sealed record WordPieceOptions
{
    /// <summary>Whether words are lower-cased and lose their accents.</summary>
    public bool LowerCase { get; init; } = true;

    /// <summary>Longest word in characters; a longer one is unknown as a whole.</summary>
    public int LongestWord { get; init; } = 100;
}

/// <summary>Cuts texts into pieces. Safe to use from many threads.</summary>
public sealed class WordPieceTokenizer(WordPieceVocabulary vocabulary, WordPieceOptions? options = null)
{
    private const string Continued = "##";
    private readonly WordPieceOptions _options = options ?? new();

    /// <summary>The vocabulary.</summary>
    public WordPieceVocabulary Vocabulary => vocabulary;

    /// <summary>The ids of a text: [CLS], its pieces, [SEP].</summary>
    /// <param name="text">Any text; an empty one gives the two ends.</param>
    /// <param name="maximumLength">Longest result, both ends included; pieces beyond it are cut off. Null: no limit.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length leaves no room for both ends.</exception>
    public IReadOnlyList<int> Encode(string text, int? maximumLength = null)
    {
        if (maximumLength < 2) throw new ArgumentOutOfRangeException(nameof(maximumLength), maximumLength, "A text needs room for [CLS] and [SEP]: at least 2.");
        List<int> ids = [vocabulary.Start];
        foreach ((string part, int? special) in SpecialParts(text))
        {
            if (special is { } id) ids.Add(id);
            else foreach (string word in BertWords.Split(part, _options.LowerCase)) AddPieces(word, ids);
        }

        if (maximumLength is { } most && ids.Count > most - 1) ids.RemoveRange(most - 1, ids.Count - (most - 1));
        ids.Add(vocabulary.End);
        return ids;
    }

    /// <summary>The ids of several texts, padded to the longest of them or to a given length.</summary>
    /// <param name="texts">The texts; at least one.</param>
    /// <param name="maximumLength">Longest row, both ends included.</param>
    /// <param name="padToMaximum">Whether every batch is as long as that, as MERL's; otherwise as long as its longest text.</param>
    public TokenBatch EncodeBatch(IReadOnlyList<string> texts, int maximumLength, bool padToMaximum = false)
    {
        List<IReadOnlyList<int>> rows = [.. texts.Select(t => Encode(t, maximumLength))];
        int tokens = padToMaximum ? maximumLength : rows.Max(r => r.Count);
        long[] ids = new long[rows.Count * tokens], mask = new long[rows.Count * tokens];
        Array.Fill(ids, vocabulary.Padding);
        for (int row = 0; row < rows.Count; row++)
            for (int k = 0; k < rows[row].Count; k++) (ids[(row * tokens) + k], mask[(row * tokens) + k]) = (rows[row][k], 1);
        return new(ids, mask, rows.Count, tokens);
    }

    /// <summary>A readable text of ids: pieces joined, the ends and padding left out.</summary>
    public string Decode(IEnumerable<int> ids)
    {
        StringBuilder text = new();
        foreach (int id in ids)
        {
            if (id == vocabulary.Start || id == vocabulary.End || id == vocabulary.Padding) continue;
            string piece = vocabulary.Pieces[id];
            bool continues = piece.StartsWith(Continued, StringComparison.Ordinal);
            if (text.Length > 0 && !continues) text.Append(' ');
            text.Append(continues ? piece[Continued.Length..] : piece);
        }

        return text.ToString();
    }

    /// <summary>The text cut at literal special pieces, which count only as they are written, in capitals.</summary>
    private IEnumerable<(string Part, int? Special)> SpecialParts(string text)
    {
        int from = 0;
        for (int at = text.IndexOf('['); at >= 0; at = at + 1 < text.Length ? text.IndexOf('[', at + 1) : -1)
        {
            if (WordPieceVocabulary.SpecialPieces.FirstOrDefault(p => string.CompareOrdinal(text, at, p, 0, p.Length) == 0) is not { } piece) continue;
            if (at > from) yield return (text[from..at], null);
            yield return ("", vocabulary.Find(piece));
            from = at + piece.Length;
            at = from - 1;
        }

        if (from < text.Length) yield return (text[from..], null);
    }

    // Longest prefix first. One place without a piece makes the whole word unknown.
    private void AddPieces(string word, List<int> ids)
    {
        Rune[] runes = [.. word.EnumerateRunes()];
        if (runes.Length > _options.LongestWord)
        {
            ids.Add(vocabulary.Unknown);
            return;
        }

        int before = ids.Count;
        for (int start = 0; start < word.Length;)
        {
            int end = word.Length;
            int? id = null;
            for (; end > start; end--)
            {
                if (end < word.Length && char.IsLowSurrogate(word[end])) continue;
                id = vocabulary.Find(start == 0 ? word[..end] : string.Concat(Continued, word.AsSpan(start, end - start)));
                if (id is not null) break;
            }

            if (id is not { } found)
            {
                ids.RemoveRange(before, ids.Count - before);
                ids.Add(vocabulary.Unknown);
                return;
            }

            ids.Add(found);
            start = end;
        }
    }
}
