// Losses on logits: multi-label with unknown labels, multi-class, regression.
namespace Einthoven.Torch;

/// <summary>Sums of losses over elements or rows; divide by the count that the recipe names.</summary>
public static class Losses
{
    private const int ReductionNone = 0;
    private const int ReductionSum = 2;
    private static readonly Operator s_binaryCrossEntropy = new("aten::binary_cross_entropy_with_logits");
    private static readonly Operator s_negativeLogLikelihood = new("aten::nll_loss");

    /// <summary>
    /// Sum over all elements of −[w·y·log σ(z) + (1 − y)·log(1 − σ(z))].
    /// </summary>
    /// <param name="logits">z, [batch, labels].</param>
    /// <param name="targets">y in [0, 1], [batch, labels]; values where <paramref name="known"/> is 0 do not matter but must be finite.</param>
    /// <param name="positiveWeight">w, [labels]; null: 1.</param>
    /// <param name="known">1 where a label is known, 0 where not, [batch, labels]; null: all are known.</param>
    public static Tensor BinaryCrossEntropySum(Tensor logits, Tensor targets, Tensor? positiveWeight = null, Tensor? known = null) =>
        known is null
            ? s_binaryCrossEntropy.Call(logits, targets, Argument.None, positiveWeight, ReductionSum)
            : (s_binaryCrossEntropy.Call(logits, targets, Argument.None, positiveWeight, ReductionNone) * known).Sum();

    /// <summary>Mean of the same over the known elements; 0 where none is known.</summary>
    public static Tensor BinaryCrossEntropyMean(Tensor logits, Tensor targets, Tensor? positiveWeight = null, Tensor? known = null) =>
        BinaryCrossEntropySum(logits, targets, positiveWeight, known) / (known is null ? logits.Elements : Math.Max(1, known.Sum().Item()));

    /// <summary>Sum over rows of −log softmax(z)[class], each weighted by its class.</summary>
    /// <param name="logits">z, [batch, classes].</param>
    /// <param name="classes">Int64 [batch].</param>
    /// <param name="classWeights">[classes]; null: 1.</param>
    public static Tensor CrossEntropySum(Tensor logits, Tensor classes, Tensor? classWeights = null) =>
        s_negativeLogLikelihood.Call(logits.LogSoftmax(-1), classes, classWeights, ReductionSum, -100);

    /// <summary>Sum of squared differences.</summary>
    public static Tensor SquaredErrorSum(Tensor predictions, Tensor targets) => (predictions - targets).Square().Sum();
}
