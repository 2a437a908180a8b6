// The contrast of segments as an objective of its own: no masks, no codebook.
using Einthoven.Models.EcgFm;
using Einthoven.Torch;

namespace Einthoven.Training.Objectives;

/// <summary>Term <c>cmsc</c>; the sample size is half the number of rows, so that the loss is the mean over micro-batches.</summary>
public sealed class SegmentContrastObjective : IObjective
{
    private readonly EcgFmEncoder encoder;
    private readonly SegmentContrastOptions options;

    /// <summary>Takes over an encoder.</summary>
    public SegmentContrastObjective(EcgFmEncoder encoder, SegmentContrastOptions options) => (this.encoder, this.options) = (encoder, options);

    /// <inheritdoc/>
    public Module Network => encoder;

    /// <inheritdoc/>
    public ObjectiveResult Compute(TrainingBatch batch, ObjectiveContext context)
    {
        if (context.Training) encoder.Train(context.Random);
        else encoder.Eval();
        using Scope scope = new();
        Tensor pooled = EcgFmPooling.Mean(encoder.Forward(batch.Windows, batch.ValidSamples));
        SegmentContrastValue value = SegmentContrast.Compute(pooled, batch, options);
        double size = batch.Windows.Size(0) / 2.0;
        return new([new("cmsc", scope.Keep(value.Loss * (options.Weight * size)))], size, new Dictionary<string, double> { ["segment_accuracy"] = value.Accuracy });
    }

    /// <inheritdoc/>
    public void Dispose() => encoder.Dispose();
}
