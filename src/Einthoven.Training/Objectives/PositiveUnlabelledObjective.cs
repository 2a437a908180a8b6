// Training on reports: what a reader mentioned is there, what he did not mention is unlabelled rather than absent.
using Einthoven.Models;
using Einthoven.Torch;

namespace Einthoven.Training.Objectives;

/// <summary>Term <c>hill</c> (see <see cref="HillLoss"/>); the sample size is the number of known labels, so that the loss is a mean.</summary>
public sealed class PositiveUnlabelledObjective : IObjective
{
    private readonly EcgNetwork _network;
    private readonly HillLoss _loss;

    /// <summary>Takes over a network.</summary>
    /// <param name="network">One logit a label.</param>
    /// <param name="loss">The form of the loss.</param>
    /// <exception cref="ArgumentException">The loss does not work.</exception>
    public PositiveUnlabelledObjective(EcgNetwork network, HillLoss loss)
    {
        loss.Validate();
        (_network, _loss) = (network, loss);
    }

    /// <inheritdoc/>
    public Module Network => _network;

    /// <inheritdoc/>
    public ObjectiveResult Compute(TrainingBatch batch, ObjectiveContext context)
    {
        using Scope scope = new();
        (Tensor logits, Tensor labels) = Supervised.Forward(_network, batch, context);
        Tensor sum = _loss.Sum(logits, labels, batch.Known);
        double size = batch.Known?.Sum().Item() ?? logits.Elements;
        // An accuracy would count the unlabelled as absent: only what is there can be judged.
        Tensor present = batch.Known is null ? labels : labels * batch.Known;
        double positives = present.Sum().Item();
        double found = (logits.Gt(0).To(ScalarType.Float32) * present).Sum().Item();
        return new([new("hill", scope.Keep(sum))], size, new Dictionary<string, double> { ["recall"] = positives > 0 ? found / positives : 0 });
    }

    /// <inheritdoc/>
    public void Dispose() => _network.Dispose();
}
