// How good probabilities are as such: Brier's score, log loss, Spiegelhalter's test.
using Einthoven.Evaluation.Numerics;

namespace Einthoven.Evaluation.Calibration;

/// <summary>Figures of the known rows; NaN where there are none.</summary>
public static class Probabilities
{
    /// <summary>Mean (p − y)² (Brier 1950).</summary>
    /// <param name="probabilities">One a row, 0 to 1.</param>
    /// <param name="labels">1 positive, 0 negative, NaN unknown: left out.</param>
    public static double Brier(ReadOnlySpan<double> probabilities, ReadOnlySpan<float> labels)
    {
        double sum = 0;
        int n = 0;
        for (int row = 0; row < labels.Length; row++)
        {
            if (float.IsNaN(labels[row])) continue;
            double error = probabilities[row] - (labels[row] > 0.5f ? 1 : 0);
            sum += error * error;
            n++;
        }

        return sum / n;
    }

    /// <summary>
    /// 1 − Brier / (p̄ (1 − p̄)) with p̄ the share of positives: 0 is what the constant p̄ reaches, 1 perfection; NaN where a class is
    /// missing.
    /// </summary>
    public static double ScaledBrier(ReadOnlySpan<double> probabilities, ReadOnlySpan<float> labels)
    {
        double share = Prevalence(labels);
        return share is > 0 and < 1 ? 1 - (Brier(probabilities, labels) / (share * (1 - share))) : double.NaN;
    }

    /// <summary>Mean −ln of the probability of what was the case, clipped to [1e-15, 1 − 1e-15].</summary>
    public static double LogLoss(ReadOnlySpan<double> probabilities, ReadOnlySpan<float> labels, double clip = 1e-15)
    {
        double sum = 0;
        int n = 0;
        for (int row = 0; row < labels.Length; row++)
        {
            if (float.IsNaN(labels[row])) continue;
            double p = Math.Clamp(probabilities[row], clip, 1 - clip);
            sum -= labels[row] > 0.5f ? Math.Log(p) : Math.Log(1 - p);
            n++;
        }

        return sum / n;
    }

    /// <summary>Share of positives among the known rows.</summary>
    public static double Prevalence(ReadOnlySpan<float> labels)
    {
        int positives = 0, n = 0;
        foreach (float label in labels)
        {
            if (float.IsNaN(label)) continue;
            n++;
            if (label > 0.5f) positives++;
        }

        return (double)positives / n;
    }

    /// <summary>Mean probability of the known rows.</summary>
    public static double Mean(ReadOnlySpan<double> probabilities, ReadOnlySpan<float> labels)
    {
        double sum = 0;
        int n = 0;
        for (int row = 0; row < labels.Length; row++)
        {
            if (float.IsNaN(labels[row])) continue;
            sum += probabilities[row];
            n++;
        }

        return sum / n;
    }

    /// <summary>
    /// Spiegelhalter's z (Statistics in Medicine 5:421, 1986) and its two-sided p: normal where the probabilities are right.
    /// </summary>
    public static (double Z, double P) Spiegelhalter(ReadOnlySpan<double> probabilities, ReadOnlySpan<float> labels)
    {
        double sum = 0, variance = 0;
        for (int row = 0; row < labels.Length; row++)
        {
            if (float.IsNaN(labels[row])) continue;
            double p = probabilities[row], y = labels[row] > 0.5f ? 1 : 0;
            sum += (y - p) * (1 - (2 * p));
            variance += (1 - (2 * p)) * (1 - (2 * p)) * p * (1 - p);
        }

        double z = sum / Math.Sqrt(variance);
        return (z, SpecialFunctions.NormalTwoSided(z));
    }
}
