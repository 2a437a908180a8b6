// P values corrected for their number.
namespace Einthoven.Evaluation.Intervals;

/// <summary>Corrections of p values that were asked together; the order of the values stays.</summary>
public static class MultipleTesting
{
    /// <summary>p·m, at most 1.</summary>
    public static double[] Bonferroni(IReadOnlyList<double> p) => [.. p.Select(value => Math.Min(1, value * p.Count))];

    /// <summary>Step-down control of any false finding (Holm 1979): largest (m − k)·p₍ₖ₎ so far.</summary>
    public static double[] Holm(IReadOnlyList<double> p)
    {
        var adjusted = new double[p.Count];
        double largest = 0;
        int rank = 0;
        foreach (int k in Ascending(p)) adjusted[k] = largest = Math.Max(largest, Math.Min(1, p[k] * (p.Count - rank++)));
        return adjusted;
    }

    /// <summary>Control of the false discovery rate of independent tests (Benjamini and Hochberg 1995).</summary>
    public static double[] BenjaminiHochberg(IReadOnlyList<double> p) => StepUp(p, 1);

    /// <summary>
    /// Control of the false discovery rate of tests that depend on one another in any way (Benjamini and Yekutieli 2001).
    /// </summary>
    public static double[] BenjaminiYekutieli(IReadOnlyList<double> p) => StepUp(p, Enumerable.Range(1, p.Count).Sum(k => 1.0 / k));

    private static double[] StepUp(IReadOnlyList<double> p, double factor)
    {
        var adjusted = new double[p.Count];
        double smallest = 1;
        int rank = p.Count;
        foreach (int k in Ascending(p).Reverse()) adjusted[k] = smallest = Math.Min(smallest, p[k] * p.Count * factor / rank--);
        return adjusted;
    }

    private static int[] Ascending(IReadOnlyList<double> p) => [.. Enumerable.Range(0, p.Count).OrderBy(k => p[k])];
}
