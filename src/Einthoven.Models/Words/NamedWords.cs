// What the training texts of a model of words named: a question beyond them gets a warning.
using Einthoven.Models.Text;

namespace Einthoven.Models.Words;

/// <summary>How well a question is known from the training texts.</summary>
/// <param name="IsNamed">Whether a training text said exactly this.</param>
/// <param name="UnknownWords">Words that no training text had.</param>
public sealed record Familiarity(bool IsNamed, IReadOnlyList<string> UnknownWords);

/// <summary>Phrases and words of the training texts; letters' case, accents and punctuation do not matter.</summary>
public sealed class NamedWords
{
    private readonly HashSet<string> _phrases;
    private readonly HashSet<string> _words;

    private NamedWords(IEnumerable<string> lines)
    {
        _phrases = lines.Select(Normal).Where(line => line.Length > 0).ToHashSet(StringComparer.Ordinal);
        _words = _phrases.SelectMany(phrase => phrase.Split(' ')).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The phrases, sorted.</summary>
    public IReadOnlyList<string> Phrases => [.. _phrases.Order(StringComparer.Ordinal)];

    /// <summary>Collects what texts name.</summary>
    /// <param name="statements">What is said as a whole, such as "atrial fibrillation".</param>
    /// <param name="texts">Other texts: their words count, each for itself.</param>
    public static NamedWords Of(IEnumerable<string> statements, IEnumerable<string> texts) =>
        new(statements.Concat(texts.SelectMany(Words).Distinct(StringComparer.Ordinal)));

    /// <summary>Reads what <see cref="ToText"/> wrote.</summary>
    public static NamedWords Parse(string text) => new(text.Split('\n'));

    /// <summary>One phrase or word a line, sorted.</summary>
    public string ToText() => string.Concat(Phrases.Select(phrase => phrase + "\n"));

    /// <summary>How well a question is known.</summary>
    public Familiarity Of(string question) => new(_phrases.Contains(Normal(question)), [.. Words(question).Where(word => !_words.Contains(word)).Distinct()]);

    private static string Normal(string text) => string.Join(' ', Words(text));

    // Numbers and single punctuation characters name nothing.
    private static IEnumerable<string> Words(string text) => BertWords.Split(text, lowerCase: true).Where(word => word.Any(char.IsLetter) || char.IsSurrogate(word[0]));
}
