// Pairs two lists of beats as ANSI/AAMI EC57 asks, by the rule of the WFDB program bxb: greedy in time, nearer neighbours first.
using Einthoven.Signals.Dsp;

namespace Einthoven.Signals.Beats;

/// <summary>The pairs of a reference list and a tested list.</summary>
/// <param name="Pairs">Indices into both lists in the order of time; −1 where one has no partner.</param>
/// <param name="ErrorsMs">Test minus reference of each pair that has both.</param>
public sealed record BeatMatching(IReadOnlyList<(int Reference, int Test)> Pairs, IReadOnlyList<double> ErrorsMs)
{
    /// <summary>Window of EC57 in milliseconds.</summary>
    public const double WindowMs = 150;

    /// <summary>Beats found.</summary>
    public int TruePositives => ErrorsMs.Count;

    /// <summary>Beats missed.</summary>
    public int FalseNegatives => Pairs.Count(p => p.Test < 0);

    /// <summary>Beats that are none.</summary>
    public int FalsePositives => Pairs.Count(p => p.Reference < 0);

    /// <summary>Mean of the errors; NaN without a pair.</summary>
    public double MeanErrorMs => ErrorsMs.Count == 0 ? double.NaN : ErrorsMs.Average();

    /// <summary>Standard deviation (n − 1) of the errors; NaN with fewer than two pairs.</summary>
    public double ErrorSdMs => ErrorsMs.Count < 2 ? double.NaN : Standardization.Moments([.. ErrorsMs]).Std * Math.Sqrt(ErrorsMs.Count / (ErrorsMs.Count - 1.0));

    /// <summary>Pairs two ascending lists of sample numbers.</summary>
    /// <param name="reference">Beats that are there.</param>
    /// <param name="test">Beats that were found.</param>
    /// <param name="samplingRateHz">Samples per second.</param>
    /// <param name="windowMs">Largest distance of a pair; rounded half up to samples, inclusive.</param>
    public static BeatMatching Of(ReadOnlySpan<int> reference, ReadOnlySpan<int> test, double samplingRateHz, double windowMs = WindowMs)
    {
        int window = (int)Math.Floor(windowMs / 1000 * samplingRateHz + 0.5);
        var pairs = new List<(int, int)>();
        var errors = new List<double>();
        int r = 0, t = 0;
        while (r < reference.Length || t < test.Length)
        {
            double there = At(reference, r), nextThere = At(reference, r + 1), found = At(test, t), nextFound = At(test, t + 1);
            bool isEarly = found < there;
            double distance = Math.Abs(found - there);
            // Would the present partner be nearer to the following beat, and would that one not do better elsewhere?
            double rival = isEarly ? Math.Abs(there - nextFound) : Math.Abs(found - nextThere);
            if (distance <= window && (distance < rival || Math.Abs(nextThere - nextFound) < rival))
            {
                pairs.Add((r++, t++));
                errors.Add((found - there) * 1000 / samplingRateHz);
            }
            else if (isEarly) pairs.Add((-1, t++));
            else pairs.Add((r++, -1));
        }
        return new(pairs, errors);
    }

    static double At(ReadOnlySpan<int> beats, int index) => index < beats.Length ? beats[index] : double.PositiveInfinity;
}
