// Decides what a recording is drawn as: which leads, how many sheets, which time on each, and what has to be said about it.
namespace Einthoven.Signals.Page;

/// <summary>One sheet: its geometry and the time at its left edge.</summary>
/// <param name="Layout">The geometry.</param>
/// <param name="StartSeconds">Time of the left edge.</param>
/// <param name="Simultaneous">True where all columns show the same time.</param>
internal sealed record PageSheet(PageLayout Layout, double StartSeconds, bool Simultaneous = false);

/// <summary>The sheets of a recording.</summary>
/// <param name="Record">The recording, limb leads completed where the layout needs them.</param>
/// <param name="Leads">Drawn leads by canonical name.</param>
/// <param name="Seconds">Length of the recording.</param>
/// <param name="Sheets">At least one.</param>
/// <param name="Notes">What a reader must know, for the first sheet.</param>
internal sealed record PagePlan(
    EcgRecord Record, IReadOnlyDictionary<string, EcgLead> Leads, double Seconds, IReadOnlyList<PageSheet> Sheets, IReadOnlyList<string> Notes)
{
    private const int MostRows = 15;
    // With fewer of the twelve than these a page for twelve would be mostly empty.
    private const int EnoughOfTwelve = 8;

    public static PagePlan Of(EcgRecord record, PageOptions options)
    {
        bool asked = options.Layout != "auto";
        if (asked || record.Leads.Any(lead => lead.Name.StartsWith('V'))) record = LimbLeads.Complete(record);
        var leads = new Dictionary<string, EcgLead>(StringComparer.Ordinal);
        var notDrawn = new List<string>();
        foreach (EcgLead lead in record.Leads)
            if (!lead.IsMillivolts || !(lead.SamplingRateHz > 0) || !leads.TryAdd(lead.Name, lead)) notDrawn.Add($"{lead.Name} ({lead.Unit})");
        if (leads.Count == 0) throw Undrawable(record);
        double seconds = leads.Values.Max(lead => lead.Samples.Length / lead.SamplingRateHz);
        if (options.StartSeconds > 0 && options.StartSeconds >= seconds)
            throw new ArgumentException($"the recording ends at {seconds:0.###} s; start before that");

        bool twelve = asked || LeadNames.Standard12.Count(leads.ContainsKey) >= EnoughOfTwelve;
        string[] drawn = twelve ? [.. LeadNames.Standard12.Where(leads.ContainsKey)] : [.. leads.Keys.Take(MostRows)];
        notDrawn.AddRange(leads.Keys.Except(drawn).Except(options.RhythmLeads));
        var notes = new List<string>();
        var sheets = new List<PageSheet>();
        double left = seconds - options.StartSeconds;
        if (twelve)
        {
            var layout = PageLayout.TwelveLeads(asked ? options.Layout : "3x4+1", options.SpeedMmPerSecond, options.GainMmPerMillivolt, options.RhythmLeads);
            // Columns that would lie behind the end of a short recording show the same time instead.
            bool simultaneous = layout.Boxes.Any(box => box.FromSeconds >= left - 0.25);
            sheets.Add(new PageSheet(layout, options.StartSeconds, simultaneous));
            if (left > layout.SpanSeconds + 0.25)
            {
                string[] strip = [.. layout.Boxes.Where(box => box.IsRhythm).Select(box => box.Lead).DefaultIfEmpty("II").Where(leads.ContainsKey)];
                AddStrips(sheets, strip.Length > 0 ? strip : drawn[..1], options, left);
            }
        }
        else
        {
            AddStrips(sheets, drawn, options, left);
        }

        if (record.Metadata.TryGetValue("derived_leads", out string? derived)) notes.Add($"derived from the other limb leads: {derived}");
        if (notDrawn.Count > 0) notes.Add($"also recorded, not drawn: {string.Join(", ", notDrawn)}");
        foreach (string name in drawn)
            if (Missing(leads[name]) is { } missing) notes.Add(missing);
        if (sheets.Count > options.MaxPages)
        {
            notes.Add($"the first {options.MaxPages} of {sheets.Count} pages");
            sheets.RemoveRange(options.MaxPages, sheets.Count - options.MaxPages);
        }
        return new PagePlan(record, leads, seconds, sheets, notes);
    }

    private static void AddStrips(List<PageSheet> sheets, string[] leads, PageOptions options, double seconds)
    {
        double span = PageLayout.Rowwise(leads, 1, options.SpeedMmPerSecond, options.GainMmPerMillivolt).SpanSeconds;
        int most = PageLayout.GroupsPerPage(leads.Length);
        // A rest of less than a tenth of a second is rounding, not a row.
        int groups = Math.Max(1, (int)Math.Ceiling((seconds - 0.1) / span));
        for (int done = 0; done < groups; done += most)
        {
            int here = groups <= most ? groups : most;
            sheets.Add(new PageSheet(PageLayout.Rowwise(leads, here, options.SpeedMmPerSecond, options.GainMmPerMillivolt), options.StartSeconds + (done * span)));
        }
    }

    // What is missing, so that a gap is not read as a pause.
    private static string? Missing(EcgLead lead)
    {
        int missing = 0;
        foreach (double value in lead.Samples.Span) if (!double.IsFinite(value)) missing++;
        if (missing == 0) return null;
        return missing == lead.Samples.Length ? $"{lead.Name}: no signal" : $"{lead.Name}: {missing / lead.SamplingRateHz:0.0##} s missing";
    }

    private static EcgFormatException Undrawable(EcgRecord record)
    {
        bool rate = record.Leads.All(lead => !(lead.SamplingRateHz > 0));
        return rate
            ? new EcgFormatException(record.Path, "", "the sampling rate is unknown, so time cannot be drawn to scale", "give it")
            : new EcgFormatException(record.Path, "", "no lead is in millivolts, so nothing can be drawn to scale", "give the counts per millivolt where the file does not");
    }
}
