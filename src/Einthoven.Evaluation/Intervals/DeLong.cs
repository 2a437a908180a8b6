// Variances of areas under the ROC curve, and tests of their difference.
using Einthoven.Evaluation.Numerics;

namespace Einthoven.Evaluation.Intervals;

/// <summary>
/// Two areas on the same rows by DeLong, DeLong and Clarke-Pearson (Biometrics 44:837, 1988), in the form of mid-ranks (Sun and Xu 2014).
/// Rows must be independent: with several records a patient draw patients instead (<see cref="PairedDifference"/>).
/// </summary>
/// <param name="First">First area with Wald's interval.</param>
/// <param name="Second">Second area with Wald's interval.</param>
/// <param name="FirstVariance">Variance of the first area.</param>
/// <param name="SecondVariance">Variance of the second area.</param>
/// <param name="Covariance">Covariance of the areas.</param>
/// <param name="Difference">First − second with its interval.</param>
/// <param name="Z">Difference over its standard error.</param>
/// <param name="P">Two-sided.</param>
public sealed record DeLong(
    Estimate First, Estimate Second, double FirstVariance, double SecondVariance, double Covariance, Estimate Difference, double Z,
        double P)
{
    /// <summary>Standard error of the difference.</summary>
    public double DifferenceError => Math.Sqrt(FirstVariance + SecondVariance - (2 * Covariance));

    /// <summary>Compares two scores of the same rows.</summary>
    /// <param name="first">First model's scores.</param>
    /// <param name="second">Second model's scores.</param>
    /// <param name="labels">1 positive, 0 negative, NaN unknown: left out.</param>
    /// <param name="level">Coverage of the intervals.</param>
    /// <returns>NaN throughout where a class has fewer than two rows.</returns>
    public static DeLong Of(ReadOnlySpan<double> first, ReadOnlySpan<double> second, ReadOnlySpan<float> labels, double level = 0.95)
    {
        Placements a = Placements.Of(first, labels), b = Placements.Of(second, labels);
        double v11 = Covaried(a, a), v22 = Covaried(b, b), v12 = Covaried(a, b);
        double critical = SpecialFunctions.NormalQuantile((1 + level) / 2);
        double difference = a.Area - b.Area, error = Math.Sqrt(v11 + v22 - (2 * v12)), z = difference / error;
        return new(
            Wald(a.Area, Math.Sqrt(v11)), Wald(b.Area, Math.Sqrt(v22)), v11, v22, v12, Wald(difference, error), z,
                SpecialFunctions.NormalTwoSided(z));

        Estimate Wald(double value, double se) => new(value, value - (critical * se), value + (critical * se));
    }

    /// <summary>Interval of an area on the scale of its logit: it stays between 0 and 1.</summary>
    public static Estimate LogitInterval(double area, double standardError, double level = 0.95)
    {
        double logit = Math.Log(area / (1 - area));
        double half = SpecialFunctions.NormalQuantile((1 + level) / 2) * standardError / (area * (1 - area));
        return new(area, LogisticRegression.Sigmoid(logit - half), LogisticRegression.Sigmoid(logit + half));
    }

    /// <summary>
    /// Standard error of an area from the numbers of positives and negatives alone (Hanley and McNeil, Radiology 143:29, 1982).
    /// </summary>
    public static double HanleyMcNeilError(double area, int positives, int negatives)
    {
        double q1 = area / (2 - area), q2 = 2 * area * area / (1 + area), square = area * area;
        double sum = (area * (1 - area)) + ((positives - 1) * (q1 - square)) + ((negatives - 1) * (q2 - square));
        return Math.Sqrt(sum / ((double)positives * negatives));
    }

    private static double Covaried(Placements a, Placements b) =>
        (Covariances(a.OfPositives, b.OfPositives) / a.OfPositives.Length)
        + (Covariances(a.OfNegatives, b.OfNegatives) / a.OfNegatives.Length);

    private static double Covariances(double[] x, double[] y)
    {
        if (x.Length < 2) return double.NaN;
        double mx = x.Average(), my = y.Average(), sum = 0;
        for (int k = 0; k < x.Length; k++) sum += (x[k] - mx) * (y[k] - my);
        return sum / (x.Length - 1);
    }

    // For each positive the share of negatives below it, for each negative the share of positives above; ties half.
    private sealed record Placements(double[] OfPositives, double[] OfNegatives, double Area)
    {
        public static Placements Of(ReadOnlySpan<double> scores, ReadOnlySpan<float> labels)
        {
            List<double> positives = [], negatives = [];
            for (int row = 0; row < scores.Length; row++)
            {
                if (float.IsNaN(labels[row])) continue;
                (labels[row] > 0.5f ? positives : negatives).Add(scores[row]);
            }

            double[] high = [.. positives.Order()], low = [.. negatives.Order()];
            double[] ofPositives = [.. positives.Select(s => (Below(low, s) + UpTo(low, s)) / (2.0 * low.Length))];
            double[] ofNegatives = [.. negatives.Select(s => 1 - ((Below(high, s) + UpTo(high, s)) / (2.0 * high.Length)))];
            return new(ofPositives, ofNegatives, ofPositives.Length > 0 ? ofPositives.Average() : double.NaN);
        }

        private static int Below(double[] sorted, double value) => First(sorted, x => x >= value);

        private static int UpTo(double[] sorted, double value) => First(sorted, x => x > value);

        private static int First(double[] sorted, Func<double, bool> reached)
        {
            int low = 0, high = sorted.Length;
            while (low < high)
            {
                int middle = (low + high) / 2;
                if (reached(sorted[middle])) high = middle;
                else low = middle + 1;
            }

            return low;
        }
    }
}
