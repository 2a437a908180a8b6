// The share still without the event over time, censoring allowed for (Kaplan and Meier, JASA 53:457, 1958).
namespace Einthoven.Evaluation.Survival;

/// <summary>A step of the curve.</summary>
/// <param name="Time">Of the events.</param>
/// <param name="AtRisk">Rows under observation just before; those censored at this very time included.</param>
/// <param name="Events">Events at this time.</param>
/// <param name="Survival">Share without the event from here on.</param>
public readonly record struct SurvivalStep(double Time, int AtRisk, int Events, double Survival);

/// <summary>The product-limit estimate.</summary>
public static class KaplanMeier
{
    /// <summary>One step a time at which events happened, ascending.</summary>
    public static IReadOnlyList<SurvivalStep> Of(ReadOnlySpan<double> times, ReadOnlySpan<bool> events)
    {
        double[] sorted = times.ToArray();
        bool[] happened = events.ToArray();
        Array.Sort(sorted, happened);
        List<SurvivalStep> steps = [];
        double survival = 1;
        for (int start = 0; start < sorted.Length;)
        {
            int end = start, count = 0;
            for (; end < sorted.Length && sorted[end] == sorted[start]; end++) if (happened[end]) count++;
            int atRisk = sorted.Length - start;
            if (count > 0) steps.Add(new(sorted[start], atRisk, count, survival *= 1 - ((double)count / atRisk)));
            start = end;
        }

        return steps;
    }
}
