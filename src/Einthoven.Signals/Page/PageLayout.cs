// Where leads, time and voltage lie on the sheet, in millimetres: the customary arrangements of the clinical page, to scale.
using System.Globalization;
using System.Text.RegularExpressions;

namespace Einthoven.Signals.Page;

/// <summary>The place of one lead: <c>x = XMm + (t - FromSeconds) * speed</c>, <c>y = BaselineYMm - mV * gain</c>.</summary>
/// <param name="Lead">Canonical lead name; <c>-aVR</c> is aVR drawn upside down.</param>
/// <param name="Row">Row from the top, from 0.</param>
/// <param name="Column">Column from the left, from 0.</param>
/// <param name="XMm">Left edge in millimetres.</param>
/// <param name="WidthMm">Width in millimetres.</param>
/// <param name="BaselineYMm">Where 0 mV lies, in millimetres from the top of the sheet.</param>
/// <param name="FromSeconds">Time at the left edge, in seconds from the start of the page.</param>
/// <param name="ToSeconds">Time at the right edge.</param>
/// <param name="IsRhythm">True for a strip along the whole width below the short columns.</param>
public sealed record LeadBox(
    string Lead, int Row, int Column, double XMm, double WidthMm, double BaselineYMm, double FromSeconds, double ToSeconds, bool IsRhythm = false);

/// <summary>Number of lines of a grid, edges included.</summary>
public readonly record struct GridLines(int Vertical, int Horizontal);

/// <summary>A page's geometry.</summary>
public sealed partial record PageLayout
{
    private const double PlotWidth = 250;
    private static readonly string[] s_limbCabrera = ["aVL", "I", "-aVR", "II", "aVF", "III"];

    private PageLayout()
    {
    }

    /// <summary>Such as <c>3x4+1</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Sheet width in millimetres.</summary>
    public required double PaperWidthMm { get; init; }

    /// <summary>Sheet height in millimetres.</summary>
    public required double PaperHeightMm { get; init; }

    /// <summary>Paper speed in millimetres a second.</summary>
    public required double SpeedMmPerSecond { get; init; }

    /// <summary>Gain in millimetres a millivolt.</summary>
    public required double GainMmPerMillivolt { get; init; }

    /// <summary>Upper edge of the grid.</summary>
    public required double PlotTopMm { get; init; }

    /// <summary>Height of one row.</summary>
    public required double RowHeightMm { get; init; }

    /// <summary>Number of rows.</summary>
    public required int Rows { get; init; }

    /// <summary>The leads' places, row by row within a column; rhythm strips last.</summary>
    public required IReadOnlyList<LeadBox> Boxes { get; init; }

    /// <summary>Left edge of time zero.</summary>
    public double PlotLeftMm => (PaperWidthMm - PlotWidth) / 2;

    /// <summary>Width of the time axis.</summary>
    public double PlotWidthMm { get; } = PlotWidth;

    /// <summary>Height of all rows.</summary>
    public double PlotHeightMm => Rows * RowHeightMm;

    /// <summary>Time that the page spans, in seconds.</summary>
    public double SpanSeconds => PlotWidth / SpeedMmPerSecond;

    /// <summary>Lines every millimetre over the time axis.</summary>
    public GridLines MinorLines => new((int)Math.Floor(PlotWidthMm + 1e-9) + 1, (int)Math.Floor(PlotHeightMm + 1e-9) + 1);

    /// <summary>Lines every five millimetres over the time axis.</summary>
    public GridLines MajorLines => new((int)Math.Floor(PlotWidthMm / 5 + 1e-9) + 1, (int)Math.Floor(PlotHeightMm / 5 + 1e-9) + 1);

    /// <summary>The calibration pulse of 1 mV and 200 ms relative to its left end on the baseline: x to the right, y upwards, in millimetres.</summary>
    public IReadOnlyList<PagePoint> CalibrationSteps
    {
        get
        {
            double width = 0.2 * SpeedMmPerSecond;
            return [new(0, 0), new(1, 0), new(1, GainMmPerMillivolt), new(1 + width, GainMmPerMillivolt), new(1 + width, 0), new(2.5 + width, 0)];
        }
    }

    /// <summary>Left end of the pulses: they end where time begins.</summary>
    public double CalibrationXMm => PlotLeftMm - CalibrationSteps[^1].X;

    /// <summary>Where a time lies in a box, in millimetres from the left of the sheet.</summary>
    /// <param name="box">One of <see cref="Boxes"/>.</param>
    /// <param name="seconds">Time from the start of the page.</param>
    public double X(LeadBox box, double seconds) => box.XMm + ((seconds - box.FromSeconds) * SpeedMmPerSecond);

    /// <summary>Where a voltage lies in a box, in millimetres from the top of the sheet.</summary>
    /// <param name="box">One of <see cref="Boxes"/>.</param>
    /// <param name="millivolts">Voltage above the baseline, as drawn.</param>
    public double Y(LeadBox box, double millivolts) => box.BaselineYMm - (millivolts * GainMmPerMillivolt);

    /// <summary>Makes the layout of twelve leads.</summary>
    /// <param name="name"><c>3x4</c> (with a rhythm strip, as <c>3x4+1</c>), <c>3x4+3</c>, <c>6x2</c>, <c>6x2+1</c>, <c>12x1</c>, or <c>cabrera</c> (before any of them; alone 6x2).</param>
    /// <param name="speedMmPerSecond">Paper speed in millimetres a second.</param>
    /// <param name="gainMmPerMillivolt">Gain in millimetres a millivolt.</param>
    /// <param name="rhythmLeads">Leads of the strips below; by default II, or V1, II and V5.</param>
    /// <param name="paperWidthMm">Sheet width, A4 landscape by default.</param>
    /// <param name="paperHeightMm">Sheet height.</param>
    /// <exception cref="ArgumentException">The name is no layout, or it asks for another number of strips than leads were named.</exception>
    public static PageLayout TwelveLeads(
        string name, double speedMmPerSecond = 25, double gainMmPerMillivolt = 10, IReadOnlyList<string>? rhythmLeads = null,
        double paperWidthMm = 297, double paperHeightMm = 210)
    {
        string full = name switch { "3x4" => "3x4+1", "cabrera" => "cabrera 6x2", _ => name };
        Match match = NamePattern().Match(full);
        int rows = match.Success ? int.Parse(match.Groups["rows"].Value, CultureInfo.InvariantCulture) : 0;
        int columns = match.Success ? int.Parse(match.Groups["columns"].Value, CultureInfo.InvariantCulture) : 0;
        int strips = match.Groups["strips"].Success ? int.Parse(match.Groups["strips"].Value, CultureInfo.InvariantCulture) : 0;
        if (rows * columns != 12)
            throw new ArgumentException($"{name} is no page layout; there are 3x4, 3x4+3, 6x2, 6x2+1, 12x1 and cabrera");
        string[] rhythm = rhythmLeads is { Count: > 0 } && strips > 0 ? [.. rhythmLeads] : DefaultRhythm(strips);
        if (rhythm.Length != strips)
            throw new ArgumentException($"{full} has {strips} rhythm strip(s) but {rhythm.Length} lead(s) were named for them");

        string[] leads = [.. match.Groups["cabrera"].Success ? s_limbCabrera : LeadNames.Standard12.Take(6), .. LeadNames.Standard12.Skip(6)];
        double rowHeight = RowHeight(rows + strips, columns);
        double top = TopFor((rows + strips) * rowHeight), left = (paperWidthMm - PlotWidth) / 2;
        double width = PlotWidth / columns, seconds = width / speedMmPerSecond;
        var boxes = new List<LeadBox>();
        for (int k = 0; k < leads.Length; k++)
        {
            (int column, int row) = Math.DivRem(k, rows);
            boxes.Add(new LeadBox(leads[k], row, column, left + (column * width), width, top + ((row + 0.5) * rowHeight), column * seconds, (column + 1) * seconds));
        }
        for (int k = 0; k < strips; k++)
            boxes.Add(new LeadBox(rhythm[k], rows + k, 0, left, PlotWidth, top + ((rows + k + 0.5) * rowHeight), 0, PlotWidth / speedMmPerSecond, IsRhythm: true));
        return new PageLayout
        {
            Name = full,
            PaperWidthMm = paperWidthMm,
            PaperHeightMm = paperHeightMm,
            SpeedMmPerSecond = speedMmPerSecond,
            GainMmPerMillivolt = gainMmPerMillivolt,
            PlotTopMm = top,
            RowHeightMm = rowHeight,
            Rows = rows + strips,
            Boxes = boxes,
        };
    }

    /// <summary>Makes a page of rows along the whole width: any leads, all of them once, then again for the time that follows.</summary>
    /// <param name="leads">1 to 15 lead names.</param>
    /// <param name="groups">How often the leads follow each other down the page, each time for the next span.</param>
    /// <param name="speedMmPerSecond">Paper speed in millimetres a second.</param>
    /// <param name="gainMmPerMillivolt">Gain in millimetres a millivolt.</param>
    internal static PageLayout Rowwise(IReadOnlyList<string> leads, int groups, double speedMmPerSecond, double gainMmPerMillivolt)
    {
        const double Width = 297, Height = 210;
        int rows = leads.Count * groups;
        double rowHeight = Math.Min(25, Math.Floor(150.0 / rows / 2.5) * 2.5);
        double top = TopFor(rows * rowHeight), span = PlotWidth / speedMmPerSecond;
        return new PageLayout
        {
            Name = leads.Count == 1 ? "strip" : $"{leads.Count} leads",
            PaperWidthMm = Width,
            PaperHeightMm = Height,
            SpeedMmPerSecond = speedMmPerSecond,
            GainMmPerMillivolt = gainMmPerMillivolt,
            PlotTopMm = top,
            RowHeightMm = rowHeight,
            Rows = rows,
            Boxes = [.. Enumerable.Range(0, rows).Select(row => new LeadBox(leads[row % leads.Count], row, 0, (Width - PlotWidth) / 2, PlotWidth,
                top + ((row + 0.5) * rowHeight), row / leads.Count * span, ((row / leads.Count) + 1) * span, IsRhythm: true))],
        };
    }

    /// <summary>How often rows of so many leads fit below each other.</summary>
    internal static int GroupsPerPage(int leads) => Math.Max(1, 6 / leads);

    private static string[] DefaultRhythm(int strips) => strips switch { 0 => [], 1 => ["II"], 2 => ["II", "V5"], 3 => ["V1", "II", "V5"], _ => [] };

    private static double RowHeight(int rows, int columns) => (rows, columns) switch
    {
        (4, 4) => 30,
        (6, 4) => 20,
        (6, 2) => 22.5,
        (12, 1) => 12.5,
        _ => Math.Min(30, Math.Floor(140.0 / rows / 2.5) * 2.5),
    };

    // The less the rows need, the more room the head gets.
    private static double TopFor(double height) => height switch { <= 125 => 52.5, <= 140 => 47.5, _ => 42.5 };

    [GeneratedRegex(@"^(?<cabrera>cabrera )?(?<rows>\d{1,2})x(?<columns>\d{1,2})(\+(?<strips>\d))?$")]
    private static partial Regex NamePattern();
}
