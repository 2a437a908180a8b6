// How well a score tells foreign rows from familiar ones, and errors from right answers.
namespace Einthoven.Evaluation.OutOfDistribution;

/// <summary>Figures of a score that should be high for foreign rows, which count as positives.</summary>
/// <param name="Auroc">Area under the ROC curve.</param>
/// <param name="AveragePrecision">Average precision.</param>
/// <param name="Threshold">The ⌈0.95 n⌉-th smallest score of the familiar rows: 95 % of them lie at or below it.</param>
/// <param name="Accepted">Share of foreign rows at or below the threshold.</param>
public readonly record struct Detection(double Auroc, double AveragePrecision, double Threshold, double Accepted)
{
    /// <summary>Compares the scores of familiar and of foreign rows.</summary>
    /// <param name="familiar">Scores of rows like those of training.</param>
    /// <param name="foreign">Scores of others.</param>
    /// <param name="kept">Share of familiar rows the threshold keeps.</param>
    public static Detection Of(ReadOnlySpan<double> familiar, ReadOnlySpan<double> foreign, double kept = 0.95)
    {
        var labels = new float[familiar.Length + foreign.Length];
        labels.AsSpan(familiar.Length).Fill(1);
        var curve = Classification.RankingCurve.Of([.. familiar, .. foreign], labels);
        double[] sorted = familiar.ToArray();
        Array.Sort(sorted);
        double threshold = sorted[Math.Max(1, (int)Math.Ceiling((kept * sorted.Length) - 1e-12)) - 1];
        int accepted = 0;
        foreach (double score in foreign) if (score <= threshold) accepted++;
        return new(curve.Auroc, curve.AveragePrecision, threshold, (double)accepted / foreign.Length);
    }
}

/// <summary>Error rates when only the surest rows are answered (Geifman and El-Yaniv 2017).</summary>
/// <param name="Risks">Share of errors among the k + 1 surest rows; rows of equal confidence in their order.</param>
public sealed record SelectivePrediction(IReadOnlyList<double> Risks)
{
    /// <summary>Area under risk over coverage: the mean over all prefixes.</summary>
    public double Area => Risks.Average();

    /// <summary>Error rate of all rows.</summary>
    public double FullRisk => Risks[^1];

    /// <summary>Error rate of the surest share of rows, rounded to whole rows.</summary>
    public double RiskAt(double coverage) => Risks[Math.Clamp((int)Math.Round(coverage * Risks.Count), 1, Risks.Count) - 1];

    /// <summary>Orders rows by confidence.</summary>
    public static SelectivePrediction Of(ReadOnlySpan<double> confidence, ReadOnlySpan<bool> isError)
    {
        double[] keys = confidence.ToArray();
        bool[] errors = isError.ToArray();
        return new(Prefixes(Enumerable.Range(0, keys.Length).OrderByDescending(k => keys[k]).Select(k => errors[k])));
    }

    /// <summary>What a confidence that knows every error would reach.</summary>
    public static SelectivePrediction Best(ReadOnlySpan<bool> isError) => new(Prefixes(isError.ToArray().Order()));

    private static double[] Prefixes(IEnumerable<bool> errors)
    {
        int wrong = 0;
        return [.. errors.Select((error, k) => (double)(wrong += error ? 1 : 0) / (k + 1))];
    }
}
