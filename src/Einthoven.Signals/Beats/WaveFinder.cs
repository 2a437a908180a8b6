// The waves of an averaged beat: where QRS, P and T are in all leads together, and the candidate edges of each in each lead.
using Einthoven.Signals.Dsp;

namespace Einthoven.Signals.Beats;

/// <summary>Edges that the delineator marks.</summary>
enum Edge
{
    POn,
    POff,
    QrsOn,
    QrsOff,
    TOn,
    TOff,
}

/// <summary>The waves of an averaged beat in samples from its first; P and T are −1 where none stands out. The size of P is in units of QRS.
/// Start is QRS onset, or that of a pacemaker's spike before it.</summary>
sealed record WavePlaces(int Start, int QrsOn, int QrsOff, int PPeak, int TPeak, double PContrast, double TContrast, double PSize);

/// <summary>Slopes of an averaged beat: sharp ones for QRS, soft ones for P and T; per lead and over all leads.</summary>
sealed class WaveFinder
{
    /// <summary>Number of candidates for an edge in a lead.</summary>
    public const int FeatureCount = 11;

    static readonly double[] s_fractions = [0.1, 0.2, 0.35, 0.55];
    static readonly BiquadCascade s_soft = Butterworth.Design(FilterBand.LowPass, 2, BeatSignals.Rate, 14);
    static readonly int s_pHalf = BeatSignals.Ms(46), s_tHalf = BeatSignals.Ms(100), s_rest = BeatSignals.Ms(10);

    readonly double[][] _leads, _sharpLeads, _sharp;
    readonly double[] _allSharp;
    double[][] _soft = [], _softSlope = [];
    double[] _allSoft = [], _pBump = [], _tBump = [];

    public WaveFinder(double[][] leads, double[][] sharp)
    {
        Length = leads[0].Length;
        _leads = leads;
        _sharpLeads = sharp;
        _sharp = [.. sharp.Select(x => Slope(x, 2))];
        _allSharp = Together(_sharp);
    }

    public int Length { get; }

    /// <summary>Finds the waves around the fiducial point.</summary>
    /// <param name="at">Sample of the fiducial point.</param>
    /// <param name="first">First sample that belongs to this beat (the T wave before has ended).</param>
    /// <param name="last">Last sample before the next beat.</param>
    public WavePlaces Find(int at, int first, int last)
    {
        int left = Math.Max(first, at - BeatSignals.Ms(140)), right = Math.Min(last, at + BeatSignals.Ms(150));
        double top = Top(_allSharp, left, right);
        (int off, int steep, int spike) = (right, First(_allSharp, left, at, 0.2 * top), -1);
        if (AfterSpike(_allSharp, steep, at, 0.2 * top) is { } after) (spike, steep) = (steep, First(_allSharp, after, at, 0.2 * top));
        int on = QrsEdge(_allSharp, steep, -1, left - BeatSignals.Ms(20), top, 0.04, 0.4), start = spike < 0 ? on : spike - BeatSignals.Ms(6);
        // The end is often slurred and only some leads show it: each lead by its own measure.
        double[] even = Together(Even(left, right));
        top = Top(even, left, right);
        while (off > at && even[off] < 0.2 * top) off--;
        off = Closing(on, off, QrsEdge(even, off, 1, right + BeatSignals.Ms(30), top, 0.06, 0.25), Top(_allSharp, left, right));
        Soften(start, off);

        (int t, double tContrast) = Largest(_tBump, off + BeatSignals.Ms(70), Math.Min(last - BeatSignals.Ms(60), off + BeatSignals.Ms(480)));
        (int p, double pContrast) = Largest(_pBump, Math.Max(first, on - BeatSignals.Ms(276)), start - BeatSignals.Ms(32));
        return new(start, on, off, p, t, pContrast, tContrast, p < 0 ? 0 : _pBump[p] / Swing(on, off));
    }

    /// <summary>A lead of the average without its sharp parts.</summary>
    public double[] Soft(int lead) => _soft[lead];

    // The leads' slopes in units of each one's largest within QRS, or of a fifth of all leads' largest.
    double[][] Even(int from, int to)
    {
        double[] tops = [.. _sharp.Select(s => Top(s, from, to))];
        double least = 0.2 * tops.Max();
        return [.. _sharp.Select((s, l) => Array.ConvertAll(s, v => v / Math.Max(Math.Max(tops[l], least), 1e-12)))];
    }

    static double Top(double[] x, int from, int to)
    {
        double top = 0;
        for (int i = from; i <= to; i++) top = Math.Max(top, x[i]);
        return top;
    }

    // Size of QRS over all leads: half the swing of each, in the mean square.
    double Swing(int on, int off)
    {
        double squares = 0;
        foreach (double[] x in _leads)
        {
            double min = double.PositiveInfinity, max = double.NegativeInfinity;
            for (int i = on; i <= off; i++) (min, max) = (Math.Min(min, x[i]), Math.Max(max, x[i]));
            squares += (max - min) * (max - min) / 4;
        }
        return Math.Max(Math.Sqrt(squares / _leads.Length), 1e-12);
    }

    // P and T are looked for where QRS has been bridged: softened, it would reach into both.
    void Soften(int on, int off)
    {
        _soft = s_soft.ZeroPhaseAnyLength([.. _leads.Select(x => Bridged(x, on, off))]);
        _softSlope = [.. _soft.Select(x => Slope(x, 4))];
        _allSoft = Together(_softSlope);
        _pBump = Together([.. _soft.Select(x => Bump(x, s_pHalf))]);
        _tBump = Together([.. _soft.Select(x => Bump(x, s_tHalf))]);
    }

    static double[] Bridged(double[] x, int on, int off)
    {
        double[] result = [.. x];
        Bridge(result, on, off);
        return result;
    }

    /// <summary>Puts the straight line from just before QRS to just after it in its place.</summary>
    public static void Bridge(double[] x, int on, int off)
    {
        int from = Math.Clamp(on - BeatSignals.Ms(4), 0, x.Length - 1), to = Math.Clamp(off + BeatSignals.Ms(10), 0, x.Length - 1);
        for (int i = from + 1; i < to; i++) x[i] = x[from] + (x[to] - x[from]) * (i - from) / (to - from);
    }

    /// <summary>How much of a P-like bump there is at a place, over all leads.</summary>
    public double PBump(int at) => at >= 0 && at < Length ? _pBump[at] : 0;

    /// <summary>Candidates for an edge of a wave in one lead, in samples; the last one stands for the wave's place.</summary>
    public double[] Candidates(Edge edge, int lead, WavePlaces places)
    {
        double[] features = new double[FeatureCount];
        int direction = edge is Edge.POn or Edge.QrsOn or Edge.TOn ? -1 : 1;
        (int from, int limit) = edge switch
        {
            Edge.POn => (places.PPeak, places.PPeak - BeatSignals.Ms(110)),
            Edge.POff => (places.PPeak, Math.Min(places.PPeak + BeatSignals.Ms(110), places.QrsOn)),
            Edge.QrsOn => (Inner(places, -1), places.QrsOn - BeatSignals.Ms(50)),
            Edge.QrsOff => (Inner(places, 1), places.QrsOff + BeatSignals.Ms(60)),
            Edge.TOn => (places.TPeak, Math.Max(places.TPeak - BeatSignals.Ms(240), places.QrsOff)),
            _ => (places.TPeak, places.TPeak + BeatSignals.Ms(220)),
        };
        limit = Math.Clamp(limit, 0, Length - 1);
        bool isQrs = edge is Edge.QrsOn or Edge.QrsOff;
        int reach = edge is Edge.TOn or Edge.TOff ? BeatSignals.Ms(120) : BeatSignals.Ms(54);
        int own = isQrs ? from : LeadPeak(lead, from, edge is Edge.TOn or Edge.TOff ? BeatSignals.Ms(50) : BeatSignals.Ms(26));
        Crossings(isQrs ? _sharp[lead] : _softSlope[lead], isQrs ? 0 : reach, own, limit, direction, features.AsSpan(0, 5));
        Crossings(isQrs ? _allSharp : _allSoft, isQrs ? 0 : reach, from, limit, direction, features.AsSpan(5, 5));
        features[^1] = isQrs ? (direction < 0 ? places.QrsOn : places.QrsOff) : own;
        return features;
    }

    /// <summary>The lead's own extremum near a peak found over all leads.</summary>
    public int LeadPeak(int lead, int around, int reach)
    {
        double[] x = _soft[lead];
        int from = Math.Max(1, around - reach), to = Math.Min(Length - 2, around + reach);
        double left = x[Math.Max(0, around - 2 * reach)], right = x[Math.Min(Length - 1, around + 2 * reach)];
        int best = around;
        double most = -1;
        for (int i = from; i <= to; i++)
        {
            double chord = left + (right - left) * (i - around + 2 * reach) / (4.0 * reach), height = Math.Abs(x[i] - chord);
            if (height > most) (best, most) = (i, height);
        }
        return best;
    }

    // The middle of QRS is where its edges are looked for from: the place of the steepest slope over all leads, on that side.
    int Inner(WavePlaces places, int direction)
    {
        double top = 0;
        for (int i = places.QrsOn; i <= places.QrsOff; i++) top = Math.Max(top, _allSharp[i]);
        int at = direction < 0 ? places.QrsOn : places.QrsOff;
        while (at > places.QrsOn - 1 && at < places.QrsOff + 1 && _allSharp[at] < 0.35 * top) at -= direction;
        return at;
    }

    // Place of the steepest slope, and where outward of it the slope first falls below shares of it; if it never does, where it is least.
    // The steepest slope is sought outward over the reach, or, with reach 0, inward from an edge that is nearly right already.
    static void Crossings(double[] slope, int reach, int from, int limit, int direction, Span<double> result)
    {
        int steepest = from;
        (int stop, int step) = reach > 0 ? (from + direction * reach, direction) : (from - direction * BeatSignals.Ms(24), -direction);
        for (int i = from; i != stop && i >= 0 && i < slope.Length && (i - limit) * direction <= 0; i += step)
            if (slope[i] > slope[steepest]) steepest = i;
        int at = steepest, least = steepest;
        result[^1] = steepest;
        for (int f = s_fractions.Length - 1; f >= 0; f--)
        {
            double level = s_fractions[f] * slope[steepest];
            while ((limit - at) * direction > 0 && slope[at] > level)
            {
                at += direction;
                if (slope[at] < slope[least]) least = at;
            }
            result[f] = slope[at] > level ? least : at;
        }
    }

    static int First(double[] slope, int from, int to, double level)
    {
        while (from < to && slope[from] < level) from++;
        return from;
    }

    // Where a single short spike ends that stands well before the rest: a pacemaker's. Null where QRS itself begins here.
    static int? AfterSpike(double[] slope, int from, int at, double level)
    {
        int rest = 0, end = from;
        for (; end < at && rest < s_rest; end++) rest = slope[end] < level ? rest + 1 : 0;
        if (end >= at || end - rest - from > BeatSignals.Ms(18)) return null;
        return First(slope, end, Math.Min(at, end + BeatSignals.Ms(8)), level) - end >= BeatSignals.Ms(8) ? end : null;
    }

    // Outward from inside QRS to the last slope that stands out from the quiet beyond; short rests belong to QRS.
    static int QrsEdge(double[] slope, int from, int direction, int limit, double top, double share, double quantile)
    {
        limit = Math.Clamp(limit, 0, slope.Length - 1);
        double[] beyond = new double[BeatSignals.Ms(60)];
        for (int i = 0; i < beyond.Length; i++) beyond[i] = slope[Math.Clamp(from + direction * (i + BeatSignals.Ms(30)), 0, slope.Length - 1)];
        double quiet = Math.Min(Statistics.Quantile(beyond, quantile), 0.2 * top), level = quiet + share * (top - quiet);
        int last = from;
        for (int at = from; (limit - at) * direction > 0 && Math.Abs(at - last) <= s_rest; at += direction)
            if (slope[at] > level) last = at;
        return last + direction;
    }

    // Where ST leaves slowly for T from the very end of QRS, its slope hides that end: QRS has ended where the leads together are back at
    // the level of its onset, if slowly and for long they then go away from it.
    int Closing(int on, int inner, int off, double top)
    {
        const double Small = 0.15, Slow = 0.25;
        double largest = 0, away = double.PositiveInfinity;
        for (int i = on; i <= off; i++) largest = Math.Max(largest, Distance(i, on));
        int first = Math.Max(on, inner - BeatSignals.Ms(16)), closed = first;
        for (int i = first; i <= off; i++)
            if (Distance(i, on) < Distance(closed, on)) closed = i;
        if (closed == first || closed >= off - 2 || Distance(closed, on) > Small * largest) return off;
        for (int i = closed + BeatSignals.Ms(8); i <= off; i++)
            if (_allSharp[i] > Slow * top) return off;
        for (int i = off; i <= Math.Min(closed + BeatSignals.Ms(50), Length - 1); i++) away = Math.Min(away, Distance(i, on));
        return away > 2 * Distance(closed, on) ? closed + 2 : off;
    }

    // Distance of the leads together from their values at another sample.
    double Distance(int at, int from)
    {
        double squares = 0;
        foreach (double[] x in _sharpLeads) squares += (x[at] - x[from]) * (x[at] - x[from]);
        return Math.Sqrt(squares / _sharpLeads.Length);
    }

    // The largest local maximum and how far it stands out from the median around; −1 where there is none.
    static (int At, double Contrast) Largest(double[] x, int from, int to)
    {
        from = Math.Max(from, 1);
        to = Math.Min(to, x.Length - 2);
        if (to - from < 4) return (-1, 0);
        int best = -1;
        for (int i = from; i <= to; i++)
            if (x[i] >= x[i - 1] && x[i] >= x[i + 1] && (best < 0 || x[i] > x[best])) best = i;
        if (best < 0) return (-1, 0);
        double middle = Statistics.Median(x.AsSpan(from, to - from + 1));
        return (best, middle > 0 ? x[best] / middle : 0);
    }

    static double[] Slope(double[] x, int half)
    {
        double[] slope = new double[x.Length];
        for (int i = 0; i < x.Length; i++) slope[i] = Math.Abs(x[Math.Min(i + half, x.Length - 1)] - x[Math.Max(i - half, 0)]);
        return slope;
    }

    static double[] Bump(double[] x, int half)
    {
        double[] bump = new double[x.Length];
        for (int i = 0; i < x.Length; i++) bump[i] = x[i] - (x[Math.Max(i - half, 0)] + x[Math.Min(i + half, x.Length - 1)]) / 2;
        return bump;
    }

    static double[] Together(double[][] leads)
    {
        double[] sum = new double[leads[0].Length];
        foreach (double[] lead in leads)
            for (int i = 0; i < sum.Length; i++) sum[i] += lead[i] * lead[i];
        for (int i = 0; i < sum.Length; i++) sum[i] = Math.Sqrt(sum[i] / leads.Length);
        return sum;
    }
}
