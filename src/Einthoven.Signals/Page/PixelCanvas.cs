// A sheet of pixels with a round pen: strokes are smoothed by their distance to each pixel, lines along the pixels are kept sharp.
namespace Einthoven.Signals.Page;

internal sealed class PixelCanvas
{
    // Few steps of grey, so that a page needs few colours: a palette makes the file small.
    private const int Levels = 15;

    private readonly byte[] _coverage;

    public PixelCanvas(int width, int height)
    {
        Width = width;
        Height = height;
        Pixels = new int[width * height];
        Array.Fill(Pixels, 0xFFFFFF);
        _coverage = new byte[width * height];
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>0xRRGGBB, row by row.</summary>
    public int[] Pixels { get; }

    /// <summary>Draws strokes of one pen; where they cross each other nothing becomes darker.</summary>
    public void Draw(IEnumerable<PagePoint[]> strokes, double pixelsPerMm, double widthMm, PageColour colour)
    {
        double radius = Math.Max(widthMm * pixelsPerMm, 0.7) / 2;
        int ink = (colour.Red << 16) | (colour.Green << 8) | colour.Blue;
        var dirty = new Box(int.MaxValue, int.MaxValue, -1, -1);
        foreach (PagePoint[] stroke in strokes)
        {
            if (stroke.Length == 2 && stroke[0] != stroke[1] && (stroke[0].X == stroke[1].X || stroke[0].Y == stroke[1].Y))
            {
                Straight(stroke[0], stroke[1], pixelsPerMm, 2 * radius, ink);
                continue;
            }
            for (int i = 1; i < stroke.Length; i++)
                dirty = dirty.With(Segment(stroke[i - 1].X * pixelsPerMm, stroke[i - 1].Y * pixelsPerMm, stroke[i].X * pixelsPerMm, stroke[i].Y * pixelsPerMm, radius));
        }
        Blend(dirty, ink);
    }

    // A horizontal or vertical line covers whole pixels: a grid of blurred lines looks uneven.
    private void Straight(PagePoint a, PagePoint b, double scale, double width, int ink)
    {
        int thick = Math.Max(1, (int)Math.Round(width));
        bool vertical = a.X == b.X;
        int Edge(double centre) => (int)Math.Round((centre * scale) - (thick / 2.0));
        (int left, int right) = vertical ? (Edge(a.X), Edge(a.X) + thick) : ((int)Math.Round(Math.Min(a.X, b.X) * scale), (int)Math.Round(Math.Max(a.X, b.X) * scale));
        (int top, int bottom) = vertical ? ((int)Math.Round(Math.Min(a.Y, b.Y) * scale), (int)Math.Round(Math.Max(a.Y, b.Y) * scale)) : (Edge(a.Y), Edge(a.Y) + thick);
        for (int y = Math.Max(0, top); y < Math.Min(Height, bottom); y++)
        {
            int from = Math.Clamp(left, 0, Width);
            Pixels.AsSpan((y * Width) + from, Math.Clamp(right, 0, Width) - from).Fill(ink);
        }
    }

    private Box Segment(double ax, double ay, double bx, double by, double radius)
    {
        double reach = radius + 1;
        var box = new Box(
            Math.Max(0, (int)Math.Floor(Math.Min(ax, bx) - reach)), Math.Max(0, (int)Math.Floor(Math.Min(ay, by) - reach)),
            Math.Min(Width - 1, (int)Math.Ceiling(Math.Max(ax, bx) + reach)), Math.Min(Height - 1, (int)Math.Ceiling(Math.Max(ay, by) + reach)));
        double dx = bx - ax, dy = by - ay, square = (dx * dx) + (dy * dy);
        for (int y = box.Top; y <= box.Bottom; y++)
        {
            double py = y + 0.5 - ay;
            for (int x = box.Left; x <= box.Right; x++)
            {
                double px = x + 0.5 - ax;
                double t = square > 0 ? Math.Clamp(((px * dx) + (py * dy)) / square, 0, 1) : 0;
                double ex = px - (t * dx), ey = py - (t * dy), distance = (ex * ex) + (ey * ey);
                if (distance >= (radius + 0.5) * (radius + 0.5)) continue;
                byte level = (byte)Math.Round(Levels * Math.Min(1, radius + 0.5 - Math.Sqrt(distance)));
                ref byte covered = ref _coverage[(y * Width) + x];
                if (level > covered) covered = level;
            }
        }
        return box;
    }

    private void Blend(Box dirty, int ink)
    {
        for (int y = dirty.Top; y <= dirty.Bottom; y++)
        {
            for (int k = (y * Width) + dirty.Left; k <= (y * Width) + dirty.Right; k++)
            {
                int level = _coverage[k];
                if (level == 0) continue;
                _coverage[k] = 0;
                int below = Pixels[k];
                Pixels[k] = (Mix(below >> 16, ink >> 16, level) << 16) | (Mix(below >> 8, ink >> 8, level) << 8) | Mix(below, ink, level);
            }
        }
    }

    private static int Mix(int below, int ink, int level) => (((below & 255) * (Levels - level)) + ((ink & 255) * level)) / Levels;

    private readonly record struct Box(int Left, int Top, int Right, int Bottom)
    {
        public Box With(Box other) =>
            new(Math.Min(Left, other.Left), Math.Min(Top, other.Top), Math.Max(Right, other.Right), Math.Max(Bottom, other.Bottom));
    }
}
