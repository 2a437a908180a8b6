// What a page shows, in millimetres and independent of any file format: lines and texts in the order in which they are painted.
namespace Einthoven.Signals.Page;

/// <summary>A place on the sheet in millimetres from its top left corner; y grows downwards.</summary>
public readonly record struct PagePoint(double X, double Y);

/// <summary>An opaque colour.</summary>
public readonly record struct PageColour(byte Red, byte Green, byte Blue)
{
    /// <summary>Traces and text.</summary>
    public static PageColour Black { get; } = new(0, 0, 0);

    /// <summary>Text that explains.</summary>
    public static PageColour Grey { get; } = new(0x55, 0x55, 0x55);

    /// <summary>A second trace over the first.</summary>
    public static PageColour Overlay { get; } = new(0x1F, 0x5F, 0xBF);

    /// <summary>Lines of the grid every millimetre.</summary>
    public static PageColour MinorGrid { get; } = new(0xF8, 0xD7, 0xDA);

    /// <summary>Lines of the grid every five millimetres.</summary>
    public static PageColour MajorGrid { get; } = new(0xE8, 0xA0, 0xA6);
}

/// <summary>Where a text lies relative to its point on the baseline.</summary>
public enum PageAnchor
{
    /// <summary>The point is where the text begins.</summary>
    Start,

    /// <summary>The point is the middle of the text.</summary>
    Middle,

    /// <summary>The point is where the text ends.</summary>
    End,
}

/// <summary>One thing on a page.</summary>
public abstract record PageItem;

/// <summary>Strokes of one pen: a lead's trace, a calibration pulse, the lines of a grid.</summary>
/// <param name="Title">What it is, for readers that cannot see it; null where it adds nothing.</param>
/// <param name="Colour">Colour of the pen.</param>
/// <param name="WidthMm">Width of the pen in millimetres; ends and joins are round.</param>
/// <param name="Strokes">Connected points; the pen is lifted between strokes.</param>
public sealed record PageLines(string? Title, PageColour Colour, double WidthMm, IReadOnlyList<PagePoint[]> Strokes) : PageItem;

/// <summary>One line of text in Helvetica or what stands in for it.</summary>
/// <param name="Text">The text; shortened beforehand where it would not fit.</param>
/// <param name="At">Point on the baseline.</param>
/// <param name="SizeMm">Height of the font (its em) in millimetres.</param>
/// <param name="Colour">Colour.</param>
/// <param name="Anchor">Which part of the text lies at the point.</param>
/// <param name="Bold">Whether it stands out.</param>
public sealed record PageText(
    string Text, PagePoint At, double SizeMm, PageColour Colour, PageAnchor Anchor = PageAnchor.Start, bool Bold = false) : PageItem;

/// <summary>One page.</summary>
/// <param name="Title">What the page shows, for people and for the document's properties.</param>
/// <param name="WidthMm">Width of the sheet in millimetres.</param>
/// <param name="HeightMm">Height of the sheet in millimetres.</param>
/// <param name="Items">What is on it, painted in this order on white.</param>
public sealed record DisplayList(string Title, double WidthMm, double HeightMm, IReadOnlyList<PageItem> Items);
