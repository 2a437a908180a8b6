// The losses of the study's objectives on a student's outputs.
// Source: Al-Masud and Strodthoff, "Pretraining strategies and scaling for ECG foundation models", arXiv 2605.12241, and its program.
using Einthoven.Torch;

namespace Einthoven.Training.Objectives.Study;

/// <summary>Regression of a teacher's outputs.</summary>
public static class RegressionLosses
{
    private const int ReductionNone = 0;
    private static readonly Operator s_smoothL1 = new("aten::smooth_l1_loss");

    /// <summary>Elementwise: e²/2β where |e| is below β, else |e| − β/2; the plain square where β is 0.</summary>
    public static Tensor Elementwise(Tensor prediction, Tensor target, double beta) =>
        beta > 0 ? s_smoothL1.Call(prediction, target, ReductionNone, beta) : (prediction - target).Square();

    /// <summary>Joint-embedding prediction: mean over windows, target blocks, their positions, and channels.</summary>
    /// <param name="prediction">[batch, positions, width].</param>
    /// <param name="target">The same shape.</param>
    /// <param name="counts">How many target blocks each position lies in, [batch, positions]: it counts as often.</param>
    /// <param name="beta">As for <see cref="Elementwise"/>.</param>
    public static Tensor Jepa(Tensor prediction, Tensor target, Tensor counts, double beta = 1)
    {
        using var scope = new Scope();
        Tensor perPosition = Elementwise(prediction, target, beta).Mean([2]);                 // [batch, positions]
        return scope.Keep((perPosition * counts).Sum() / counts.Sum().Clamp(1, null));
    }

    /// <summary>data2vec: mean over masked positions of the sum over channels, times a scale. 0 where nothing is masked.</summary>
    /// <param name="prediction">[batch, positions, width].</param>
    /// <param name="target">The same shape.</param>
    /// <param name="masked">1 where masked, [batch, positions].</param>
    /// <param name="beta">As for <see cref="Elementwise"/>.</param>
    /// <param name="scale">Null: 1/√width.</param>
    public static Tensor Data2Vec(Tensor prediction, Tensor target, Tensor masked, double beta = 1, double? scale = null)
    {
        using var scope = new Scope();
        Tensor perPosition = Elementwise(prediction, target, beta).Sum([2]) * (scale ?? (1 / Math.Sqrt(prediction.Size(2))));
        return scope.Keep((perPosition * masked).Sum() / masked.Sum().Clamp(1, null));
    }
}

/// <summary>Classification into codes of a teacher's outputs (DinoSR).</summary>
public static class CodeLosses
{
    /// <summary>Mean over codebooks of the cross-entropy at masked positions. 0 where nothing is masked.</summary>
    /// <param name="logits">[batch, positions, outputs]; the codebooks' outputs one after the other, layer by layer. Outputs beyond them are not used.</param>
    /// <param name="codes">Of each codebook, Int64 [batch, positions].</param>
    /// <param name="sizes">Codes of each codebook; repeated where there are more codebooks.</param>
    /// <param name="masked">1 where masked, [batch, positions].</param>
    /// <param name="temperature">What logits are divided by.</param>
    public static Tensor CrossEntropy(Tensor logits, IReadOnlyList<Tensor> codes, IReadOnlyList<int> sizes, Tensor masked, double temperature = 1)
    {
        using var scope = new Scope();
        Tensor? total = null;
        long offset = 0;
        for (int k = 0; k < codes.Count; k++)
        {
            int size = sizes[k % sizes.Count];
            Tensor likelihood = (logits.Narrow(2, offset, size) / temperature).LogSoftmax(2).Gather(2, codes[k].Unsqueeze(2)).Squeeze(2);
            Tensor loss = -(likelihood * masked).Sum() / masked.Sum().Clamp(1, null);
            total = total is null ? loss : total + loss;
            offset += size;
        }

        return scope.Keep((total ?? throw new ArgumentException("There are no codes.")) / codes.Count);
    }
}

/// <summary>The parts of the loss of one codebook of soft targets.</summary>
/// <param name="Masked">Divergence at masked positions, weighted.</param>
/// <param name="Unmasked">Divergence at the others, weighted; null where it does not enter.</param>
/// <param name="Entropy">The student's entropy, weighted; null where it does not enter.</param>
public sealed record SoftCodeLoss(Tensor Masked, Tensor? Unmasked, Tensor? Entropy)
{
    /// <summary>Their sum.</summary>
    public Tensor Total()
    {
        Tensor total = Masked;
        if (Unmasked is not null) total += Unmasked;
        return Entropy is null ? total : total + Entropy;
    }
}

/// <summary>Divergence from balanced soft assignments (HuBERT++ of the study).</summary>
public sealed record SoftCodeLosses
{
    private const double OnlyMaskedFactor = 10;
    private const double LogFloor = 1e-8;
    private static readonly Operator s_xLogY = new("aten::xlogy", "Tensor");

    /// <summary>Weight of masked positions; the others have the rest. At 1, as published, the student's part counts tenfold and its entropy not at all.</summary>
    public double Alpha { get; init; } = 0.75;

    /// <summary>Weight of the student's entropy.</summary>
    public double EntropyWeight { get; init; } = 0.001;

    /// <summary>The loss of one codebook; a network's is the sum over its codebooks.</summary>
    /// <param name="logits">[batch, positions, centres].</param>
    /// <param name="targets">Soft assignments of the teacher, the same shape.</param>
    /// <param name="masked">1 where masked, [batch, positions].</param>
    /// <param name="temperature">What logits are divided by; the entropy is taken without it.</param>
    public SoftCodeLoss Compute(Tensor logits, Tensor targets, Tensor masked, double temperature)
    {
        Tensor own = s_xLogY.Call(targets, targets).Sum([2]);                                 // [batch, positions]
        Tensor cross = (targets * (logits / temperature).LogSoftmax(2)).Sum([2]);
        if (Alpha == 1) return new(MeanAt(own - (cross * OnlyMaskedFactor), masked), null, null);
        Tensor divergence = own - cross, student = logits.Softmax(2);
        Tensor entropy = -(student * (student + LogFloor).Log()).Sum([2]);
        return new(MeanAt(divergence, masked) * Alpha, MeanAt(divergence, 1 - masked) * (1 - Alpha), entropy.Mean() * EntropyWeight);
    }

    private static Tensor MeanAt(Tensor values, Tensor weights) => (values * weights).Sum() / weights.Sum().Clamp(1, null);
}
