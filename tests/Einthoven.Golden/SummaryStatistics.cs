// The figures by which a large tensor is summarised.
namespace Einthoven.Golden;

internal static class SummaryStatistics
{
    /// <summary>mean, std (population), l2 or sum of the values, in double precision.</summary>
    public static double Of(string name, ReadOnlySpan<double> values)
    {
        double sum = 0, squares = 0;
        foreach (double value in values)
        {
            sum += value;
            squares += value * value;
        }

        if (name == "sum") return sum;
        if (name == "l2") return Math.Sqrt(squares);
        double mean = sum / values.Length;
        if (name == "mean") return mean;
        double deviations = 0;
        foreach (double value in values) deviations += (value - mean) * (value - mean);
        return Math.Sqrt(deviations / values.Length);
    }
}
