// Makes a WordPiece vocabulary from a corpus, since no published one may be shipped.
// Source: Sennrich, Haddow, Birch, ACL 2016 (pieces grow by joining neighbours); Schuster and Nakajima, ICASSP 2012 (WordPiece: the pair whose
// joining makes the corpus likelier, count(ab) / (count(a) · count(b))).
using System.Text;

namespace Einthoven.Models.Text;

/// <summary>Settings of a vocabulary's training.</summary>
public sealed record WordPieceTrainingOptions
{
    /// <summary>Pieces of the vocabulary at most, the five special ones included. Characters come first, however many there are.</summary>
    public int Size { get; init; } = 4000;

    /// <summary>How often a pair must occur to be joined.</summary>
    public int SmallestCount { get; init; } = 5;

    /// <summary>
    /// False: the commonest pair is joined, which gives whole words soon. True: WordPiece's own likelihood, which prefers rare pairs that
    /// never occur apart.
    /// </summary>
    public bool ByLikelihood { get; init; }

    /// <summary>How the corpus is cut into words; the tokeniser must cut the same way.</summary>
    public WordPieceOptions Words { get; init; } = new();
}

/// <summary>Trains vocabularies. The same corpus in any order gives the same vocabulary.</summary>
public static class WordPieceTrainer
{
    private const string Continued = "##";

    /// <summary>Learns a vocabulary.</summary>
    /// <param name="texts">The corpus.</param>
    /// <param name="options">Settings.</param>
    /// <exception cref="VocabularyException">The size leaves no room for a single piece.</exception>
    public static WordPieceVocabulary Train(IEnumerable<string> texts, WordPieceTrainingOptions? options = null)
    {
        options ??= new();
        if (options.Size <= WordPieceVocabulary.SpecialPieces.Count)
            throw new VocabularyException($"A vocabulary of {options.Size} pieces has no room beside its {WordPieceVocabulary.SpecialPieces.Count} special ones.");
        List<Word> words = Words(texts, options.Words);
        SortedDictionary<string, long> characters = new(StringComparer.Ordinal);
        foreach (Word word in words)
            foreach (string piece in word.Pieces) characters[piece] = characters.GetValueOrDefault(piece) + word.Count;

        List<string> pieces = [.. WordPieceVocabulary.SpecialPieces];
        pieces.AddRange(characters.OrderByDescending(c => c.Value).ThenBy(c => c.Key, StringComparer.Ordinal).Select(c => c.Key)
            .Take(options.Size - pieces.Count).Order(StringComparer.Ordinal));
        HashSet<string> known = [.. pieces];
        while (pieces.Count < options.Size && BestPair(words, options) is { } pair)
        {
            string joined = Join(pair.Left, pair.Right);
            // Two ways of joining may give one piece.
            if (known.Add(joined)) pieces.Add(joined);
            foreach (Word word in words) word.Merge(pair.Left, pair.Right, joined);
        }

        return new(pieces, "the trained vocabulary");
    }

    private static List<Word> Words(IEnumerable<string> texts, WordPieceOptions options)
    {
        Dictionary<string, long> counts = new(StringComparer.Ordinal);
        foreach (string text in texts)
            foreach (string word in BertWords.Split(text, options.LowerCase)) counts[word] = counts.GetValueOrDefault(word) + 1;
        return [.. counts.Select(c => (Runes: c.Key.EnumerateRunes().ToArray(), c.Value)).Where(c => c.Runes.Length <= options.LongestWord)
            .Select(c => new Word([.. c.Runes.Select((r, k) => k == 0 ? r.ToString() : Continued + r)], c.Value))];
    }

    private static (string Left, string Right)? BestPair(List<Word> words, WordPieceTrainingOptions options)
    {
        Dictionary<(string, string), long> pairs = [];
        Dictionary<string, long> singles = new(StringComparer.Ordinal);
        foreach (Word word in words)
        {
            for (int k = 0; k < word.Pieces.Count; k++)
            {
                singles[word.Pieces[k]] = singles.GetValueOrDefault(word.Pieces[k]) + word.Count;
                if (k > 0) pairs[(word.Pieces[k - 1], word.Pieces[k])] = pairs.GetValueOrDefault((word.Pieces[k - 1], word.Pieces[k])) + word.Count;
            }
        }

        ((string, string) Pair, double Score)? best = null;
        foreach (((string left, string right) pair, long count) in pairs)
        {
            if (count < options.SmallestCount) continue;
            double score = options.ByLikelihood ? (double)count / ((double)singles[pair.left] * singles[pair.right]) : count;
            // Equal scores: the first in the alphabet, so that no order of the corpus matters.
            if (best is not { } b || score > b.Score || (score == b.Score && Before(pair, b.Pair))) best = (pair, score);
        }

        return best?.Pair;
    }

    private static bool Before((string Left, string Right) a, (string Left, string Right) b)
    {
        int left = string.CompareOrdinal(a.Left, b.Left);
        return left < 0 || (left == 0 && string.CompareOrdinal(a.Right, b.Right) < 0);
    }

    private static string Join(string left, string right) => left + right[Continued.Length..];

    private sealed class Word(List<string> pieces, long count)
    {
        internal List<string> Pieces => pieces;

        internal long Count => count;

        internal void Merge(string left, string right, string joined)
        {
            for (int k = 1; k < pieces.Count; k++)
            {
                if (pieces[k - 1] != left || pieces[k] != right) continue;
                pieces[k - 1] = joined;
                pieces.RemoveAt(k);
            }
        }
    }
}
