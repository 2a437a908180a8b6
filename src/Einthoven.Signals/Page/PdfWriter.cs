// Writes pages as PDF 1.4 (ISO 32000-1): true millimetres, compressed contents, the standard font Helvetica, so nothing is embedded.
using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Einthoven.Signals.Page;

internal static class PdfWriter
{
    private const double PointsPerMm = 72 / 25.4;

    public static void Write(IReadOnlyList<DisplayList> pages, Stream output)
    {
        // Objects: 1 catalog, 2 pages, 3 and 4 fonts, 5 information, then page and contents of every sheet.
        var offsets = new List<long>();
        long written = 0;
        Put("%PDF-1.4\n%\u00e2\u00e3\u00cf\u00d3\n");
        Object("<< /Type /Catalog /Pages 2 0 R /ViewerPreferences << /PrintScaling /None /DisplayDocTitle true >> >>");
        Object($"<< /Type /Pages /Count {pages.Count} /Kids [{string.Join(' ', Enumerable.Range(0, pages.Count).Select(k => $"{6 + (2 * k)} 0 R"))}] >>");
        Object("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>");
        Object("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>");
        Object($"<< /Title {Literal(pages[0].Title)} /Producer (Einthoven) >>");
        for (int k = 0; k < pages.Count; k++)
        {
            Object(string.Create(CultureInfo.InvariantCulture,
                $"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {pages[k].WidthMm * PointsPerMm:0.###} {pages[k].HeightMm * PointsPerMm:0.###}] /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> /Contents {7 + (2 * k)} 0 R >>"));
            byte[] contents = Compress(Contents(pages[k]));
            offsets.Add(written);
            Put($"{offsets.Count} 0 obj\n<< /Length {contents.Length} /Filter /FlateDecode >>\nstream\n");
            output.Write(contents);
            written += contents.Length;
            Put("\nendstream\nendobj\n");
        }
        long start = written;
        Put($"xref\n0 {offsets.Count + 1}\n0000000000 65535 f \n");
        foreach (long offset in offsets) Put($"{offset:0000000000} 00000 n \n");
        Put($"trailer\n<< /Size {offsets.Count + 1} /Root 1 0 R /Info 5 0 R >>\nstartxref\n{start}\n%%EOF\n");

        void Put(string text)
        {
            byte[] bytes = Encoding.Latin1.GetBytes(text);
            output.Write(bytes);
            written += bytes.Length;
        }

        void Object(string body)
        {
            offsets.Add(written);
            Put($"{offsets.Count} 0 obj\n{body}\nendobj\n");
        }
    }

    private static string Contents(DisplayList page)
    {
        var text = new StringBuilder(64 * 1024);
        // From here on one unit is a hundredth of a millimetre, and y grows downwards as in the display list.
        text.Append(CultureInfo.InvariantCulture, $"{PointsPerMm / 100:0.########} 0 0 {-PointsPerMm / 100:0.########} 0 {page.HeightMm * PointsPerMm:0.###} cm\n1 J 1 j\n");
        foreach (PageItem item in page.Items)
        {
            if (item is PageLines lines) Append(text, lines);
            else if (item is PageText written) Append(text, written);
        }
        return text.ToString();
    }

    private static void Append(StringBuilder text, PageLines lines)
    {
        text.Append(Colour(lines.Colour)).Append(" RG ").Append(Whole(lines.WidthMm)).Append(" w\n");
        foreach (PagePoint[] stroke in lines.Strokes)
        {
            for (int i = 0; i < stroke.Length; i++)
                text.Append(Whole(stroke[i].X)).Append(' ').Append(Whole(stroke[i].Y)).Append(i == 0 ? " m\n" : " l\n");
            text.Append("S\n");
        }
    }

    private static void Append(StringBuilder text, PageText item)
    {
        string shown = item.Text;
        double width = TextMetrics.Width(shown, item.SizeMm);
        double x = item.At.X - (item.Anchor switch { PageAnchor.Middle => width / 2, PageAnchor.End => width, _ => 0 });
        text.Append(CultureInfo.InvariantCulture,
            $"BT {Colour(item.Colour)} rg /F{(item.Bold ? 2 : 1)} {item.SizeMm * 100:0.#} Tf 1 0 0 -1 {x * 100:0.#} {item.At.Y * 100:0.#} Tm {Literal(shown)} Tj ET\n");
    }

    // A string in WinAnsi; the written bytes are Latin-1, so only what differs there needs care.
    private static string Literal(string text)
    {
        var literal = new StringBuilder("(");
        foreach (char c in text)
        {
            char shown = c switch
            {
                '\u2212' or '\u2013' => '\u0096',
                '\u2026' => '\u0085',
                '\u2022' => '\u0095',
                '\u03BC' => '\u00B5',
                '\u2265' => '>',
                '\u2264' => '<',
                < ' ' => ' ',
                > '\u00FF' => '?',
                _ => c,
            };
            if (shown is '(' or ')' or '\\') literal.Append('\\');
            literal.Append(shown);
        }
        return literal.Append(')').ToString();
    }

    private static string Colour(PageColour colour) =>
        string.Create(CultureInfo.InvariantCulture, $"{colour.Red / 255.0:0.###} {colour.Green / 255.0:0.###} {colour.Blue / 255.0:0.###}");

    private static int Whole(double millimetres) => (int)Math.Round(millimetres * 100);

    private static byte[] Compress(string contents)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true)) zlib.Write(Encoding.Latin1.GetBytes(contents));
        return packed.ToArray();
    }
}
