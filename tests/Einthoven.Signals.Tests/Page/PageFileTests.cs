// The three formats hold the same page: well formed, to scale, with the traces where the display list has them.
using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Xml.Linq;
using Einthoven.Signals.Page;

namespace Einthoven.Signals.Tests.Page;

public sealed class PageFileTests
{
    private static DisplayList Page => EcgPages.Draw(TestRecords.Counting(5000), PageOptions.Default with { Statements = ["a < b & \"c\" (d)"] })[0];

    [Fact]
    public void Svg_is_well_formed_and_measures_an_A4_sheet()
    {
        XElement svg = Svg(Page);
        Assert.Equal("297mm", (string?)svg.Attribute("width"));
        Assert.Equal("0 0 297 210", (string?)svg.Attribute("viewBox"));
        Assert.Contains(svg.Descendants().Where(e => e.Name.LocalName == "text"), text => text.Value == "a < b & \"c\" (d)");
        Assert.Equal(12, svg.Descendants().Where(e => e.Name.LocalName == "title").Select(title => title.Value).Where(title => title.StartsWith("lead ", StringComparison.Ordinal) && title != "lead change").Distinct().Count());
    }

    [Fact]
    public void Svg_steps_lead_back_to_the_points_of_the_display_list()
    {
        PagePoint[] expected = Page.Items.OfType<PageLines>().First(lines => lines.Title == "lead aVL").Strokes[0];
        string path = (string)Svg(Page).Descendants().First(e => e.Name.LocalName == "title" && e.Value == "lead aVL").Parent!
            .Elements().First(e => e.Name.LocalName == "path").Attribute("d")!;
        string[] parts = path.Split('l');
        int[] start = Numbers(parts[0][1..]), steps = Numbers(parts[1]);
        (int x, int y) = (start[0], start[1]);
        for (int i = 1; i < expected.Length; i++)
        {
            (x, y) = (x + steps[(2 * i) - 2], y + steps[(2 * i) - 1]);
            Assert.InRange((x / 100.0) - expected[i].X, -0.0051, 0.0051);
            Assert.InRange((y / 100.0) - expected[i].Y, -0.0051, 0.0051);
        }
    }

    [Fact]
    public void Pdf_has_a_page_a_sheet_and_offsets_that_lead_to_its_objects()
    {
        using var output = new MemoryStream();
        PageFile.WritePdf([Page, Page], output);
        string pdf = Encoding.Latin1.GetString(output.ToArray());
        Assert.StartsWith("%PDF-1.4", pdf, StringComparison.Ordinal);
        Assert.Contains("/Count 2", pdf, StringComparison.Ordinal);
        Assert.Contains("/MediaBox [0 0 841.89 595.276]", pdf, StringComparison.Ordinal);
        int start = int.Parse(pdf[(pdf.LastIndexOf("startxref\n", StringComparison.Ordinal) + 10)..pdf.LastIndexOf("\n%%EOF", StringComparison.Ordinal)], CultureInfo.InvariantCulture);
        string[] rows = pdf[start..].Split('\n');
        int count = int.Parse(rows[1].Split(' ')[1], CultureInfo.InvariantCulture);
        for (int k = 1; k < count; k++)
            Assert.StartsWith($"{k} 0 obj", pdf[int.Parse(rows[2 + k].Split(' ')[0], CultureInfo.InvariantCulture)..], StringComparison.Ordinal);
    }

    [Fact]
    public void Png_states_its_scale_and_has_black_where_a_trace_runs_and_white_beside_the_grid()
    {
        using var output = new MemoryStream();
        PageFile.WritePng(Page, output, 4);
        byte[] png = output.ToArray();
        Dictionary<string, byte[]> chunks = Chunks(png);
        Assert.Equal((1188, 840), (BinaryPrimitives.ReadInt32BigEndian(chunks["IHDR"]), BinaryPrimitives.ReadInt32BigEndian(chunks["IHDR"].AsSpan(4))));
        Assert.Equal(4000, BinaryPrimitives.ReadInt32BigEndian(chunks["pHYs"]));
        using var zlib = new ZLibStream(new MemoryStream(chunks["IDAT"]), CompressionMode.Decompress);
        using var unpacked = new MemoryStream();
        zlib.CopyTo(unpacked);
        byte[] rows = unpacked.ToArray();
        Assert.Equal(840 * 1189, rows.Length);
        byte[] palette = chunks["PLTE"];
        int Brightness(double xMm, double yMm) => palette[3 * rows[((int)(yMm * 4) * 1189) + 1 + (int)(xMm * 4)]];
        Assert.Equal(255, Brightness(5, 100));
        // The top of the first calibration pulse.
        Assert.InRange(Brightness(19.5, 57.5), 0, 120);
    }

    [Fact]
    public void Every_printable_letter_has_strokes_within_its_width()
    {
        for (char c = '!'; c <= '~'; c++)
        {
            var text = new PageText(c.ToString(), new PagePoint(10, 10), 10, PageColour.Black);
            List<PagePoint[]> strokes = StrokeFont.Strokes(text);
            Assert.NotEmpty(strokes);
            Assert.All(strokes.SelectMany(stroke => stroke), point =>
            {
                Assert.InRange(point.X, 9.9, 10.2 + (10 * TextMetrics.Width(c)));
                Assert.InRange(point.Y, 1.9, 12.5);
            });
        }
    }

    private static XElement Svg(DisplayList page)
    {
        using var output = new MemoryStream();
        PageFile.WriteSvg(page, output);
        return XDocument.Parse(Encoding.UTF8.GetString(output.ToArray())).Root!;
    }

    private static int[] Numbers(string text) =>
        [.. text.Replace("-", " -", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(n => int.Parse(n, CultureInfo.InvariantCulture))];

    private static Dictionary<string, byte[]> Chunks(byte[] png)
    {
        var chunks = new Dictionary<string, byte[]>();
        for (int at = 8; at < png.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            chunks[Encoding.ASCII.GetString(png, at + 4, 4)] = png[(at + 8)..(at + 8 + length)];
            at += 12 + length;
        }
        return chunks;
    }
}
