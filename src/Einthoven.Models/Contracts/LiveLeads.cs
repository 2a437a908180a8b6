// Which leads of a recording carry a signal at all.

using Einthoven.Signals;

namespace Einthoven.Models.Contracts;

/// <summary>Leads that are there and not flat.</summary>
public static class LiveLeads
{
    // A converter's last digit flickers; no heart is so quiet.
    private const double FlatMillivolts = 0.002;
    private const double DeadShare = 0.5;
    private const string Modified = "ML";

    /// <summary>
    /// Whether a lead carries nothing: no samples, or more than half of its seconds flat (a deviation below 2 µV; in other units none at all).
    /// </summary>
    public static bool IsDead(EcgLead lead)
    {
        ReadOnlySpan<double> samples = lead.Samples.Span;
        int second = lead.SamplingRateHz >= 1 ? (int)Math.Round(lead.SamplingRateHz) : samples.Length;
        double least = lead.IsMillivolts ? FlatMillivolts : 0;
        (int seconds, int flat) = (0, 0);
        for (int start = 0; start < samples.Length; start += second)
        {
            ReadOnlySpan<double> part = samples[start..Math.Min(samples.Length, start + second)];
            // The rest behind the last whole second says little.
            if (part.Length < second && seconds > 0)
                break;
            seconds++;
            if (!(Deviation(part) > least))
                flat++;
        }

        return seconds == 0 || flat > DeadShare * seconds;
    }

    /// <summary>
    /// The leads of a recording that a network of one lead can be given, in the recording's order: those with the name of a lead; where none
    /// has one, those in millivolts, or a single signal in whatever unit.
    /// </summary>
    /// <param name="record">The recording.</param>
    /// <returns>Live leads, and the names of dead ones.</returns>
    public static (IReadOnlyList<EcgLead> Live, IReadOnlyList<string> Dead) Of(EcgRecord record)
    {
        EcgLead[] leads = [.. record.Leads.Where(lead => LeadNames.IsKnown(lead.Name))];
        if (leads.Length == 0)
            leads = [.. record.Leads.Where(lead => lead.IsMillivolts)];
        if (leads.Length == 0 && record.Leads.Count == 1)
            leads = [record.Leads[0]];
        return ([.. leads.Where(lead => !IsDead(lead))], [.. leads.Where(IsDead).Select(lead => lead.Name)]);
    }

    /// <summary>The standard lead that looks along the same line: II of Holter's MLII; any other lead itself.</summary>
    internal static string Direction(string lead) => lead.StartsWith(Modified, StringComparison.Ordinal) && LeadNames.IsStandard(lead[Modified.Length..]) ? lead[Modified.Length..] : lead;

    // Of the samples that are there; NaN where none is.
    private static double Deviation(ReadOnlySpan<double> samples)
    {
        (long count, double mean, double squares) = (0, 0, 0);
        foreach (double sample in samples)
        {
            if (double.IsNaN(sample))
                continue;
            double gap = sample - mean;
            mean += gap / ++count;
            squares += gap * (sample - mean);
        }

        return Math.Sqrt(squares / count);
    }
}
