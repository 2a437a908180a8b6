// Probabilities against frequencies in bins, and the calibration errors that follow (Guo et al., ICML 2017).
namespace Einthoven.Evaluation.Calibration;

/// <summary>A bin of a reliability table.</summary>
/// <param name="Count">Rows in it; where 0 the rest is NaN.</param>
/// <param name="MeanProbability">Mean probability of its rows.</param>
/// <param name="Frequency">Share of positives among them.</param>
public readonly record struct ReliabilityBin(int Count, double MeanProbability, double Frequency)
{
    /// <summary>|frequency − mean probability|.</summary>
    public double Gap => Math.Abs(Frequency - MeanProbability);
}

/// <summary>A reliability table.</summary>
/// <param name="Bins">From the lowest probabilities up.</param>
public sealed record Reliability(IReadOnlyList<ReliabilityBin> Bins)
{
    /// <summary>Expected calibration error: the gaps' mean weighted by rows; NaN without rows.</summary>
    public double ExpectedError => Bins.Where(b => b.Count > 0).Sum(b => b.Count * b.Gap) / Bins.Sum(b => b.Count);

    /// <summary>The largest gap.</summary>
    public double MaximumError => Bins.Where(b => b.Count > 0).Select(b => b.Gap).DefaultIfEmpty(double.NaN).Max();

    /// <summary>Bins of equal width: bin b of B holds (b/B, (b + 1)/B], the first also 0.</summary>
    /// <param name="probabilities">One a row, 0 to 1.</param>
    /// <param name="labels">1 positive, 0 negative, NaN unknown: left out.</param>
    /// <param name="bins">Number of bins.</param>
    public static Reliability EqualWidth(ReadOnlySpan<double> probabilities, ReadOnlySpan<float> labels, int bins)
    {
        int[] counts = new int[bins];
        double[] sums = new double[bins], positives = new double[bins];
        for (int row = 0; row < labels.Length; row++)
        {
            if (float.IsNaN(labels[row])) continue;
            int bin = LabelResampler.CalibrationBin(probabilities[row], bins);
            counts[bin]++;
            sums[bin] += probabilities[row];
            if (labels[row] > 0.5f) positives[bin]++;
        }

        return new([.. counts.Select((n, b) => new ReliabilityBin(n, sums[b] / n, positives[b] / n))]);
    }

    /// <summary>
    /// Bins of equally many rows: sorted by probability (equal ones in the order of the rows), the first n mod B bins one row larger.
    /// </summary>
    /// <param name="probabilities">One a row, 0 to 1.</param>
    /// <param name="labels">1 positive, 0 negative, NaN unknown: left out.</param>
    /// <param name="bins">Number of bins.</param>
    public static Reliability EqualMass(ReadOnlySpan<double> probabilities, ReadOnlySpan<float> labels, int bins)
    {
        List<(double P, bool Positive)> rows = [];
        for (int row = 0; row < labels.Length; row++)
            if (!float.IsNaN(labels[row])) rows.Add((probabilities[row], labels[row] > 0.5f));
        (double P, bool Positive)[] sorted = [.. rows.OrderBy(r => r.P)];
        var table = new ReliabilityBin[bins];
        for (int bin = 0, start = 0; bin < bins; bin++)
        {
            int size = (sorted.Length / bins) + (bin < sorted.Length % bins ? 1 : 0);
            double sum = 0, positives = 0;
            foreach ((double p, bool positive) in sorted.AsSpan(start, size))
            {
                sum += p;
                if (positive) positives++;
            }

            table[bin] = new(size, sum / size, positives / size);
            start += size;
        }

        return new(table);
    }

    /// <summary>For classes: the highest probability of each row against whether that class was right; row-major [rows, classes].</summary>
    public static Reliability TopLabel(ReadOnlySpan<double> probabilities, ReadOnlySpan<int> truths, int classes, int bins)
    {
        int[] calls = Classification.ClassProbabilities.Calls(probabilities, classes);
        double[] confidence = new double[calls.Length];
        float[] right = new float[calls.Length];
        for (int row = 0; row < calls.Length; row++)
        {
            confidence[row] = probabilities[(row * classes) + calls[row]];
            right[row] = calls[row] == truths[row] ? 1 : 0;
        }

        return EqualWidth(confidence, right, bins);
    }
}
