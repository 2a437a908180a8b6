// Filters a recording for looking at it, with the limits that a page prints; measurements never come from here.
using System.Globalization;
using Einthoven.Signals.Dsp;

namespace Einthoven.Signals.Page;

/// <summary>Zero-phase filters for the eye: Butterworth of order 2 at either end, a notch at the mains frequency.</summary>
/// <remarks>The limits are where an amplitude has fallen by 3 dB after both passes.</remarks>
public sealed record PageFilter
{
    private const int Order = 2;
    private const double NotchQuality = 30;

    /// <summary>Lower limit in Hz; null for none.</summary>
    public double? LowHz { get; init; }

    /// <summary>Upper limit in Hz; null for none.</summary>
    public double? HighHz { get; init; }

    /// <summary>Mains frequency in Hz; null for no notch.</summary>
    public double? NotchHz { get; init; }

    /// <summary>Parses <c>0.5-40</c>.</summary>
    /// <exception cref="ArgumentException">Not two rising frequencies.</exception>
    public static PageFilter Parse(string text)
    {
        string[] parts = text.Split('-');
        if (parts.Length == 2
            && double.TryParse(parts[0], NumberStyles.Float, CultureInfo.InvariantCulture, out double low)
            && double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out double high)
            && low > 0 && high > low && double.IsFinite(high)) return new PageFilter { LowHz = low, HighHz = high };
        throw new ArgumentException($"{text} is no filter; give two frequencies in Hz such as 0.5-40");
    }

    /// <summary>The recording with its voltages filtered, gaps left as they are, and what was done, for the foot of the page.</summary>
    /// <remarks>A limit that the sampling rate does not reach is left out, and the text says so.</remarks>
    public (EcgRecord Record, string Description) Apply(EcgRecord record)
    {
        double slowest = record.Leads.Where(lead => lead.IsMillivolts).Select(lead => lead.SamplingRateHz).DefaultIfEmpty(double.NaN).Min();
        bool Reaches(double? frequency) => frequency < slowest / 2;
        var said = new List<string>();
        if (LowHz is { } low) said.Add(HighHz is { } top && Reaches(top) ? $"{Number(low)}\u2013{Number(top)} Hz" : $"from {Number(low)} Hz");
        else if (HighHz is { } only && Reaches(only)) said.Add($"to {Number(only)} Hz");
        if (NotchHz is { } mains && Reaches(mains)) said.Add($"{Number(mains)} Hz notch");
        foreach (double? limit in new[] { HighHz, NotchHz })
            if (limit is { } beyond && !Reaches(limit)) said.Add($"{Number(beyond)} Hz not reached at this rate");
        EcgLead[] leads = [.. record.Leads.Select(lead => lead.IsMillivolts && lead.SamplingRateHz > 0 ? Apply(lead) : lead)];
        return (new EcgRecord(record.Path, record.Format, record.SamplingRateHz, record.SampleCount, leads, record.Metadata, record.Warnings), said.Count == 0 ? "none" : string.Join(", ", said));
    }

    private EcgLead Apply(EcgLead lead)
    {
        double rate = lead.SamplingRateHz;
        // Two passes square the response: the corners move outwards so that -3 dB stays where it was asked for.
        double shift = Math.Pow(Math.Sqrt(2) - 1, 1.0 / (2 * Order));
        var stages = new List<BiquadCascade>();
        if (LowHz is { } low && low < rate / 2) stages.Add(Butterworth.Design(FilterBand.HighPass, Order, rate, low * shift));
        if (HighHz is { } high && high < rate / 2) stages.Add(Butterworth.Design(FilterBand.LowPass, Order, rate, Math.Min(high / shift, 0.49 * rate)));
        if (NotchHz is { } mains && mains < rate / 2) stages.Add(NotchFilter.Design(mains, NotchQuality, rate));
        double[] samples = lead.Samples.ToArray();
        for (int from = 0; from < samples.Length; from++)
        {
            if (!double.IsFinite(samples[from])) continue;
            int to = from;
            while (to < samples.Length && double.IsFinite(samples[to])) to++;
            double[] run = samples[from..to];
            foreach (BiquadCascade stage in stages) run = stage.ZeroPhaseAnyLength(run);
            run.CopyTo(samples, from);
            from = to;
        }
        return new EcgLead(lead.SourceName, lead.Unit, rate, samples);
    }

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
