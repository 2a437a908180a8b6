// Whether acting on a model does more good than harm (Vickers and Elkin, Medical Decision Making 26:565, 2006).
namespace Einthoven.Evaluation.Survival;

/// <summary>A point of a decision curve.</summary>
/// <param name="Threshold">Probability from which one would treat.</param>
/// <param name="Model">TP/n − FP/n · t/(1 − t) of treating from there up.</param>
/// <param name="TreatAll">The same of treating everyone; treating no one is 0.</param>
public readonly record struct NetBenefit(double Threshold, double Model, double TreatAll)
{
    /// <summary>The net benefit at a threshold, of the known rows.</summary>
    /// <param name="probabilities">One a row.</param>
    /// <param name="labels">1 positive, 0 negative, NaN unknown: left out.</param>
    /// <param name="threshold">Above 0 and below 1.</param>
    public static NetBenefit At(ReadOnlySpan<double> probabilities, ReadOnlySpan<float> labels, double threshold)
    {
        var counts = Classification.ConfusionCounts.At(probabilities, labels, threshold);
        double n = counts.TruePositives + counts.FalsePositives + counts.FalseNegatives + counts.TrueNegatives;
        double odds = threshold / (1 - threshold);
        double prevalence = (counts.TruePositives + counts.FalseNegatives) / n;
        return new(threshold, (counts.TruePositives / n) - (counts.FalsePositives / n * odds), prevalence - ((1 - prevalence) * odds));
    }
}
