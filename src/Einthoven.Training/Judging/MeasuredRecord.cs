// What the delineator measures in a recording, as far as a judgement needs it.
using Einthoven.Signals;
using Einthoven.Signals.Beats;

namespace Einthoven.Training.Judging;

/// <summary>Measurements; NaN where something cannot be measured.</summary>
/// <param name="Rate">Beats a minute.</param>
/// <param name="Irregularity">Standard deviation of the intervals between beats over their mean.</param>
/// <param name="FastShare">Share of the intervals' variation that is faster than one swing in four beats.</param>
/// <param name="HasP">1 where a P wave keeps its place before QRS, else 0.</param>
/// <param name="QrsMs">QRS duration.</param>
/// <param name="PrMs">P onset to QRS onset.</param>
/// <param name="OtherShapes">Share of the beats that have not the commonest shape.</param>
/// <param name="SokolowLyonMillivolts">S(V1) and the larger R of V5 and V6.</param>
internal sealed record MeasuredRecord(
    double Rate, double Irregularity, double FastShare, double HasP, double QrsMs, double PrMs, double OtherShapes, double SokolowLyonMillivolts)
{
    private const int FewestIntervals = 4;

    internal static MeasuredRecord Of(EcgRecord record)
    {
        EcgMeasurements m = EcgMeasurements.Of(record);
        double[] peaks = [.. m.Series.Beats.Select(b => b.Marks.RPeak).OfType<double>()];
        double[] intervals = [.. peaks.Skip(1).Zip(peaks, (next, before) => next - before)];
        (double irregularity, double fast) = Variation(intervals);
        bool beats = m.Series.Beats.Count > 0;
        return new(
            m.HeartRateBpm ?? double.NaN, irregularity, fast, !beats ? double.NaN : m.PrMs is null ? 0 : 1, m.QrsMs ?? double.NaN, m.PrMs ?? double.NaN,
            beats ? m.Series.Beats.Count(b => b.Shape != 0) / (double)m.Series.Beats.Count : double.NaN, Sokolow(m));
    }

    /// <summary>The measure of a name, as signs.csv has it.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    internal double this[string measure] => measure switch
    {
        "rate" => Rate,
        "irregularity" => Irregularity,
        "p" => HasP,
        "qrs" => QrsMs,
        "pr" => PrMs,
        "otherShapes" => OtherShapes,
        "sokolowLyon" => SokolowLyonMillivolts,
        _ => throw new ArgumentException($"There is no measure {measure}."),
    };

    // Periodogram of the intervals as they come, beat by beat: ten seconds hold too few for a spectrum in Hz.
    private static (double Irregularity, double FastShare) Variation(double[] intervals)
    {
        if (intervals.Length < FewestIntervals) return (double.NaN, double.NaN);
        double mean = intervals.Average(), slow = 0, fast = 0;
        int n = intervals.Length;
        for (int k = 1; k <= n / 2; k++)
        {
            double re = 0, im = 0;
            for (int t = 0; t < n; t++)
            {
                (double sin, double cos) = Math.SinCos(2 * Math.PI * k * t / n);
                re += (intervals[t] - mean) * cos;
                im += (intervals[t] - mean) * sin;
            }

            double power = (re * re) + (im * im);
            if (4 * k > n) fast += power;
            else slow += power;
        }

        double variance = intervals.Average(v => (v - mean) * (v - mean));
        return (Math.Sqrt(variance) / mean, slow + fast > 0 ? fast / (slow + fast) : double.NaN);
    }

    private static double Sokolow(EcgMeasurements m)
    {
        LeadAmplitudes? v1 = Lead("V1"), v5 = Lead("V5"), v6 = Lead("V6");
        return v1 is null || v5 is null || v6 is null ? double.NaN : VoltageIndices.SokolowLyon(-(v1.S ?? v1.QS ?? 0), v5.R ?? 0, v6.R ?? 0);

        LeadAmplitudes? Lead(string name) => m.Leads.FirstOrDefault(lead => lead.Lead == name);
    }
}
