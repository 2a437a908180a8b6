// Fine-tuning on measurements.
using Einthoven.Models;
using Einthoven.Torch;

namespace Einthoven.Training.Objectives;

/// <summary>Term <c>squared_error</c>; the sample size is the number of known values; metric <c>mean_absolute_error</c> in the labels' unit.</summary>
public sealed class RegressionObjective(EcgNetwork network) : IObjective
{
    /// <inheritdoc/>
    public Module Network => network;

    /// <inheritdoc/>
    public ObjectiveResult Compute(TrainingBatch batch, ObjectiveContext context)
    {
        using Scope scope = new();
        (Tensor values, Tensor labels) = Supervised.Forward(network, batch, context);
        Tensor difference = values - labels;
        if (batch.Known is { } known) difference *= known;
        double size = batch.Known?.Sum().Item() ?? values.Elements;
        double error = difference.Abs().Sum().Item();
        return new(
            [new("squared_error", scope.Keep(difference.Square().Sum()))], size,
            new Dictionary<string, double> { ["mean_absolute_error"] = size > 0 ? error / size : 0 });
    }

    /// <inheritdoc/>
    public void Dispose() => network.Dispose();
}
