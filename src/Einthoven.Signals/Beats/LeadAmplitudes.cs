// Amplitudes of one lead in the averaged unfiltered beat, from the level at QRS onset (AHA/ACCF/HRS 2007: not from the T-P line).
namespace Einthoven.Signals.Beats;

/// <summary>Signed amplitudes of one lead in millivolts; null where a wave is not there.</summary>
public sealed record LeadAmplitudes
{
    /// <summary>Canonical name of the lead.</summary>
    public required string Lead { get; init; }

    /// <summary>P peak from the line between P onset and P end.</summary>
    public double? P { get; init; }

    /// <summary>First negative wave before R.</summary>
    public double? Q { get; init; }

    /// <summary>First positive wave.</summary>
    public double? R { get; init; }

    /// <summary>Negative wave after R.</summary>
    public double? S { get; init; }

    /// <summary>Second positive wave.</summary>
    public double? RPrime { get; init; }

    /// <summary>Second negative wave after R.</summary>
    public double? SPrime { get; init; }

    /// <summary>The only wave of a QRS that is negative throughout.</summary>
    public double? QS { get; init; }

    /// <summary>Level at the J point (global QRS end).</summary>
    public double? J { get; init; }

    /// <summary>Level 60 ms after J.</summary>
    public double? J60 { get; init; }

    /// <summary>Level 80 ms after J.</summary>
    public double? J80 { get; init; }

    /// <summary>T peak.</summary>
    public double? T { get; init; }

    /// <summary>QRS from its lowest to its highest point.</summary>
    public double? QrsPeakToPeak { get; init; }

    /// <summary>Signed areas in mV·s of P, QRS and T; the axes come from them.</summary>
    public (double? P, double? Qrs, double? T) Areas { get; init; }

    const double LeastWave = 0.02, LeastSeconds = 0.006;

    /// <summary>Measures an averaged beat.</summary>
    /// <param name="lead">Name.</param>
    /// <param name="x">Samples in millivolts from the level before QRS onset, at <see cref="BeatSignals.Rate"/>.</param>
    /// <param name="zero">Time of the first sample on the clock of the marks, in seconds.</param>
    /// <param name="global">Boundaries over all leads.</param>
    /// <param name="own">Marks of this lead.</param>
    internal static LeadAmplitudes Of(string lead, double[] x, double zero, GlobalMarks global, WaveMarks own)
    {
        int? Index(double? time) => time is { } t && (int)Math.Round((t - zero) * BeatSignals.Rate) is var i && i >= 0 && i < x.Length ? i : null;
        var result = new LeadAmplitudes { Lead = lead };
        double? pArea = null, qrsArea = null, tArea = null;
        if (Index(global.POn) is { } pOn && Index(global.POff) is { } pOff && pOff > pOn)
        {
            double Line(int i) => x[pOn] + (x[pOff] - x[pOn]) * (i - pOn) / (pOff - pOn);
            double peak = 0, sum = 0;
            for (int i = pOn; i <= pOff; i++)
            {
                double height = x[i] - Line(i);
                sum += height;
                if (Math.Abs(height) > Math.Abs(peak)) peak = height;
            }
            result = result with { P = peak };
            pArea = sum / BeatSignals.Rate;
        }
        if (Index(global.QrsOn) is not { } on || Index(global.QrsOff) is not { } off) return result with { Areas = (pArea, null, null) };
        double[] qrs = x[on..(off + 1)];
        qrsArea = qrs.Sum() / BeatSignals.Rate;
        result = Name(result, qrs) with
        {
            J = x[off],
            J60 = At(x, off + BeatSignals.Ms(60)),
            J80 = At(x, off + BeatSignals.Ms(80)),
            QrsPeakToPeak = qrs.Max() - qrs.Min(),
        };
        if (Index(own.TPeak) is { } tPeak && Index(global.TOff) is { } tOff && tOff > off)
        {
            double sum = 0;
            for (int i = Math.Max(off, Index(own.TOn) ?? off); i <= tOff; i++) sum += x[i];
            tArea = sum / BeatSignals.Rate;
            result = result with { T = x[tPeak] };
        }
        return result with { Areas = (pArea, qrsArea, tArea) };
    }

    static double? At(double[] x, int index) => index < x.Length ? x[index] : null;

    // Runs of one sign that are high and long enough, named in their order. What is still growing where QRS ends is ST, not a wave.
    static LeadAmplitudes Name(LeadAmplitudes lead, double[] qrs)
    {
        var waves = new List<double>();
        for (int i = 0; i < qrs.Length;)
        {
            int start = i;
            while (i < qrs.Length && (i == start || Math.Sign(qrs[i]) == Math.Sign(qrs[start]))) i++;
            int end = i;
            while (i == qrs.Length && end - 1 > start && Math.Abs(qrs[end - 1]) >= Math.Abs(qrs[end - 2])) end--;
            double peak = 0;
            for (int k = start; k < end; k++)
                if (Math.Abs(qrs[k]) > Math.Abs(peak)) peak = qrs[k];
            if (end - start <= 1 && i == qrs.Length) continue;
            if (Math.Abs(peak) < LeastWave || (i - start) / BeatSignals.Rate < LeastSeconds) continue;
            if (waves.Count > 0 && Math.Sign(waves[^1]) == Math.Sign(peak)) waves[^1] = Math.Abs(peak) > Math.Abs(waves[^1]) ? peak : waves[^1];
            else waves.Add(peak);
        }
        if (waves.Count == 0) return lead;
        if (!waves.Exists(w => w > 0)) return lead with { QS = waves[0] };
        int first = waves[0] < 0 ? 1 : 0;
        double? Wave(int index) => index < waves.Count ? waves[index] : null;
        return lead with { Q = first == 1 ? waves[0] : null, R = Wave(first), S = Wave(first + 1), RPrime = Wave(first + 2), SPrime = Wave(first + 3) };
    }
}
