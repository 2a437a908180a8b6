// The contrast of segments as an objective of its own: no masks, no codebook.
using Einthoven.Models.EcgFm;
using Einthoven.Torch;

namespace Einthoven.Training.Objectives;

/// <summary>Term <c>cmsc</c>; the sample size is half the number of rows, so that the loss is the mean over micro-batches.</summary>
public sealed class SegmentContrastObjective : IObjective
{
    private readonly EcgFmEncoder _encoder;
    private readonly SegmentContrastOptions _options;

    /// <summary>Takes over an encoder.</summary>
    public SegmentContrastObjective(EcgFmEncoder encoder, SegmentContrastOptions options) => (_encoder, _options) = (encoder, options);

    /// <inheritdoc/>
    public Module Network => _encoder;

    /// <inheritdoc/>
    public ObjectiveResult Compute(TrainingBatch batch, ObjectiveContext context)
    {
        context.SetMode(_encoder);
        using Scope scope = new();
        Tensor pooled = EcgFmPooling.Mean(_encoder.Forward(batch.Windows, batch.ValidSamples));
        SegmentContrastValue value = SegmentContrast.Compute(pooled, batch, _options);
        double size = batch.Windows.Size(0) / 2.0;
        return new([new("cmsc", scope.Keep(value.Loss * (_options.Weight * size)))], size, new Dictionary<string, double> { ["segment_accuracy"] = value.Accuracy });
    }

    /// <inheritdoc/>
    public void Dispose() => _encoder.Dispose();
}
