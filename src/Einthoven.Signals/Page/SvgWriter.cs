// Writes a page as SVG: true millimetres, one titled group a lead, text as text.
using System.Globalization;
using System.Text;

namespace Einthoven.Signals.Page;

internal static class SvgWriter
{
    // Hundredths of a millimetre: whole numbers are short, and at 10 mm/mV one is a microvolt.
    private const double Unit = 100;

    public static void Write(DisplayList page, Stream output)
    {
        var svg = new StringBuilder(64 * 1024);
        svg.Append(CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{page.WidthMm}mm\" height=\"{page.HeightMm}mm\" viewBox=\"0 0 {page.WidthMm} {page.HeightMm}\" role=\"img\">\n");
        svg.Append("<title>").Append(Escape(page.Title)).Append("</title>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<rect width=\"{page.WidthMm}\" height=\"{page.HeightMm}\" fill=\"#fff\"/>\n");
        foreach (PageItem item in page.Items)
        {
            if (item is PageLines lines) Append(svg, lines);
            else if (item is PageText text) Append(svg, text);
        }
        svg.Append("</svg>\n");
        output.Write(Encoding.UTF8.GetBytes(svg.ToString()));
    }

    private static void Append(StringBuilder svg, PageLines lines)
    {
        svg.Append(CultureInfo.InvariantCulture,
            $"<g transform=\"scale(.01)\" fill=\"none\" stroke=\"{Colour(lines.Colour)}\" stroke-width=\"{Whole(lines.WidthMm)}\" stroke-linecap=\"round\" stroke-linejoin=\"round\">");
        if (lines.Title is { } title) svg.Append("<title>").Append(Escape(title)).Append("</title>");
        svg.Append("<path d=\"");
        foreach (PagePoint[] stroke in lines.Strokes)
        {
            int x = Whole(stroke[0].X), y = Whole(stroke[0].Y);
            svg.Append('M').Append(x).Append(' ').Append(y).Append('l');
            for (int i = 1; i < stroke.Length; i++)
            {
                // Steps between rounded places: rounding does not add up along the line.
                int nextX = Whole(stroke[i].X), nextY = Whole(stroke[i].Y);
                Step(svg, nextX - x, separate: i > 1);
                Step(svg, nextY - y, separate: true);
                (x, y) = (nextX, nextY);
            }
        }
        svg.Append("\"/></g>\n");
    }

    // A minus sign separates as well as a space.
    private static void Step(StringBuilder svg, int value, bool separate)
    {
        if (separate && value >= 0) svg.Append(' ');
        svg.Append(value);
    }

    private static void Append(StringBuilder svg, PageText text)
    {
        string anchor = text.Anchor switch { PageAnchor.Middle => " text-anchor=\"middle\"", PageAnchor.End => " text-anchor=\"end\"", _ => "" };
        string weight = text.Bold ? " font-weight=\"bold\"" : "";
        svg.Append(CultureInfo.InvariantCulture,
            $"<text x=\"{text.At.X:0.###}\" y=\"{text.At.Y:0.###}\" font-family=\"Helvetica,Arial,'Liberation Sans',sans-serif\" font-size=\"{text.SizeMm:0.##}\" fill=\"{Colour(text.Colour)}\"{anchor}{weight} xml:space=\"preserve\">");
        svg.Append(Escape(text.Text)).Append("</text>\n");
    }

    private static int Whole(double millimetres) => (int)Math.Round(millimetres * Unit);

    private static string Colour(PageColour colour) => $"#{colour.Red:x2}{colour.Green:x2}{colour.Blue:x2}";

    // Control characters are not allowed in XML at all.
    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            escaped.Append(c switch
            {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                < ' ' or '\uFFFE' or '\uFFFF' => " ",
                _ => c.ToString(),
            });
        }
        return escaped.ToString();
    }
}
