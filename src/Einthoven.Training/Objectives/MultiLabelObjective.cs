// Fine-tuning on labels that are each there or not, some of them unknown.
using Einthoven.Models;
using Einthoven.Torch;

namespace Einthoven.Training.Objectives;

/// <summary>Term <c>cross_entropy</c>, weighted where a label is there; the sample size is the number of known labels.</summary>
public sealed class MultiLabelObjective : IObjective
{
    private readonly EcgNetwork _network;
    private readonly float[]? _positiveWeights;

    /// <summary>Takes over a network.</summary>
    /// <param name="network">One logit a label.</param>
    /// <param name="positiveWeights">Factor on the loss of each label where it is there; null: 1.</param>
    public MultiLabelObjective(EcgNetwork network, IReadOnlyList<double>? positiveWeights = null)
    {
        _network = network;
        _positiveWeights = positiveWeights?.Select(w => (float)w).ToArray();
    }

    /// <inheritdoc/>
    public Module Network => _network;

    /// <inheritdoc/>
    public ObjectiveResult Compute(TrainingBatch batch, ObjectiveContext context)
    {
        using Scope scope = new();
        (Tensor logits, Tensor labels) = Supervised.Forward(_network, batch, context);
        Tensor? weight = _positiveWeights is null ? null : Tensor.From(_positiveWeights, _positiveWeights.Length).To(logits.Device);
        Tensor sum = Losses.BinaryCrossEntropySum(logits, labels, weight, batch.Known);
        double size = batch.Known?.Sum().Item() ?? logits.Elements;
        Tensor right = logits.Gt(0).Eq(labels.Gt(0.5)).To(ScalarType.Float32);
        double correct = (batch.Known is null ? right : right * batch.Known).Sum().Item();
        return new([new("cross_entropy", scope.Keep(sum))], size, new Dictionary<string, double> { ["accuracy"] = size > 0 ? correct / size : 0 });
    }

    /// <inheritdoc/>
    public void Dispose() => _network.Dispose();
}

/// <summary>What objectives with labels have in common.</summary>
internal static class Supervised
{
    /// <summary>Logits and labels of a batch, both [batch, outputs], with the network switched to the context's mode.</summary>
    /// <exception cref="ArgumentException">The batch has no labels, or other ones than the network.</exception>
    internal static (Tensor Logits, Tensor Labels) Forward(EcgNetwork network, TrainingBatch batch, ObjectiveContext context, bool classes = false)
    {
        context.SetMode(network);
        Tensor labels = batch.Labels ?? throw new ArgumentException("The batch has no labels: this objective is a supervised one.");
        Tensor logits = network is Models.EcgFm.EcgFmClassifier ecgFm
            ? ecgFm.Forward(batch.Windows, batch.ValidSamples, null)
            : network.Forward(batch.Windows);
        long[] expected = classes && labels.Size(1) == 1 ? [logits.Size(0), 1] : logits.Shape;
        if (!labels.Shape.SequenceEqual(expected))
            throw new ArgumentException($"Labels have shape [{string.Join(", ", labels.Shape)}]; for this network they need [{string.Join(", ", expected)}].");
        return (logits, labels);
    }
}
