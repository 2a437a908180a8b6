// The sizes of a BERT text encoder.
using Einthoven.Models.PtbXlBenchmark;

namespace Einthoven.Models.Esi;

/// <summary>Configuration of <see cref="BertEncoder"/>. The defaults are BioLinkBERT-base, with which ESI begins.</summary>
public sealed record BertConfig
{
    /// <summary>Pieces of the vocabulary. Take it from the vocabulary file; the default is BioLinkBERT's.</summary>
    public int Vocabulary { get; init; } = 28_895;

    /// <summary>Width of the tokens.</summary>
    public int Width { get; init; } = 768;

    /// <summary>Layers.</summary>
    public int Layers { get; init; } = 12;

    /// <summary>Attention heads; they divide the width.</summary>
    public int Heads { get; init; } = 12;

    /// <summary>Width of the hidden layer of each feed-forward part.</summary>
    public int Intermediate { get; init; } = 3072;

    /// <summary>Longest text in tokens, both ends included.</summary>
    public int Positions { get; init; } = 512;

    /// <summary>Rows of the table of token types; only the first is used.</summary>
    public int Types { get; init; } = 2;

    /// <summary>Dropout of embeddings, attention and outputs in training.</summary>
    public double Dropout { get; init; } = 0.1;

    /// <summary>Checks the sizes.</summary>
    /// <exception cref="ArgumentException">A size is out of range; the message names it.</exception>
    public void Validate()
    {
        Sizes.Require(Vocabulary > 0, "the text encoder's vocabulary is empty");
        Sizes.Require(Layers > 0, "the text encoder's layers is not positive");
        Sizes.Require(Heads > 0 && Width > 0 && Width % Heads == 0, "the text encoder's heads do not divide its width");
        Sizes.Require(Intermediate > 0, "the text encoder's intermediate is not positive");
        Sizes.Require(Positions > 0, "the text encoder's positions is not positive");
        Sizes.Require(Types > 0, "the text encoder's types is not positive");
        Sizes.Require(Dropout is >= 0 and < 1, "the text encoder's dropout is not in [0, 1)");
    }
}
