// Turns the samples of one lead into strokes: gaps stay gaps, what leaves the sheet is cut, points that change nothing are left out.
namespace Einthoven.Signals.Page;

/// <summary>The strokes of one lead in one box.</summary>
/// <param name="Strokes">Connected points in millimetres.</param>
/// <param name="Cut">True where the trace left the room between the limits.</param>
/// <param name="HasSignal">False where no sample of the time lies in the box.</param>
internal sealed record PageTrace(IReadOnlyList<PagePoint[]> Strokes, bool Cut, bool HasSignal)
{
    // A fifteenth of the pen: what is left out could not be seen. 0.02 mm are 2 µV at 10 mm/mV.
    private const double Tolerance = 0.02;

    /// <summary>Draws a lead into a box.</summary>
    /// <param name="lead">The lead.</param>
    /// <param name="box">Its place.</param>
    /// <param name="layout">Speed and gain.</param>
    /// <param name="startSeconds">Time of the page's left edge.</param>
    /// <param name="zero">Millivolts that lie on the baseline.</param>
    /// <param name="top">Upper limit in millimetres.</param>
    /// <param name="bottom">Lower limit.</param>
    public static PageTrace Of(EcgLead lead, LeadBox box, PageLayout layout, double startSeconds, double zero, double top, double bottom)
    {
        ReadOnlySpan<double> samples = lead.Samples.Span;
        double rate = lead.SamplingRateHz;
        (int first, int last) = Range(lead, startSeconds + box.FromSeconds, startSeconds + box.ToSeconds);
        // The minus of -aVR.
        double sign = box.Lead.StartsWith('-') ? -1 : 1;
        var strokes = new List<PagePoint[]>();
        var run = new List<PagePoint>();
        bool cut = false;
        for (int i = first; i <= last; i++)
        {
            double value = samples[i];
            if (!double.IsFinite(value))
            {
                End();
                continue;
            }
            run.Add(new PagePoint(layout.X(box, (i / rate) - startSeconds), layout.Y(box, sign * (value - zero))));
        }
        End();
        return new PageTrace(strokes, cut, strokes.Count > 0 || cut);

        void End()
        {
            if (run.Count > 0) cut |= Clip(Simplify(run), top, bottom, strokes);
            run.Clear();
        }
    }

    /// <summary>First and last sample of a time, the last one excluded from nothing: both edges belong to the box.</summary>
    public static (int First, int Last) Range(EcgLead lead, double from, double to)
    {
        double rate = lead.SamplingRateHz;
        int first = (int)Math.Min(int.MaxValue, Math.Ceiling((from * rate) - 1e-6));
        int last = (int)Math.Min(lead.Samples.Length - 1, Math.Floor((to * rate) + 1e-6));
        return (Math.Max(0, first), last);
    }

    /// <summary>Leaves out points so that the line passes every sample within the tolerance, measured vertically; x must grow.</summary>
    internal static List<PagePoint> Simplify(List<PagePoint> points)
    {
        if (points.Count <= 2) return points;
        var kept = new List<PagePoint>(points.Count / 2) { points[0] };
        PagePoint anchor = points[0];
        double low = double.NegativeInfinity, high = double.PositiveInfinity;
        for (int i = 1; i < points.Count; i++)
        {
            PagePoint point = points[i];
            double dx = point.X - anchor.X, dy = point.Y - anchor.Y, slope = dy / dx;
            if (slope < low || slope > high)
            {
                anchor = points[i - 1];
                kept.Add(anchor);
                dx = point.X - anchor.X;
                dy = point.Y - anchor.Y;
                (low, high) = (double.NegativeInfinity, double.PositiveInfinity);
            }
            low = Math.Max(low, (dy - Tolerance) / dx);
            high = Math.Min(high, (dy + Tolerance) / dx);
        }
        kept.Add(points[^1]);
        return kept;
    }

    /// <summary>Cuts a line at two horizontals; tells whether there was anything to cut.</summary>
    internal static bool Clip(List<PagePoint> line, double top, double bottom, List<PagePoint[]> strokes)
    {
        bool inside = true;
        foreach (PagePoint point in line) inside &= point.Y >= top && point.Y <= bottom;
        if (inside)
        {
            // A lone sample between two gaps is a dot.
            strokes.Add(line.Count == 1 ? [line[0], line[0]] : [.. line]);
            return false;
        }
        var run = new List<PagePoint>();
        for (int i = 1; i < line.Count; i++)
        {
            (PagePoint a, PagePoint b) = (line[i - 1], line[i]);
            if (Math.Max(a.Y, b.Y) < top || Math.Min(a.Y, b.Y) > bottom)
            {
                End();
                continue;
            }
            PagePoint from = Limit(a, b), to = Limit(b, a);
            if (run.Count == 0 || run[^1] != from)
            {
                End();
                run.Add(from);
            }
            run.Add(to);
        }
        End();
        return true;

        // The point itself, or where the segment to the other one enters.
        PagePoint Limit(PagePoint point, PagePoint other)
        {
            double y = Math.Clamp(point.Y, top, bottom);
            return y == point.Y ? point : new PagePoint(point.X + ((other.X - point.X) * (y - point.Y) / (other.Y - point.Y)), y);
        }

        void End()
        {
            if (run.Count > 1) strokes.Add([.. run]);
            run.Clear();
        }
    }
}
