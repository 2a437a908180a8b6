// The metric of the PhysioNet/CinC Challenge 2021: wrong calls are worth what their treatment would have been (Reyna et al., CinC 2021).
namespace Einthoven.Evaluation.Challenge2021;

/// <summary>The score and its parts.</summary>
/// <param name="Score">(observed − inactive) / (correct − inactive); 0 where both are equal. Below 0 is worse than calling sinus rhythm
/// throughout.</param>
/// <param name="Observed">Σ weight × confusion of the calls.</param>
/// <param name="Correct">The same of perfect calls.</param>
/// <param name="Inactive">The same where only sinus rhythm is called, always.</param>
/// <param name="Confusion">[true, called]: Σ over records of 1 / max(1, number of classes true or called). A record without a true class
/// adds nothing.</param>
/// <param name="Accuracy">Share of records with every class right.</param>
public sealed record ChallengeScore(double Score, double Observed, double Correct, double Inactive, double[,] Confusion, double Accuracy)
{
    /// <summary>Scores calls against truth.</summary>
    /// <param name="calls">Row-major [records, classes].</param>
    /// <param name="truths">Row-major [records, classes].</param>
    /// <param name="weights">Null: the published table.</param>
    /// <exception cref="ArgumentException">The sizes do not fit the classes of the table.</exception>
    public static ChallengeScore Of(ReadOnlySpan<bool> calls, ReadOnlySpan<bool> truths, ChallengeWeights? weights = null)
    {
        weights ??= ChallengeWeights.Published;
        return Of(calls, truths, weights.Values, weights.SinusRhythmIndex);
    }

    /// <summary>The same with weights and the class of sinus rhythm by number.</summary>
    public static ChallengeScore Of(ReadOnlySpan<bool> calls, ReadOnlySpan<bool> truths, double[,] weights, int sinusRhythm)
    {
        int classes = weights.GetLength(0);
        if (calls.Length != truths.Length || calls.Length % classes != 0)
            throw new ArgumentException($"{calls.Length} calls and {truths.Length} truths are not records of {classes} classes.");
        var inactiveCalls = new bool[calls.Length];
        for (int row = 0; row < calls.Length / classes; row++) inactiveCalls[(row * classes) + sinusRhythm] = true;

        double[,] confusion = Count(calls, truths, classes);
        double observed = Weighted(confusion, weights);
        double correct = Weighted(Count(truths, truths, classes), weights);
        double inactive = Weighted(Count(inactiveCalls, truths, classes), weights);
        int right = 0;
        for (int start = 0; start < calls.Length; start += classes)
            if (calls.Slice(start, classes).SequenceEqual(truths.Slice(start, classes))) right++;
        return new(
            correct != inactive ? (observed - inactive) / (correct - inactive) : 0,
            observed, correct, inactive, confusion, (double)right / (calls.Length / classes));
    }

    private static double[,] Count(ReadOnlySpan<bool> calls, ReadOnlySpan<bool> truths, int classes)
    {
        var confusion = new double[classes, classes];
        for (int start = 0; start < calls.Length; start += classes)
        {
            int either = 0;
            for (int k = 0; k < classes; k++) if (calls[start + k] || truths[start + k]) either++;
            double share = 1.0 / Math.Max(1, either);
            for (int j = 0; j < classes; j++)
            {
                if (!truths[start + j]) continue;
                for (int k = 0; k < classes; k++) if (calls[start + k]) confusion[j, k] += share;
            }
        }

        return confusion;
    }

    private static double Weighted(double[,] confusion, double[,] weights)
    {
        double sum = 0;
        for (int j = 0; j < weights.GetLength(0); j++)
            for (int k = 0; k < weights.GetLength(1); k++) sum += weights[j, k] * confusion[j, k];
        return sum;
    }
}
