// Detected segments against reference ones, sample by sample.
namespace Einthoven.Evaluation.Events;

/// <summary>Samples in both, in reference alone and in detection alone.</summary>
public readonly record struct SampleOverlap(long Both, long OnlyReference, long OnlyDetected)
{
    /// <summary>Both / either; NaN where neither has a sample.</summary>
    public double IntersectionOverUnion => (double)Both / (Both + OnlyReference + OnlyDetected);

    /// <summary>2 both / (reference + detected).</summary>
    public double Dice => 2.0 * Both / ((2 * Both) + OnlyReference + OnlyDetected);

    /// <summary>Both / reference.</summary>
    public double Sensitivity => (double)Both / (Both + OnlyReference);

    /// <summary>Both / detected.</summary>
    public double PositivePredictiveValue => (double)Both / (Both + OnlyDetected);

    /// <summary>Compares half-open segments [start, end); segments of one side may touch and overlap.</summary>
    public static SampleOverlap Of(IReadOnlyList<(long Start, long End)> reference, IReadOnlyList<(long Start, long End)> detected)
    {
        // Every boundary changes how many segments of a side are open; between boundaries nothing changes.
        var changes = new SortedDictionary<long, (int Reference, int Detected)>();
        foreach ((long start, long end) in reference) Change(start, end, (1, 0));
        foreach ((long start, long end) in detected) Change(start, end, (0, 1));
        long both = 0, onlyReference = 0, onlyDetected = 0, at = 0;
        (int openReference, int openDetected) = (0, 0);
        foreach ((long position, (int r, int d)) in changes)
        {
            long length = position - at;
            if (openReference > 0 && openDetected > 0) both += length;
            else if (openReference > 0) onlyReference += length;
            else if (openDetected > 0) onlyDetected += length;
            (at, openReference, openDetected) = (position, openReference + r, openDetected + d);
        }

        return new(both, onlyReference, onlyDetected);

        void Change(long start, long end, (int Reference, int Detected) by)
        {
            if (end <= start) return;
            (int r, int d) = changes.GetValueOrDefault(start);
            changes[start] = (r + by.Reference, d + by.Detected);
            (r, d) = changes.GetValueOrDefault(end);
            changes[end] = (r - by.Reference, d - by.Detected);
        }
    }
}
