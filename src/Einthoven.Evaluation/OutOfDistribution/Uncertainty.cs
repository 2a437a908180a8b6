// How unsure a model is of a row, from its logits or from several models' probabilities; in nats.
namespace Einthoven.Evaluation.OutOfDistribution;

/// <summary>Scores of class logits.</summary>
public static class LogitScores
{
    /// <summary>−T ln Σ exp(z/T): high where no class speaks for the row (Liu et al., NeurIPS 2020).</summary>
    public static double Energy(ReadOnlySpan<double> logits, double temperature = 1)
    {
        double largest = double.NegativeInfinity, sum = 0;
        foreach (double z in logits) largest = Math.Max(largest, z);
        foreach (double z in logits) sum += Math.Exp((z - largest) / temperature);
        return -largest - (temperature * Math.Log(sum));
    }

    /// <summary>The highest class probability.</summary>
    public static double MaximumProbability(ReadOnlySpan<double> logits)
    {
        double largest = double.NegativeInfinity, sum = 0;
        foreach (double z in logits) largest = Math.Max(largest, z);
        foreach (double z in logits) sum += Math.Exp(z - largest);
        return 1 / sum;
    }

    /// <summary>−Σ p ln p of the class probabilities.</summary>
    public static double Entropy(ReadOnlySpan<double> logits)
    {
        double normaliser = -Energy(logits), sum = 0;
        foreach (double z in logits) sum -= Math.Exp(z - normaliser) * (z - normaliser);
        return sum;
    }
}

/// <summary>What several models, or several passes of one, say of one label.</summary>
/// <param name="Mean">Mean probability.</param>
/// <param name="PredictiveEntropy">Entropy of the mean: all uncertainty.</param>
/// <param name="ExpectedEntropy">Mean entropy: what more data would not help.</param>
/// <param name="MutualInformation">Their difference: what the models disagree about.</param>
/// <param name="Variance">Of the probabilities, divisor n.</param>
public readonly record struct EnsembleUncertainty(
    double Mean, double PredictiveEntropy, double ExpectedEntropy, double MutualInformation, double Variance)
{
    /// <summary>Of the members' probabilities of one label.</summary>
    public static EnsembleUncertainty Of(ReadOnlySpan<double> probabilities)
    {
        double mean = 0, entropy = 0, variance = 0;
        foreach (double p in probabilities)
        {
            mean += p;
            entropy += Entropy(p);
        }

        mean /= probabilities.Length;
        entropy /= probabilities.Length;
        foreach (double p in probabilities) variance += (p - mean) * (p - mean);
        double whole = Entropy(mean);
        return new(mean, whole, entropy, whole - entropy, variance / probabilities.Length);
    }

    private static double Entropy(double p) => Part(p) + Part(1 - p);

    private static double Part(double p) => p > 0 ? -p * Math.Log(p) : 0;
}
