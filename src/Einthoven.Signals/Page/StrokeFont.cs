// The letters of pages drawn as pixels: strokes from stroke-font.txt, set to Helvetica's widths so that every output breaks lines alike.
using System.Collections.Frozen;
using System.Globalization;

namespace Einthoven.Signals.Page;

internal static class StrokeFont
{
    private const double CapitalHeight = 0.72;
    private const double SideBearing = 0.075;
    // Narrow letters (f, i, t …) get most of their width for the strokes.
    private const double NarrowAdvance = 0.35;
    private const double NarrowBearing = 0.03;

    // Letters with accents fall back to their base; what is left becomes a box.
    private const string Accented = "ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝàáâãäåçèéêëìíîïñòóôõöøùúûüýÿμ•…";
    private const string Bases = "AAAAAACEEEEIIIINOOOOOOUUUUYaaaaaaceeeeiiiinoooooouuuuyyµ·.";

    private static readonly FrozenDictionary<char, PagePoint[][]> s_glyphs = Load();
    private static readonly PagePoint[][] s_unknown = [[new(0, 0), new(10, 0), new(10, 10), new(0, 10), new(0, 0)]];

    /// <summary>The strokes of a text in millimetres on the sheet.</summary>
    public static List<PagePoint[]> Strokes(PageText text)
    {
        double total = TextMetrics.Width(text.Text, text.SizeMm);
        double x = text.At.X - (text.Anchor switch { PageAnchor.Middle => total / 2, PageAnchor.End => total, _ => 0 });
        double up = text.SizeMm * CapitalHeight / 10;
        var strokes = new List<PagePoint[]>();
        foreach (char c in text.Text)
        {
            double width = TextMetrics.Width(c), advance = width * text.SizeMm, side = (width < NarrowAdvance ? NarrowBearing : SideBearing) * text.SizeMm;
            if (c != ' ')
            {
                (double from, double across) = (x + side, (advance - (2 * side)) / 10);
                strokes.AddRange(Glyph(c).Select(stroke => Array.ConvertAll(stroke, p => new PagePoint(from + (p.X * across), text.At.Y - (p.Y * up)))));
            }
            x += advance;
        }
        return strokes;
    }

    private static PagePoint[][] Glyph(char c)
    {
        if (s_glyphs.TryGetValue(c, out PagePoint[][]? glyph)) return glyph;
        int accented = Accented.IndexOf(c, StringComparison.Ordinal);
        return accented >= 0 ? s_glyphs[Bases[accented]] : s_unknown;
    }

    private static FrozenDictionary<char, PagePoint[][]> Load()
    {
        using Stream stream = typeof(StrokeFont).Assembly.GetManifestResourceStream("stroke-font.txt")!;
        using var reader = new StreamReader(stream);
        var glyphs = new Dictionary<char, PagePoint[][]>();
        while (reader.ReadLine() is { } line)
        {
            if (line.Length < 3 || line.StartsWith("//", StringComparison.Ordinal)) continue;
            glyphs.Add(line[0], [.. line[2..].Split(" | ").Select(Parse)]);
        }
        return glyphs.ToFrozenDictionary();
    }

    private static PagePoint[] Parse(string stroke)
    {
        bool smooth = stroke.StartsWith('~');
        PagePoint[] points = [.. stroke.TrimStart('~').Split(' ').Select(point =>
        {
            string[] numbers = point.Split(',');
            return new PagePoint(double.Parse(numbers[0], CultureInfo.InvariantCulture), double.Parse(numbers[1], CultureInfo.InvariantCulture));
        })];
        return smooth ? Smooth(Smooth(Smooth(points))) : points;
    }

    // Chaikin's corner cutting: three rounds are as good as the curve at this size.
    private static PagePoint[] Smooth(PagePoint[] points)
    {
        bool closed = points[0] == points[^1];
        var smooth = new List<PagePoint>();
        if (!closed) smooth.Add(points[0]);
        for (int i = 1; i < points.Length; i++)
        {
            (PagePoint a, PagePoint b) = (points[i - 1], points[i]);
            if (closed || i > 1) smooth.Add(new PagePoint((0.75 * a.X) + (0.25 * b.X), (0.75 * a.Y) + (0.25 * b.Y)));
            if (closed || i < points.Length - 1) smooth.Add(new PagePoint((0.25 * a.X) + (0.75 * b.X), (0.25 * a.Y) + (0.75 * b.Y)));
        }
        smooth.Add(closed ? smooth[0] : points[^1]);
        return [.. smooth];
    }
}
