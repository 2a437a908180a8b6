// Quantiles by linear interpolation between order statistics (type 7 of Hyndman and Fan, American Statistician 50:361, 1996).
namespace Einthoven.Evaluation.Numerics;

internal static class Quantiles
{
    /// <summary>The value at position (n − 1)·share of ascending values; NaN where there are none.</summary>
    public static double OfSorted(ReadOnlySpan<double> sorted, double share)
    {
        if (sorted.Length == 0 || double.IsNaN(share)) return double.NaN;
        double position = share * (sorted.Length - 1);
        int below = (int)position;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((position - below) * (sorted[above] - sorted[below]));
    }

    /// <summary>The middle value, or the mean of the two in the middle.</summary>
    public static double Median(IEnumerable<double> values) => OfSorted([.. values.Order()], 0.5);
}
