// The writing around the tracing: whose it is, what was measured and stated, how it was drawn, and what it is not for.
using System.Globalization;

namespace Einthoven.Signals.Page;

internal static class PageMargins
{
    private const string Notice = "Research use; not a medical device.";
    private const double Size = 3;
    private const double Line = 4.1;
    private const double Left = 13.5;
    private const double Right = 273.5;
    private const double Top = 11;
    private const double MeasurementWidth = 52;

    /// <summary>Writes the head; returns the y of its lowest line.</summary>
    public static double AddHead(List<PageItem> items, EcgRecord record, PageLayout layout, PageOptions options, bool first)
    {
        double y = Top;
        items.Add(new PageText(TextMetrics.Fit(record.Id, 4.2, 75, bold: true), new PagePoint(Left, y), 4.2, PageColour.Black, Bold: true));
        if (!first) return y;
        double lowest = y, limit = layout.PlotTopMm - 1.5;
        foreach (string line in options.Identity ?? Identity(record))
        {
            y += Line;
            if (y > limit) break;
            items.Add(new PageText(TextMetrics.Fit(line, Size, 75), new PagePoint(Left, y), Size, PageColour.Black));
        }
        lowest = Math.Max(lowest, y);

        y = Top;
        double column = 95;
        foreach (PageMeasurement measurement in options.Measurements)
        {
            if (y > limit)
            {
                y = Top;
                column += MeasurementWidth;
            }
            items.Add(new PageText(TextMetrics.Fit(measurement.Name, Size, 25), new PagePoint(column, y), Size, PageColour.Grey));
            items.Add(new PageText(TextMetrics.Fit(measurement.Value, Size, 25), new PagePoint(column + 26, y), Size, PageColour.Black));
            lowest = Math.Max(lowest, y);
            y += Line;
        }

        y = Top;
        double statements = options.Measurements.Count == 0 ? 95 : column + MeasurementWidth + 3;
        if (options.StatementsTitle.Length > 0)
        {
            items.Add(new PageText(TextMetrics.Fit(options.StatementsTitle, Size, Right - statements), new PagePoint(statements, y), Size, PageColour.Grey));
            lowest = Math.Max(lowest, y);
            y += Line;
        }
        List<string> lines = [.. options.Statements.SelectMany(statement => TextMetrics.Wrap(statement, Size, Right - statements))];
        int room = (int)Math.Floor((limit - y) / Line) + 1;
        for (int k = 0; k < Math.Min(lines.Count, room); k++, y += Line)
        {
            string text = k == room - 1 && lines.Count > room ? $"and {lines.Count - k} more lines" : lines[k];
            items.Add(new PageText(text, new PagePoint(statements, y), Size, PageColour.Black));
            lowest = Math.Max(lowest, y);
        }
        return lowest;
    }

    /// <summary>Writes the notes and the two lines of the foot.</summary>
    public static void AddFoot(List<PageItem> items, PagePlan plan, PageSheet sheet, int number, PageOptions options, IReadOnlyList<string> notes)
    {
        PageLayout layout = sheet.Layout;
        double bottom = layout.PaperHeightMm - 6;
        double room = bottom - Line - 2 - (layout.PlotTopMm + layout.PlotHeightMm);
        int most = Math.Max(1, (int)Math.Floor(room / Line));
        double y = layout.PlotTopMm + layout.PlotHeightMm + Line + 0.5;
        List<string> lines = TextMetrics.Wrap(string.Join(";  ", notes), 2.8, Right - Left);
        for (int k = 0; k < Math.Min(lines.Count, most); k++, y += Line)
            items.Add(new PageText(k == most - 1 && lines.Count > most ? TextMetrics.Fit(lines[k] + " ...", 2.8, Right - Left - 2) : lines[k], new PagePoint(Left, y), 2.8, PageColour.Black));

        string speed = Number(layout.SpeedMmPerSecond), gain = Number(layout.GainMmPerMillivolt);
        string columns = layout.Boxes.All(box => box.Column == 0) ? "" : sheet.Simultaneous ? ", columns show the same time" : ", columns follow each other in time";
        string from = sheet.StartSeconds > 0 ? $"   from {EcgPages.Clock(sheet.StartSeconds)}" : "";
        items.Add(new PageText($"{speed} mm/s   {gain} mm/mV   filter: {options.Filter}   {layout.Name}{columns}{from}", new PagePoint(Left, bottom - Line), Size, PageColour.Black));
        items.Add(new PageText(Notice, new PagePoint(Left, bottom), 2.6, PageColour.Grey));
        string version = typeof(PageMargins).Assembly.GetName().Version?.ToString(3) ?? "";
        items.Add(new PageText($"Einthoven {version}   page {number + 1} of {plan.Sheets.Count}", new PagePoint(Right, bottom), 2.6, PageColour.Grey, PageAnchor.End));
    }

    private static List<string> Identity(EcgRecord record)
    {
        var lines = new List<string>();
        record.Metadata.TryGetValue("age", out string? age);
        string sex = record.Metadata.GetValueOrDefault("sex", "") switch
        {
            "M" or "m" or "Male" or "male" or "1" => "male",
            "F" or "f" or "Female" or "female" or "0" => "female",
            var other => other,
        };
        string person = string.Join(", ", new[] { age is null ? "" : $"{age} years", sex }.Where(part => part.Length > 0));
        if (person.Length > 0) lines.Add(person);
        string when = string.Join(' ', new[] { record.Metadata.GetValueOrDefault("base_date", ""), record.Metadata.GetValueOrDefault("base_time", "") }.Where(part => part.Length > 0));
        if (when.Length > 0) lines.Add($"recorded {when}");
        int count = record.Leads.Count;
        double rate = record.SamplingRateHz > 0 ? record.SamplingRateHz : record.Leads.Max(lead => lead.SamplingRateHz);
        lines.Add($"{count} {(count == 1 ? "lead" : "leads")}, {Number(rate)} Hz, {Length(record)}");
        return lines;
    }

    private static string Length(EcgRecord record) =>
        record.Duration.TotalSeconds >= 120 ? EcgPages.Clock(record.Duration.TotalSeconds) + " min" : Number(Math.Round(record.Duration.TotalSeconds, 2)) + " s";

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
