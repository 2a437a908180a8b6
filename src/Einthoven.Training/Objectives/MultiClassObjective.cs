// Fine-tuning on one class out of several, with the focal loss where easy examples shall count less.
// Source of the focal loss: Lin et al., "Focal loss for dense object detection", ICCV 2017, §3.2.
using Einthoven.Models;
using Einthoven.Torch;

namespace Einthoven.Training.Objectives;

/// <summary>
/// Term <c>cross_entropy</c>; labels are class numbers [batch, 1], or shares of the classes [batch, classes] such as a single 1 or a mixture;
/// the sample size is the number of rows with a known class.
/// </summary>
public sealed class MultiClassObjective : IObjective
{
    private readonly EcgNetwork _network;
    private readonly float[]? _classWeights;
    private readonly double _focalGamma;

    /// <summary>Takes over a network.</summary>
    /// <param name="network">One logit a class.</param>
    /// <param name="classWeights">Factor on the loss of rows of each class; null: 1.</param>
    /// <param name="focalGamma">Power of 1 − p of the true class that the loss is multiplied by; 0: plain cross entropy.</param>
    public MultiClassObjective(EcgNetwork network, IReadOnlyList<double>? classWeights = null, double focalGamma = 0)
    {
        _network = network;
        _classWeights = classWeights?.Select(w => (float)w).ToArray();
        _focalGamma = focalGamma;
    }

    /// <inheritdoc/>
    public Module Network => _network;

    /// <inheritdoc/>
    public ObjectiveResult Compute(TrainingBatch batch, ObjectiveContext context)
    {
        using Scope scope = new();
        (Tensor logits, Tensor labels) = Supervised.Forward(_network, batch, context, classes: true);
        bool shares = labels.Size(1) > 1;
        Tensor classes = shares ? labels.Argmax(1) : labels.To(ScalarType.Int64).Flatten(); // [batch]
        Tensor losses = shares ? ShareLosses(logits, labels) : RowLosses(logits, classes, _focalGamma);
        if (_classWeights is not null) losses *= Tensor.From(_classWeights, _classWeights.Length).To(logits.Device).IndexSelect(0, classes);
        Tensor right = logits.Argmax(1).Eq(classes).To(ScalarType.Float32);
        double size = logits.Size(0);
        if (batch.Known is { } known)
        {
            // A row of shares is known as a whole or not at all.
            Tensor rows = known.Narrow(1, 0, 1).Flatten();
            (losses, right, size) = (losses * rows, right * rows, rows.Sum().Item());
        }
        return new(
            [new("cross_entropy", scope.Keep(losses.Sum()))], size,
            new Dictionary<string, double> { ["accuracy"] = size > 0 ? right.Sum().Item() / size : 0 });
    }

    private Tensor ShareLosses(Tensor logits, Tensor shares)
    {
        Tensor losses = -(logits.LogSoftmax(1) * shares).Sum([1]); // [batch]
        return _focalGamma == 0 ? losses : (1 - (-losses).Exp()).Pow(_focalGamma) * losses;
    }

    /// <summary>(1 − p)^gamma · −log p of each row's true class.</summary>
    /// <param name="logits">[batch, classes].</param>
    /// <param name="classes">Int64 [batch].</param>
    /// <param name="focalGamma">gamma; 0: plain cross entropy.</param>
    public static Tensor RowLosses(Tensor logits, Tensor classes, double focalGamma)
    {
        Tensor losses = -logits.LogSoftmax(1).Gather(1, classes.Unsqueeze(1)).Squeeze(1); // [batch]
        return focalGamma == 0 ? losses : (1 - (-losses).Exp()).Pow(focalGamma) * losses;
    }

    /// <inheritdoc/>
    public void Dispose() => _network.Dispose();
}
