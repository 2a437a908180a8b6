// Fine-tuning on labels that are each there or not, some of them unknown.
using Einthoven.Models;
using Einthoven.Torch;

namespace Einthoven.Training.Objectives;

/// <summary>Term <c>cross_entropy</c>, weighted where a label is there; the sample size is the number of known labels.</summary>
public sealed class MultiLabelObjective : IObjective
{
    private readonly EcgNetwork _network;
    private readonly float[]? _positiveWeights;
    private readonly int _helpers;
    private readonly double _helperWeight;

    /// <summary>Takes over a network.</summary>
    /// <param name="network">One logit a label.</param>
    /// <param name="positiveWeights">Factor on the loss of each label where it is there; null: 1.</param>
    /// <param name="helpers">How many of the last outputs are values learned beside the labels, with term <c>helpers</c>: their squared error.</param>
    /// <param name="helperWeight">What a value counts beside a label.</param>
    public MultiLabelObjective(EcgNetwork network, IReadOnlyList<double>? positiveWeights = null, int helpers = 0, double helperWeight = 0)
    {
        (_network, _helpers, _helperWeight) = (network, helpers, helperWeight);
        _positiveWeights = positiveWeights?.Select(w => (float)w).ToArray();
    }

    /// <inheritdoc/>
    public Module Network => _network;

    /// <inheritdoc/>
    public ObjectiveResult Compute(TrainingBatch batch, ObjectiveContext context)
    {
        using Scope scope = new();
        (Tensor logits, Tensor labels) = Supervised.Forward(_network, batch, context);
        Tensor? known = batch.Known;
        LossTerm? helped = null;
        if (_helpers > 0)
        {
            long kept = logits.Size(1) - _helpers;
            Tensor error = logits.Narrow(1, kept, _helpers) - labels.Narrow(1, kept, _helpers);
            if (known is not null) error *= known.Narrow(1, kept, _helpers);
            helped = new("helpers", scope.Keep(error.Square().Sum() * _helperWeight));
            (logits, labels, known) = (logits.Narrow(1, 0, kept), labels.Narrow(1, 0, kept), known?.Narrow(1, 0, kept));
        }
        Tensor? weight = _positiveWeights is null ? null : Tensor.From(_positiveWeights, _positiveWeights.Length).To(logits.Device);
        LossTerm learned = new("cross_entropy", scope.Keep(Losses.BinaryCrossEntropySum(logits, labels, weight, known)));
        double size = known?.Sum().Item() ?? logits.Elements;
        Tensor right = logits.Gt(0).Eq(labels.Gt(0.5)).To(ScalarType.Float32);
        double correct = (known is null ? right : right * known).Sum().Item();
        return new(helped is null ? [learned] : [learned, helped], size, new Dictionary<string, double> { ["accuracy"] = size > 0 ? correct / size : 0 });
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
