// The pieces of a WordPiece vocabulary, as the field's vocab.txt holds them: one a line, the line's number is the id.
using System.Text;

namespace Einthoven.Models.Text;

/// <summary>A vocabulary file is missing something or holds something twice. The message names the file and says what to do.</summary>
public sealed class VocabularyException(string message) : Exception(message);

/// <summary>Pieces and their ids. Continuation pieces begin with <c>##</c>.</summary>
public sealed class WordPieceVocabulary
{
    private readonly Dictionary<string, int> _ids;

    /// <summary>Makes a vocabulary; a piece's place is its id.</summary>
    /// <param name="pieces">The pieces.</param>
    /// <param name="name">What messages call it, such as the file.</param>
    /// <exception cref="VocabularyException">A special piece is missing, or a piece stands twice.</exception>
    public WordPieceVocabulary(IReadOnlyList<string> pieces, string name = "the vocabulary")
    {
        Pieces = pieces;
        _ids = new(pieces.Count, StringComparer.Ordinal);
        for (int id = 0; id < pieces.Count; id++)
        {
            if (!_ids.TryAdd(pieces[id], id))
                throw new VocabularyException($"{name}: \"{pieces[id]}\" stands in lines {_ids[pieces[id]] + 1} and {id + 1}; a piece has one id.");
        }

        Padding = Special("[PAD]");
        Unknown = Special("[UNK]");
        Start = Special("[CLS]");
        End = Special("[SEP]");
        Mask = Special("[MASK]");

        int Special(string piece) => _ids.TryGetValue(piece, out int id)
            ? id
            : throw new VocabularyException($"{name}: the piece {piece} is missing. A WordPiece vocabulary holds [PAD], [UNK], [CLS], [SEP] and [MASK].");
    }

    /// <summary>The special pieces, which a text may name literally.</summary>
    public static IReadOnlyList<string> SpecialPieces { get; } = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

    /// <summary>All pieces in the order of their ids.</summary>
    public IReadOnlyList<string> Pieces { get; }

    /// <summary>Id of [PAD].</summary>
    public int Padding { get; }

    /// <summary>Id of [UNK], which stands for every word that the pieces cannot spell.</summary>
    public int Unknown { get; }

    /// <summary>Id of [CLS], the first token of every text.</summary>
    public int Start { get; }

    /// <summary>Id of [SEP], the last token of every text.</summary>
    public int End { get; }

    /// <summary>Id of [MASK].</summary>
    public int Mask { get; }

    /// <summary>The id of a piece; null where there is none.</summary>
    public int? Find(string piece) => _ids.TryGetValue(piece, out int id) ? id : null;

    /// <summary>Reads a vocabulary file: UTF-8, one piece a line.</summary>
    /// <exception cref="VocabularyException">It is none.</exception>
    public static WordPieceVocabulary Read(string path) => Parse(File.ReadAllText(path, Encoding.UTF8), path);

    /// <summary>Reads the text of a vocabulary file.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="VocabularyException">It is none.</exception>
    public static WordPieceVocabulary Parse(string text, string name)
    {
        // Only line feeds end a line: other breaks may be pieces. A carriage return before one belongs to the break.
        string[] lines = text.Split('\n');
        int count = lines.Length > 0 && lines[^1].Length == 0 ? lines.Length - 1 : lines.Length;
        return new([.. lines.Take(count).Select(l => l.TrimEnd('\r'))], name);
    }

    /// <summary>The text of a vocabulary file.</summary>
    public string ToText() => string.Concat(Pieces.Select(p => p + "\n"));

    /// <summary>Writes the vocabulary file.</summary>
    public void Write(string path) => File.WriteAllText(path, ToText(), new UTF8Encoding(false));
}
