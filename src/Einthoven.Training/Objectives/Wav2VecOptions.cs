// The settings of the wav2vec 2.0 objective, with ECG-FM's published values.
namespace Einthoven.Training.Objectives;

/// <summary>Masking, negatives and weights of the wav2vec 2.0 objective.</summary>
public sealed record Wav2VecOptions
{
    /// <summary>Masked frames.</summary>
    public SpanMasking Frames { get; init; } = new();

    /// <summary>Masked channels; probability 0: none.</summary>
    public SpanMasking Channels { get; init; } = new() { Probability = 0, MinimumSpans = 0 };

    /// <summary>Negatives from other masked frames of the same row.</summary>
    public int Negatives { get; init; } = 100;

    /// <summary>Negatives from masked frames of any row.</summary>
    public int CrossRowNegatives { get; init; }

    /// <summary>
    /// Whether cross-row negatives are drawn as published, where a row's index is compared with a position of the whole batch, so that the
    /// true target can be among them, and where same-row and cross-row candidates of a row are dealt out to its frames in a wrong order, which
    /// gives a frame its own target as a same-row candidate too. False: every frame has its own draws, never its own target.
    /// </summary>
    public bool CrossRowNegativesAsPublished { get; init; } = true;

    /// <summary>Negatives from all codewords.</summary>
    public int CodebookNegatives { get; init; }

    /// <summary>What similarities are divided by.</summary>
    public double LogitTemperature { get; init; } = 0.1;

    /// <summary>The quantizer's temperature.</summary>
    public GumbelTemperature Temperature { get; init; } = new();

    /// <summary>Weight of the codebook's unused share.</summary>
    public double DiversityWeight { get; init; } = 0.1;

    /// <summary>Weight of the features' mean square.</summary>
    public double FeaturePenalty { get; init; } = 10;
}
