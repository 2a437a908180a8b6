// Fine-tuning on measurements.
using Einthoven.Models;
using Einthoven.Models.Packages;
using Einthoven.Torch;

namespace Einthoven.Training.Objectives;

/// <summary>
/// Term <c>squared_error</c> of the outputs, which stand for values on a scale of their own; the sample size is the number of known values;
/// metric <c>mean_absolute_error</c> in the labels' units.
/// </summary>
/// <param name="network">One output a label.</param>
/// <param name="scales">How each output becomes a value; null: it is the value.</param>
public sealed class RegressionObjective(EcgNetwork network, IReadOnlyList<ValueScale>? scales = null) : IObjective
{
    /// <inheritdoc/>
    public Module Network => network;

    /// <inheritdoc/>
    public ObjectiveResult Compute(TrainingBatch batch, ObjectiveContext context)
    {
        using Scope scope = new();
        (Tensor outputs, Tensor labels) = Supervised.Forward(network, batch, context);
        Tensor? scale = Row(s => s.Scale, outputs.Device);
        Tensor difference = scale is null ? outputs - labels : outputs - ((labels - Row(s => s.Offset, outputs.Device)!) / scale);
        if (batch.Known is { } known) difference *= known;
        double size = batch.Known?.Sum().Item() ?? outputs.Elements;
        Tensor error = scale is null ? difference.Abs() : difference.Abs() * scale;
        double sum = error.Sum().Item();
        return new(
            [new("squared_error", scope.Keep(difference.Square().Sum()))], size,
            new Dictionary<string, double> { ["mean_absolute_error"] = size > 0 ? sum / size : 0 });
    }

    /// <inheritdoc/>
    public void Dispose() => network.Dispose();

    private Tensor? Row(Func<ValueScale, double> number, Device device) =>
        scales is null ? null : Tensor.From([.. scales.Select(s => (float)number(s))], 1, scales.Count).To(device);
}
