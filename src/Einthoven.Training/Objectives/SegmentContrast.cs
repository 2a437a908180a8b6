// Contrast of neighbouring segments: two segments of one recording shall look alike, those of different recordings not.
// Source: Kiyasseh et al., "CLOCS", ICML 2021, §4 (CMSC); fairseq-signals, criterions/wav2vec2_criterion.py, Wav2Vec2WithCMSC.
using Einthoven.Torch;

namespace Einthoven.Training.Objectives;

/// <summary>Settings of the contrast of segments.</summary>
public sealed record SegmentContrastOptions
{
    /// <summary>What similarities are divided by.</summary>
    public double Temperature { get; init; } = 0.1;

    /// <summary>Factor on the loss.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>
    /// Whether no gradient flows through the vectors' norms, as published: the gradient then also lengthens vectors. False: the gradient of
    /// the cosine.
    /// </summary>
    public bool DetachNorm { get; init; } = true;
}

/// <summary>The value of a contrast.</summary>
/// <param name="Loss">Mean of the two directions.</param>
/// <param name="Accuracy">Share of first segments whose nearest second segment is one of their own.</param>
/// <param name="Logits">[first segments, second segments].</param>
/// <param name="First">Mean over pairs, each first segment against all second ones.</param>
/// <param name="Second">The same the other way round.</param>
public sealed record SegmentContrastValue(Tensor Loss, double Accuracy, Tensor Logits, Tensor First, Tensor Second);

/// <summary>Contrast of segments.</summary>
public static class SegmentContrast
{
    private const double NormFloor = 1e-8;

    /// <summary>Computes the mean over all pairs of one recording.</summary>
    /// <param name="pooled">[batch, width].</param>
    /// <param name="batch">Whose record ids and segments say which rows belong together.</param>
    /// <param name="options">Settings.</param>
    /// <exception cref="ArgumentException">The batch does not say so, or has no pair.</exception>
    public static SegmentContrastValue Compute(Tensor pooled, TrainingBatch batch, SegmentContrastOptions options)
    {
        long rows = pooled.Size(0);
        if (batch.RecordIds is not { } ids || batch.Segments is not { } segments || ids.Count != rows || segments.Count != rows)
            throw new ArgumentException($"A contrast of segments needs a record id and a segment for each of {rows} rows.");
        int[] first = Rows(0), second = Rows(1);
        bool[] pairs = [.. first.SelectMany(a => second.Select(b => ids[a] == ids[b]))];
        int count = pairs.Count(p => p);
        if (count == 0) throw new ArgumentException("No two segments of the batch are of one recording: feed pairs, both segments of a recording in the same batch.");

        using Scope scope = new();
        Tensor norm = pooled.Norm([-1], keepDimensions: true).Clamp(NormFloor, null);
        Tensor unit = pooled / (options.DetachNorm ? norm.Detach() : norm);
        Tensor logits = Take(first).Matmul(Take(second).Transpose(0, 1)) / options.Temperature; // [first, second]
        Tensor positive = Tensor.From(pairs, first.Length, second.Length).To(pooled.Device).To(ScalarType.Float32);
        Tensor one = -(logits.LogSoftmax(1) * positive).Sum() / count;
        Tensor two = -(logits.LogSoftmax(0) * positive).Sum() / count;
        Tensor loss = (one + two) / 2;
        long[] nearest = logits.Argmax(1).ToArray<long>();
        double accuracy = nearest.Where((b, a) => pairs[(a * second.Length) + b]).Count() / (double)first.Length;
        return new(scope.Keep(loss), accuracy, scope.Keep(logits), scope.Keep(one), scope.Keep(two));

        int[] Rows(int segment) => [.. Enumerable.Range(0, (int)rows).Where(r => segments[r] == segment)];

        Tensor Take(int[] chosen) => unit.IndexSelect(0, Tensor.From([.. chosen.Select(r => (long)r)], chosen.Length).To(pooled.Device));
    }
}
