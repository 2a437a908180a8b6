// Which limb cables were probably interchanged: every arrangement is undone exactly, and the one whose heart looks most usual wins.
using Einthoven.Signals.Beats;

namespace Einthoven.Signals.Quality;

/// <summary>A suspicion of exchanged limb cables.</summary>
/// <param name="Name">The cables, as in <c>RA/LA</c>.</param>
/// <param name="Evidence">Log-likelihood gained over the correct placement; the larger the surer.</param>
public sealed record LeadReversal(string Name, double Evidence)
{
    // Usual frontal axes in degrees with their spreads: P is the surest (normal values of ELSA-Brasil and clinical practice).
    const double PAxis = 52, PSpread = 24, QrsAxis = 40, QrsSpread = 45, TAxis = 40, TSpread = 40, Likeness = 0.85, LikenessSpread = 0.4;
    // Three cables are exchanged far less often than two.
    const double CostOfThree = 2.5;
    const double Needed = 5, Flat = 0.09, NotFlat = 0.3;

    // True (I, II) from recorded (I, II), for the arrangements that lose nothing.
    static readonly (string Name, double A, double B, double C, double D)[] s_undo =
    [
        ("RA/LA", -1, 0, -1, 1),
        ("RA/LL", 1, -1, 0, -1),
        ("LA/LL", 0, 1, 1, 0),
        ("RA on LA, LA on LL, LL on RA", 0, -1, 1, -1),
        ("RA on LL, LA on RA, LL on LA", -1, 1, -1, 0),
    ];

    /// <summary>The most probable exchange; null where the correct placement is as likely, or where the limb leads are not there.</summary>
    public static LeadReversal? Suspect(EcgRecord record, EcgMeasurements measured)
    {
        LeadAmplitudes? Lead(string name) => measured.Leads.FirstOrDefault(l => l.Lead == name);
        // A lead without any signal is not among the measured ones, but it is the best evidence.
        double? Size(string name) => record.TryGetLead(name, out EcgLead? lead) && lead.IsMillivolts ? Lead(name)?.QrsPeakToPeak ?? 0 : null;
        if (Size("I") is not { } sizeOne || Size("II") is not { } sizeTwo) return null;
        if (Size("III") is { } sizeThree && FlatLead(sizeOne, sizeTwo, sizeThree) is { } ground) return ground;
        if (Lead("I") is not { } one || Lead("II") is not { } two) return null;
        int i = Index(measured, "I"), ii = Index(measured, "II"), side = Index(measured, "V6") is var v && v >= 0 ? v : Index(measured, "V5");
        double correct = Usual(measured, one, two, i, ii, side, 1, 0, 0, 1);
        LeadReversal? best = null;
        foreach ((string name, double a, double b, double c, double d) in s_undo)
        {
            double evidence = Usual(measured, one, two, i, ii, side, a, b, c, d) - correct - (name.Contains(" on ", StringComparison.Ordinal) ? CostOfThree : 0);
            if (evidence > Needed && (best is null || evidence > best.Evidence)) best = new(name, evidence);
        }
        return best;
    }

    // With the ground cable on an arm, one bipolar lead measures leg against leg: nothing.
    static LeadReversal? FlatLead(double one, double two, double three)
    {
        (string Name, double Size, double Least)[] pairs =
        [
            ("RA/RL", two, Math.Min(one, three)),
            ("LA/RL", three, Math.Min(one, two)),
            ("RA/RL and LA/LL, or RA/LL and LA/RL", one, Math.Min(two, three)),
        ];
        foreach ((string name, double size, double least) in pairs)
            if (size < Flat && least > NotFlat) return new(name, double.PositiveInfinity);
        return null;
    }

    // How usual the axes of P, QRS and T are, and how like lead I is to the left chest leads, after (I, II) = (aI + bII, cI + dII).
    static double Usual(EcgMeasurements m, LeadAmplitudes one, LeadAmplitudes two, int i, int ii, int side, double a, double b, double c, double d)
    {
        double sum = 0;
        foreach ((double? x, double? y, double usual, double spread) in new[]
        {
            (one.Areas.P, two.Areas.P, PAxis, PSpread), (one.Areas.Qrs, two.Areas.Qrs, QrsAxis, QrsSpread), (one.Areas.T, two.Areas.T, TAxis, TSpread),
        })
        {
            if (x is not { } first || y is not { } second) continue;
            double left = a * first + b * second, down = c * first + d * second - left / 2;
            if (FrontalAxis.FromLeadsOneAndAvf(left, down) is not { } axis) continue;
            double off = Math.IEEERemainder(axis - usual, 360) / spread;
            // Heavier tails than a normal's: a single odd axis must not decide.
            sum -= 2 * Math.Log(1 + off * off / 4);
        }
        if (side >= 0)
        {
            double likeness = Correlation(m, i, ii, side, a, b);
            sum -= 2 * Math.Log(1 + Math.Pow((Likeness - likeness) / LikenessSpread, 2) / 4) * 1.5;
        }
        return sum;
    }

    static double Correlation(EcgMeasurements m, int i, int ii, int side, double a, double b)
    {
        ReadOnlySpan<double> one = m.Template[i].Span, two = m.Template[ii].Span, chest = m.Template[side].Span;
        int from = BeatClasses.Before - BeatSignals.Ms(60), to = BeatClasses.Before + BeatSignals.Ms(80);
        double[] made = new double[to - from];
        for (int k = from; k < to; k++) made[k - from] = a * one[k] + b * two[k];
        return Dsp.Statistics.Correlation(made, chest[from..to]);
    }

    static int Index(EcgMeasurements m, string name)
    {
        for (int k = 0; k < m.Leads.Count; k++)
            if (m.Leads[k].Lead == name) return k;
        return -1;
    }
}
