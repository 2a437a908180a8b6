// Writes pages in one of three formats: SVG and PNG one file a page, PDF all pages in one.
namespace Einthoven.Signals.Page;

/// <summary>A format for pages.</summary>
public enum PageFormat
{
    /// <summary>Scalable, text stays text; one file a page.</summary>
    Svg,

    /// <summary>For printing; all pages in one file.</summary>
    Pdf,

    /// <summary>Pixels; one file a page.</summary>
    Png,
}

/// <summary>Writes display lists.</summary>
public static class PageFile
{
    /// <summary>Pixels a millimetre of a PNG: every line of the grid falls on a whole pixel (254 dots an inch).</summary>
    public const double DefaultPixelsPerMm = 10;

    /// <summary>Writes one page as SVG.</summary>
    public static void WriteSvg(DisplayList page, Stream output) => SvgWriter.Write(page, output);

    /// <summary>Writes pages as one PDF.</summary>
    /// <exception cref="ArgumentException">There is no page.</exception>
    public static void WritePdf(IReadOnlyList<DisplayList> pages, Stream output)
    {
        if (pages.Count == 0) throw new ArgumentException("there is no page to write", nameof(pages));
        PdfWriter.Write(pages, output);
    }

    /// <summary>Writes one page as PNG.</summary>
    /// <param name="page">The page.</param>
    /// <param name="output">Where to.</param>
    /// <param name="pixelsPerMm">Pixels a millimetre, 1 to 50.</param>
    /// <exception cref="ArgumentOutOfRangeException">The scale is out of range.</exception>
    public static void WritePng(DisplayList page, Stream output, double pixelsPerMm = DefaultPixelsPerMm)
    {
        if (pixelsPerMm is not (>= 1 and <= 50)) throw new ArgumentOutOfRangeException(nameof(pixelsPerMm), pixelsPerMm, "give 1 to 50 pixels a millimetre");
        PngWriter.Write(page, pixelsPerMm, output);
    }

    /// <summary>Writes pages into a folder: <c>NAME.svg</c>, <c>NAME.pdf</c> or <c>NAME.png</c>; SVG and PNG add <c>-2</c>, <c>-3</c> … from the second page on.</summary>
    /// <returns>The files, in the order of the pages.</returns>
    public static IReadOnlyList<string> Write(IReadOnlyList<DisplayList> pages, string folder, string name, PageFormat format, double pixelsPerMm = DefaultPixelsPerMm)
    {
        string stem = Path.Combine(folder, name);
        if (format == PageFormat.Pdf)
        {
            using FileStream whole = File.Create(stem + ".pdf");
            WritePdf(pages, whole);
            return [stem + ".pdf"];
        }
        string[] paths = [.. Enumerable.Range(1, pages.Count).Select(k => $"{stem}{(k == 1 ? "" : $"-{k}")}.{(format == PageFormat.Svg ? "svg" : "png")}")];
        for (int k = 0; k < paths.Length; k++)
        {
            using FileStream one = File.Create(paths[k]);
            if (format == PageFormat.Svg) WriteSvg(pages[k], one);
            else WritePng(pages[k], one, pixelsPerMm);
        }
        return paths;
    }
}
