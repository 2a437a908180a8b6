// What detection and delineation work on: the usable leads at 500 Hz, gaps bridged, wander and high frequencies taken off.
using Einthoven.Signals.Dsp;

namespace Einthoven.Signals.Beats;

/// <summary>One lead made ready; all arrays have the same length.</summary>
/// <param name="Index">Position among the leads of the record.</param>
/// <param name="Name">Canonical name.</param>
/// <param name="InMillivolts">False where the scale is unknown: times can be measured, amplitudes not.</param>
/// <param name="Raw">Unfiltered values at the working rate.</param>
/// <param name="Smooth">0.4–40 Hz, zero phase.</param>
/// <param name="Sharp">0.4–100 Hz, zero phase: what is smoothed more begins earlier and ends later.</param>
sealed record BeatLead(int Index, string Name, bool InMillivolts, double[] Raw, double[] Smooth, double[] Sharp);

/// <summary>The leads of a record that can carry a heartbeat, at one rate.</summary>
sealed class BeatSignals
{
    /// <summary>Rate at which everything is measured; other rates are resampled to it.</summary>
    public const double Rate = 500;

    const double MaxMissingShare = 0.5;
    const double MinSwing = 1e-9;

    static readonly BiquadCascade s_highpass = Butterworth.Design(FilterBand.HighPass, 1, Rate, 0.4);
    static readonly BiquadCascade s_lowpass = Butterworth.Design(FilterBand.LowPass, 2, Rate, 40);
    static readonly BiquadCascade s_sharpLowpass = Butterworth.Design(FilterBand.LowPass, 2, Rate, 100);

    BeatSignals(IReadOnlyList<BeatLead> leads, int samples, IReadOnlyList<string> remarks)
    {
        Leads = leads;
        Samples = samples;
        Remarks = remarks;
    }

    public IReadOnlyList<BeatLead> Leads { get; }

    /// <summary>Samples at <see cref="Rate"/>.</summary>
    public int Samples { get; }

    /// <summary>In plain words, what was left out and why.</summary>
    public IReadOnlyList<string> Remarks { get; }

    public static int Ms(double milliseconds) => (int)Math.Round(milliseconds * Rate / 1000);

    public static BeatSignals Of(EcgRecord record)
    {
        var usable = new List<(int Index, double[] Raw)>();
        var remarks = new List<string>();
        double length = record.Duration.TotalSeconds;
        if (!(record.SamplingRateHz > 0))
        {
            remarks.Add("the sampling rate is unknown: nothing can be measured");
            return new BeatSignals([], 0, remarks);
        }
        int samples = (int)Math.Round(length * Rate);
        for (int i = 0; i < record.Leads.Count; i++)
        {
            EcgLead lead = record.Leads[i];
            if (!lead.IsMillivolts && lead.Unit != Units.Count && lead.Unit.Length > 0) continue;
            if (Bridge(lead.Samples.Span) is not { } bridged)
            {
                remarks.Add($"lead {lead.Name}: too few samples to measure");
                continue;
            }
            if (bridged.Max() - bridged.Min() < MinSwing)
            {
                remarks.Add($"lead {lead.Name}: flat");
                continue;
            }
            double rate = lead.SamplingRateHz > 0 ? lead.SamplingRateHz : record.SamplingRateHz;
            double[] raw = rate == Rate ? bridged : PolyphaseResampler.Resample(bridged, rate, Rate);
            if (raw.Length != samples) Array.Resize(ref raw, samples);
            usable.Add((i, raw));
        }
        double[][] level = s_highpass.ZeroPhaseAnyLength([.. usable.Select(lead => lead.Raw)]), smooth = s_lowpass.ZeroPhaseAnyLength(level), sharp = s_sharpLowpass.ZeroPhaseAnyLength(level);
        BeatLead[] leads = [.. usable.Select((lead, k) => new BeatLead(lead.Index, record.Leads[lead.Index].Name, record.Leads[lead.Index].IsMillivolts, lead.Raw, smooth[k], sharp[k]))];
        return new BeatSignals(leads, samples, remarks);
    }

    /// <summary>The leads that say something of their own: I, II and V1 … V6 where two limb leads and a chest lead are there, else all.</summary>
    public IReadOnlyList<BeatLead> Independent()
    {
        BeatLead[] own = [.. Leads.Where(l => ElectrodePlacement.IndependentLeads.Contains(l.Name))];
        return own.Any(l => l.Name == "I") && own.Any(l => l.Name == "II") && own.Any(l => l.Name[0] == 'V') ? own : Leads;
    }

    // Missing samples on the straight line between their neighbours; null where too many are missing.
    static double[]? Bridge(ReadOnlySpan<double> samples)
    {
        double[] result = samples.ToArray();
        int present = 0, last = -1;
        for (int i = 0; i < result.Length; i++)
        {
            if (!double.IsFinite(result[i])) continue;
            present++;
            for (int k = last + 1; k < i; k++)
                result[k] = last < 0 ? result[i] : result[last] + (result[i] - result[last]) * (k - last) / (i - last);
            last = i;
        }
        if (present < 2 || present < (1 - MaxMissingShare) * result.Length) return null;
        for (int k = last + 1; k < result.Length; k++) result[k] = result[last];
        return result;
    }
}
