// Draws a recording as clinical pages: chooses the layout, goes through time, and puts grid, pulses, labels and traces on each sheet.
namespace Einthoven.Signals.Page;

/// <summary>Pages of a recording, to scale.</summary>
public static class EcgPages
{
    private const double TracePen = 0.3;
    private const double LabelSize = 3.2;

    /// <summary>Draws the pages of a recording.</summary>
    /// <remarks>
    /// Twelve leads give the standard page; where the recording is longer than the page, pages with the rhythm lead over its whole length follow.
    /// Any other set of leads gives rows along the whole width, page after page. Every lead is centred at its own median.
    /// </remarks>
    /// <param name="record">The recording; leads in millivolts are drawn, others are named at the foot.</param>
    /// <param name="options">How to draw; <see cref="PageOptions.Default"/> where null.</param>
    /// <exception cref="EcgFormatException">The recording cannot be drawn to scale: its rate is unknown, or no lead is in millivolts.</exception>
    /// <exception cref="ArgumentException">An option is out of range, or the start lies behind the end of the recording.</exception>
    public static IReadOnlyList<DisplayList> Draw(EcgRecord record, PageOptions? options = null)
    {
        options ??= PageOptions.Default;
        options.Validate();
        PagePlan plan = PagePlan.Of(record, options);
        var pages = new List<DisplayList>(plan.Sheets.Count);
        for (int number = 0; number < plan.Sheets.Count; number++) pages.Add(DrawSheet(plan, number, options));
        return pages;
    }

    private static DisplayList DrawSheet(PagePlan plan, int number, PageOptions options)
    {
        PageSheet sheet = plan.Sheets[number];
        PageLayout layout = sheet.Layout;
        var items = new List<PageItem>();
        var notes = new List<string>(number == 0 ? plan.Notes : []);
        AddGrid(items, layout);
        double headBottom = PageMargins.AddHead(items, plan.Record, layout, options, first: number == 0);
        double top = Math.Min(headBottom + 1, layout.PlotTopMm), bottom = layout.PaperHeightMm - 13;

        var zeros = new Dictionary<EcgLead, double>();
        var cut = new List<string>();
        foreach (LeadBox box in layout.Boxes)
        {
            double start = sheet.StartSeconds - (sheet.Simultaneous && !box.IsRhythm ? box.FromSeconds : 0);
            if (!plan.Leads.TryGetValue(box.Lead.TrimStart('-'), out EcgLead? lead))
            {
                AddLabel(items, box, layout);
                items.Add(new PageText("not recorded", new PagePoint(box.XMm + 12, box.BaselineYMm + 1), 2.8, PageColour.Grey));
                continue;
            }
            bool strip = layout.Boxes[0].IsRhythm;
            if (start + box.FromSeconds > plan.Seconds && strip) continue;
            double zero = strip
                ? Median(lead, start + box.FromSeconds, start + box.ToSeconds)
                : zeros.TryGetValue(lead, out double known) ? known : zeros[lead] = Median(lead, sheet.StartSeconds, sheet.StartSeconds + layout.SpanSeconds);
            PageTrace trace = PageTrace.Of(lead, box, layout, start, zero, top, bottom);
            AddPulse(items, box, layout);
            AddLabel(items, box, layout);
            if (strip && (plan.Sheets.Count > 1 || layout.Boxes.Count > plan.Leads.Count))
                items.Add(new PageText(Clock(start + box.FromSeconds), new PagePoint(box.XMm - 1, box.BaselineYMm + 6), 2.6, PageColour.Grey, PageAnchor.End));
            if (trace.Strokes.Count > 0)
                items.Add(new PageLines($"lead {box.Lead}", PageColour.Black, TracePen, trace.Strokes));
            else if (!trace.Cut && start + box.FromSeconds < plan.Seconds)
                items.Add(new PageText("no signal", new PagePoint(box.XMm + 12, box.BaselineYMm + 1), 2.8, PageColour.Grey));
            if (trace.Cut && !cut.Contains(box.Lead)) cut.Add(box.Lead);
        }
        AddColumnTicks(items, layout);
        if (cut.Count > 0) notes.Add($"{string.Join(", ", cut)}: larger than the page and cut off; a lower gain shows it whole");
        PageMargins.AddFoot(items, plan, sheet, number, options, notes);
        string page = plan.Sheets.Count > 1 ? $", page {number + 1} of {plan.Sheets.Count}" : "";
        return new DisplayList($"ECG {plan.Record.Id}{page}", layout.PaperWidthMm, layout.PaperHeightMm, items);
    }

    private static void AddGrid(List<PageItem> items, PageLayout layout)
    {
        // The pulses stand on the same paper: whole centimetres to the left of time zero.
        double margin = 5 * Math.Ceiling(layout.CalibrationSteps[^1].X / 5);
        double left = layout.PlotLeftMm - margin, right = layout.PlotLeftMm + layout.PlotWidthMm;
        double top = layout.PlotTopMm, bottom = top + layout.PlotHeightMm;
        var minor = new List<PagePoint[]>();
        var major = new List<PagePoint[]>();
        for (int k = 0; left + k <= right + 1e-9; k++)
            (k % 5 == 0 ? major : minor).Add([new(left + k, top), new(left + k, bottom)]);
        for (int k = 0; top + k <= bottom + 1e-9; k++)
            (k % 5 == 0 ? major : minor).Add([new(left, top + k), new(right, top + k)]);
        items.Add(new PageLines("1 mm grid", PageColour.MinorGrid, 0.1, minor));
        items.Add(new PageLines("5 mm grid", PageColour.MajorGrid, 0.2, major));
    }

    private static void AddPulse(List<PageItem> items, LeadBox box, PageLayout layout)
    {
        if (box.Column > 0) return;
        double x = layout.CalibrationXMm, y = box.BaselineYMm;
        items.Add(new PageLines("calibration 1 mV, 200 ms", PageColour.Black, TracePen, [[.. layout.CalibrationSteps.Select(step => new PagePoint(x + step.X, y - step.Y))]]));
    }

    private static void AddLabel(List<PageItem> items, LeadBox box, PageLayout layout) =>
        items.Add(new PageText(
            box.Lead.Replace('-', '\u2212'),
            new PagePoint(box.XMm + 1.2, box.BaselineYMm - (layout.RowHeightMm / 2) + Math.Min(5, (layout.RowHeightMm / 4) + 0.8)),
            LabelSize, PageColour.Black, Bold: true));

    private static void AddColumnTicks(List<PageItem> items, PageLayout layout)
    {
        var ticks = new List<PagePoint[]>();
        double reach = Math.Min(5, layout.RowHeightMm / 3);
        foreach (LeadBox box in layout.Boxes)
        {
            if (box.Column == 0) continue;
            ticks.Add([new(box.XMm, box.BaselineYMm - reach), new(box.XMm, box.BaselineYMm - reach + 2)]);
            ticks.Add([new(box.XMm, box.BaselineYMm + reach - 2), new(box.XMm, box.BaselineYMm + reach)]);
        }
        if (ticks.Count > 0) items.Add(new PageLines("lead change", PageColour.Black, 0.2, ticks));
    }

    /// <summary>Minutes and seconds, with hours where there are any.</summary>
    internal static string Clock(double seconds)
    {
        var time = TimeSpan.FromSeconds(Math.Round(seconds, 1));
        string fraction = time.Milliseconds > 0 ? $".{time.Milliseconds / 100}" : "";
        return time.TotalHours >= 1 ? $"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}{fraction}" : $"{time.Minutes}:{time.Seconds:00}{fraction}";
    }

    // The median of what is drawn; 0 where nothing is. About a thousand samples are looked at: the isoelectric line needs no more.
    private static double Median(EcgLead lead, double from, double to)
    {
        (int first, int last) = PageTrace.Range(lead, from, to);
        ReadOnlySpan<double> samples = lead.Samples.Span;
        int step = Math.Max(1, (last - first) / 1_000);
        var values = new List<double>();
        for (int i = first; i <= last; i += step)
            if (double.IsFinite(samples[i])) values.Add(samples[i]);
        if (values.Count == 0) return 0;
        values.Sort();
        return values[values.Count / 2];
    }
}
