// ECG-FM's pretraining: wav2vec 2.0 and the contrast of segments on the same masked pass; windows come with their leads masked.
// Source: McKeen et al., "ECG-FM", JAMIA Open 2025, ooaf122; Oh et al., "Lead-agnostic self-supervised learning", CHIL 2022.
using Einthoven.Models;
using Einthoven.Models.EcgFm;
using Einthoven.Torch;

namespace Einthoven.Training.Objectives;

/// <summary>
/// The terms of <see cref="Wav2VecObjective"/> and <c>cmsc</c>, which the number of masked frames weights too. Rows are pairs of segments;
/// random lead masking is an augmentation of the windows and happens before.
/// </summary>
public sealed class WcrObjective : IObjective
{
    private readonly Wav2VecObjective _masked;
    private readonly SegmentContrastOptions _contrast;

    /// <summary>Takes over a network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="options">Settings of the masked part.</param>
    /// <param name="contrast">Settings of the contrast of segments.</param>
    /// <param name="recorded">Replays these draws instead of drawing anew; null: draw.</param>
    /// <param name="stages">Told of every intermediate result; null: nobody.</param>
    public WcrObjective(
        EcgFmPretraining network, Wav2VecOptions options, SegmentContrastOptions contrast, IPretrainingDraws? recorded = null, StageObserver? stages = null)
    {
        _masked = new(network, options) { Recorded = recorded, Stages = stages };
        _contrast = contrast;
    }

    /// <inheritdoc/>
    public Module Network => _masked.Network;

    /// <inheritdoc/>
    public ObjectiveResult Compute(TrainingBatch batch, ObjectiveContext context)
    {
        ObjectiveResult first = _masked.Compute(batch, context, out Tensor encoded);
        using Scope scope = new();
        Tensor pooled = EcgFmPooling.Mean(encoded);
        _masked.Stages?.Invoke("pooled", pooled);
        SegmentContrastValue value = SegmentContrast.Compute(pooled, batch, _contrast);
        LossTerm term = new("cmsc", scope.Keep(value.Loss * (_contrast.Weight * first.SampleSize)));
        Dictionary<string, double> metrics = new(first.Metrics) { ["segment_accuracy"] = value.Accuracy };
        return first with { Terms = [.. first.Terms, term], Metrics = metrics };
    }

    /// <inheritdoc/>
    public void Dispose() => _masked.Dispose();
}
