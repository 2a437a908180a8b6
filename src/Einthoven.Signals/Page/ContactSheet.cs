// Many recordings on one sheet, two leads each, to scale but small: for looking at a whole set at once.
namespace Einthoven.Signals.Page;

/// <summary>A recording on a contact sheet.</summary>
/// <param name="Record">The recording.</param>
/// <param name="Caption">The line above it.</param>
/// <param name="Over">Drawn over it in another colour, from the same baselines, where its samples are finite; null: nothing.</param>
public sealed record ContactSheetEntry(EcgRecord Record, string Caption, EcgRecord? Over = null);

/// <summary>Contact sheets: A4 across, two columns of five recordings, 10.4 s of each at 12.5 mm/s and 10 mm/mV.</summary>
public static class ContactSheet
{
    private const double Width = 297;
    private const double Height = 210;
    private const double Left = 14;
    private const double Top = 17;
    private const double ColumnStep = 138;
    private const double RowStep = 36.5;
    private const double CellWidth = 130;
    private const double CaptionHeight = 4;
    private const double CellHeight = 30;
    private const double MmPerSecond = 12.5;
    private const double MmPerMillivolt = 10;
    private const int Rows = 5;
    private const int PerPage = 2 * Rows;

    /// <summary>Draws sheets, ten recordings each.</summary>
    /// <param name="title">The line at the head of every sheet.</param>
    /// <param name="entries">The recordings; leads that are not in millivolts are left out.</param>
    /// <param name="leads">Which leads, at most three; those that a recording lacks are left out.</param>
    /// <exception cref="ArgumentException">There is nothing to draw, or there are more than three leads.</exception>
    public static IReadOnlyList<DisplayList> Draw(string title, IReadOnlyList<ContactSheetEntry> entries, params IReadOnlyList<string> leads)
    {
        if (entries.Count == 0) throw new ArgumentException("there is no recording to draw", nameof(entries));
        if (leads.Count > 3) throw new ArgumentException("a contact sheet has room for three leads", nameof(leads));
        if (leads.Count == 0) leads = ["II", "V1"];
        var pages = new List<DisplayList>();
        int sheets = (entries.Count + PerPage - 1) / PerPage;
        for (int sheet = 0; sheet < sheets; sheet++)
        {
            string head = sheets > 1 ? $"{title}, sheet {sheet + 1} of {sheets}" : title;
            var items = new List<PageItem>
            {
                new PageText(head, new PagePoint(Left, 11), 4, PageColour.Black, Bold: true),
                new PageText("12.5 mm/s, 10 mm/mV, grid 0.4 s and 0.5 mV; not for diagnosis", new PagePoint(Left, Height - 5), 2.8, PageColour.Grey),
            };
            for (int k = sheet * PerPage; k < Math.Min(entries.Count, (sheet + 1) * PerPage); k++)
                AddCell(items, entries[k], leads, Left + (ColumnStep * (k % PerPage / Rows)), Top + (RowStep * (k % Rows)));
            pages.Add(new DisplayList(head, Width, Height, items));
        }

        return pages;
    }

    private static void AddCell(List<PageItem> items, ContactSheetEntry entry, IReadOnlyList<string> leads, double x, double y)
    {
        items.Add(new PageText(entry.Caption, new PagePoint(x, y + 2.8), 2.8, PageColour.Black));
        double top = y + CaptionHeight;
        var grid = new List<PagePoint[]>();
        for (double mm = 0; mm <= CellWidth; mm += 5) grid.Add([new(x + mm, top), new(x + mm, top + CellHeight)]);
        for (double mm = 0; mm <= CellHeight; mm += 5) grid.Add([new(x, top + mm), new(x + CellWidth, top + mm)]);
        items.Add(new PageLines(null, PageColour.MinorGrid, 0.1, grid));
        EcgLead[] drawn = [.. leads.Select(name => entry.Record.TryGetLead(name, out EcgLead? lead) ? lead : null).OfType<EcgLead>().Where(lead => lead.IsMillivolts && lead.SamplingRateHz > 0)];
        for (int k = 0; k < drawn.Length; k++)
        {
            double baseline = top + (CellHeight * (k + 0.5) / drawn.Length);
            items.Add(new PageText(drawn[k].Name, new PagePoint(x + 0.8, baseline - (CellHeight / (2 * drawn.Length)) + 3), 2.6, PageColour.Black, Bold: true));
            double zero = Median(drawn[k].Samples.Span[..Shown(drawn[k])]);
            items.Add(new PageLines($"lead {drawn[k].Name}", PageColour.Black, 0.2, Strokes(drawn[k], zero, x, baseline, top)));
            if (entry.Over is { } over && over.TryGetLead(drawn[k].Name, out EcgLead? painted))
                items.Add(new PageLines($"lead {painted.Name}, drawn over", PageColour.Overlay, 0.25, Strokes(painted, zero, x, baseline, top)));
        }
    }

    // Samples that a cell has room for.
    private static int Shown(EcgLead lead) => (int)Math.Min(lead.Samples.Length, Math.Floor(CellWidth / MmPerSecond * lead.SamplingRateHz));

    // The pen is lifted where a sample is missing; a wave that leaves the cell is drawn up to its edge.
    private static List<PagePoint[]> Strokes(EcgLead lead, double zero, double x, double baseline, double top)
    {
        ReadOnlySpan<double> samples = lead.Samples.Span;
        int count = Shown(lead);
        var strokes = new List<PagePoint[]>();
        var run = new List<PagePoint>();
        for (int t = 0; t <= count; t++)
        {
            if (t < count && double.IsFinite(samples[t]))
            {
                run.Add(new(x + (t / lead.SamplingRateHz * MmPerSecond), baseline - ((samples[t] - zero) * MmPerMillivolt)));
                continue;
            }
            if (run.Count > 0) PageTrace.Clip(PageTrace.Simplify(run), top, top + CellHeight, strokes);
            run.Clear();
        }
        return strokes;
    }

    private static double Median(ReadOnlySpan<double> samples)
    {
        var values = new List<double>();
        foreach (double value in samples)
            if (double.IsFinite(value)) values.Add(value);
        values.Sort();
        return values.Count == 0 ? 0 : values[values.Count / 2];
    }
}
