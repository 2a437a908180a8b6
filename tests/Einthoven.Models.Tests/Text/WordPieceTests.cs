// Tokens of odd texts, vocabularies that are none, and vocabularies trained here.
using Einthoven.Models.Text;
using Einthoven.Torch.Tests.Checkpoints;
using Xunit;

namespace Einthoven.Models.Tests.Text;

public sealed class WordPieceTests : IDisposable
{
    private static readonly string[] s_corpus =
    [
        "Sinusrhythmus, überdrehter Linkstyp", "sinus rhythm, left axis deviation", "Sinusrhythmus normales EKG", "sinus bradycardia 48/min",
        "Vorhofflimmern mit schneller Überleitung", "atrial fibrillation with rapid ventricular response", "sinus rhythm. normal ECG.", "Linksschenkelblock",
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_empty_report_is_its_two_ends()
    {
        WordPieceTokenizer tokenizer = Trained();
        foreach (string empty in (string[])["", "  \t\n", "\u200B"])
            Assert.Equal([tokenizer.Vocabulary.Start, tokenizer.Vocabulary.End], tokenizer.Encode(empty));
    }

    [Fact]
    public void Ten_thousand_characters_are_cut_at_the_maximum_both_ends_counted()
    {
        WordPieceTokenizer tokenizer = Trained();
        string text = string.Concat(Enumerable.Repeat("sinus rhythm ", 800))[..10_000];
        IReadOnlyList<int> ids = tokenizer.Encode(text, 500);
        Assert.Equal(500, ids.Count);
        Assert.Equal((tokenizer.Vocabulary.Start, tokenizer.Vocabulary.End), (ids[0], ids[^1]));
        Assert.Equal(tokenizer.Encode(text).Take(499), ids.Take(499));
        // In one word it is a single unknown token.
        Assert.Equal([tokenizer.Vocabulary.Start, tokenizer.Vocabulary.Unknown, tokenizer.Vocabulary.End], tokenizer.Encode(new string('a', 10_000)));
        Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.Encode(text, 1));
    }

    [Fact]
    public void Emoji_and_lone_surrogates_become_unknown_or_nothing()
    {
        WordPieceTokenizer tokenizer = Trained();
        Assert.Equal("[CLS] sinus [UNK] rhythm [SEP]", Pieces(tokenizer, "sinus 👍 rhythm"));
        Assert.Equal("[CLS] sinus rhythm [SEP]", Pieces(tokenizer, "sin\uD83Dus rhythm"));
    }

    [Fact]
    public void German_and_English_share_one_vocabulary()
    {
        WordPieceTokenizer tokenizer = Trained();
        Assert.Equal("[CLS] sinusrhythmus with vorhofflimmern , left axis [SEP]", Pieces(tokenizer, "Sinusrhythmus with VORHOFFLIMMERN, left axis"));
        // Accents go before letters are looked up, composed or not.
        Assert.Equal(Pieces(tokenizer, "uberdrehter"), Pieces(tokenizer, "Überdrehter"));
        Assert.Equal(Pieces(tokenizer, "uberdrehter"), Pieces(tokenizer, "u\u0308berdrehter"));
        Assert.DoesNotContain("[UNK]", Pieces(tokenizer, "überdrehter Linkstyp"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_letter_that_no_piece_has_makes_its_word_unknown()
    {
        WordPieceTokenizer tokenizer = new(new(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "sin", "##us"]));
        Assert.Equal("[CLS] sin ##us [UNK] [SEP]", Pieces(tokenizer, "sinus sinusx"));
        Assert.Equal("sinus [UNK]", tokenizer.Decode(tokenizer.Encode("sinus sinusx")));
    }

    [Theory]
    [InlineData("[UNK]")]
    [InlineData("[PAD]")]
    [InlineData("[MASK]")]
    public void A_vocabulary_without_a_special_piece_is_refused_with_its_name(string missing)
    {
        string path = Path.Combine(_folder.Path, "vocab.txt");
        File.WriteAllLines(path, WordPieceVocabulary.SpecialPieces.Where(p => p != missing));
        VocabularyException e = Assert.Throws<VocabularyException>(() => WordPieceVocabulary.Read(path));
        Assert.Contains(path, e.Message, StringComparison.Ordinal);
        Assert.Contains(missing, e.Message, StringComparison.Ordinal);
        Assert.Throws<VocabularyException>(() => new WordPieceVocabulary([.. WordPieceVocabulary.SpecialPieces, "a", "a"]));
    }

    [Fact]
    public void A_vocabulary_reads_as_it_was_written_with_either_line_end()
    {
        WordPieceVocabulary vocabulary = Trained().Vocabulary;
        string path = Path.Combine(_folder.Path, "vocab.txt");
        vocabulary.Write(path);
        Assert.Equal(vocabulary.Pieces, WordPieceVocabulary.Read(path).Pieces);
        File.WriteAllText(path, string.Join("\r\n", vocabulary.Pieces));
        Assert.Equal(vocabulary.Pieces, WordPieceVocabulary.Read(path).Pieces);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Training_gives_one_vocabulary_whatever_the_order_of_the_corpus(bool byLikelihood)
    {
        WordPieceTrainingOptions options = new() { Size = 160, SmallestCount = 2, ByLikelihood = byLikelihood };
        WordPieceVocabulary one = WordPieceTrainer.Train(s_corpus, options), other = WordPieceTrainer.Train(s_corpus.Reverse(), options);
        Assert.Equal(one.Pieces, other.Pieces);
        Assert.True(one.Pieces.Count <= 160);
        if (!byLikelihood) Assert.NotNull(one.Find("sinus"));
        // Every character of the corpus has a piece, so none of its texts is unknown.
        WordPieceTokenizer tokenizer = new(one);
        Assert.All(s_corpus, text => Assert.DoesNotContain(one.Unknown, tokenizer.Encode(text)));
    }

    [Fact]
    public void An_empty_corpus_leaves_the_special_pieces_and_a_tiny_size_is_refused()
    {
        Assert.Equal(WordPieceVocabulary.SpecialPieces, WordPieceTrainer.Train([]).Pieces);
        Assert.Throws<VocabularyException>(() => WordPieceTrainer.Train(s_corpus, new() { Size = 5 }));
    }

    private static WordPieceTokenizer Trained() => new(WordPieceTrainer.Train(s_corpus, new() { Size = 400, SmallestCount = 1 }));

    private static string Pieces(WordPieceTokenizer tokenizer, string text) => string.Join(' ', tokenizer.Encode(text).Select(id => tokenizer.Vocabulary.Pieces[id]));
}
