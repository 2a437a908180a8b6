// One person's heart: the waves of its atria and ventricles, drawn from the seed and changed by the morphologies asked for.
using Einthoven.Signals.Beats;

namespace Einthoven.Signals.Simulation;

/// <summary>How the ventricles show when activated from one place.</summary>
/// <param name="Qrs">The activation.</param>
/// <param name="T">The recovery; stretched in time to the QT interval of each beat.</param>
/// <param name="St">The plateau between them, from the start of the QRS; no bumps where there is none.</param>
internal sealed record Ventricles(Wave Qrs, Wave T, Wave St);

internal sealed class Heart
{
    private readonly SimulationRandom _random;
    private readonly HashSet<string> _morphologies;

    public Heart(SimulationOptions options, Torso torso, SimulationRandom random)
    {
        _random = random;
        _morphologies = [.. options.Morphologies];
        double atrium = Math.Exp(0.15 * random.Normal()), slow = random.Between(0.92, 1.08);
        SinusP = new Wave(Scaled(Wave.Table("p-sinus"), atrium, slow));
        EctopicP = new Wave(Scaled(Wave.Table("p-ectopic"), atrium, slow));
        RetrogradeP = new Wave(Scaled(Wave.Table("p-retrograde"), atrium, slow));
        QtcMs = Has("long-qt") ? random.Between(490, 560) : Math.Clamp(410 + (15 * random.Normal()), 375, 440);

        Bump[] t = Wide(Wave.Table("t-normal"), Math.Clamp(Math.Exp(0.2 * random.Normal()), 0.6, 1.5));
        Conducted = Draw(torso, t);
        bool fromRight = random.Chance(0.6);
        Ectopic = Wideways(fromRight ? "pvc-right" : "pvc-left", random.Between(0.9, 1.2));
        Escape = Wideways("escape", random.Between(0.9, 1.1));
        Paced = Wideways("paced", random.Between(0.9, 1.1));
        QrsAxisDegrees = torso.Axis(Conducted.Qrs.Area);
    }

    public Wave SinusP { get; }

    public Wave EctopicP { get; }

    public Wave RetrogradeP { get; }

    public Ventricles Conducted { get; }

    public Ventricles Ectopic { get; }

    public Ventricles Escape { get; }

    public Ventricles Paced { get; }

    /// <summary>QT interval at a rate of 60 a minute, for a narrow QRS.</summary>
    public double QtcMs { get; }

    public double? QrsAxisDegrees { get; }

    /// <summary>Whether an AV node that conducts is bypassed.</summary>
    public bool PreExcited => Has("wpw");

    /// <summary>The QT interval in ms after an interval of so many seconds (Fridericia), longer by most of what the QRS is wider than normal.</summary>
    public double QtMs(Ventricles ventricles, double rrSeconds) =>
        (QtcMs * Math.Cbrt(Math.Clamp(rrSeconds, 0.3, 1.6))) + (0.8 * Math.Max(0, ventricles.Qrs.Off - 105));

    /// <summary>Stretch of a T wave so that it ends with that QT interval.</summary>
    public static double TStretch(Ventricles ventricles, double qtMs) => (qtMs + ventricles.Qrs.On) / ventricles.T.TangentEnd;

    private bool Has(string morphology) => _morphologies.Contains(morphology);

    private Ventricles Draw(Torso torso, Bump[] t)
    {
        double voltage = Math.Clamp(Math.Exp(0.16 * _random.Normal()), 0.7, 1.4);
        Bump septum = Wave.Table("qrs-septum")[0], wall = Wave.Table("qrs-wall")[0], back = Wave.Table("qrs-back")[0], last = Wave.Table("qrs-base")[0];
        wall = wall with { Z = wall.Z + (0.12 * _random.Normal()) };
        back = back with { Z = back.Z * Math.Exp(0.15 * _random.Normal()) };
        List<Bump> qrs = [septum, wall, back, last];
        if (Has("lbbb")) qrs = [.. Wave.Table("lbbb")];
        else if (Has("lafb")) qrs = [.. Wave.Table("lafb")];
        else if (Has("lpfb")) qrs = [.. Wave.Table("lpfb")];
        if (Has("infarct-anterior")) qrs = Infarct(qrs, "infarct-anterior");
        if (Has("infarct-inferior")) qrs = Infarct(qrs, "infarct-inferior");
        if (Has("infarct-lateral")) qrs = Infarct(qrs, "infarct-lateral");
        if (Has("rbbb")) qrs = [.. qrs.SkipLast(1)];
        if (Has("lvh")) qrs = [.. qrs.Select(bump => bump.Z > 0 || bump.X > 0.5 ? bump.Times(1.75) with { Right = bump.Right + 4 } : bump)];
        if (Has("wpw")) qrs = [.. Wave.Table("delta"), .. qrs.Select(bump => bump.Later(30))];
        double slow = _random.Between(0.93, 1.1) * (Has("rbbb") || Has("lbbb") ? _random.Between(1, 1.08) : 1);
        qrs = [.. Scaled([.. qrs], voltage * (Has("low-voltage") ? 0.33 : 1), slow)];
        qrs = Turn(torso, qrs);
        // The right ventricle comes late and by itself: it does not turn with the axis of the left one.
        if (Has("rbbb")) qrs = [.. qrs, .. Scaled(Wave.Table("rbbb-late"), voltage * (Has("low-voltage") ? 0.33 : 1), slow)];
        if (Has("low-voltage")) t = Wide(t, 0.6);

        (double ax, double ay, double az) = Wave.AreaOf(qrs);
        var recovery = new Bump[] { t[0] };
        // Where the activation takes an abnormal course, recovery follows it: T against QRS.
        if (Has("lbbb")) recovery = [Against(t[0], ax, ay, az, 0.0042)];
        if (Has("rbbb")) recovery = [t[0] with { X = t[0].X + 0.12, Z = t[0].Z + 0.42 }];
        if (Has("wpw")) recovery = [t[0] with { X = t[0].X - 0.28, Y = t[0].Y - 0.2, Z = t[0].Z + 0.2 }];
        if (Has("lvh")) recovery = [t[0] with { X = -0.22, Y = -0.05, Z = -0.12 }];
        if (Has("infarct-anterior")) recovery = [t[0] with { X = t[0].X - 0.3, Z = t[0].Z + 0.45 }];
        if (Has("infarct-inferior")) recovery = [recovery[0] with { Y = -0.16 }];
        if (Has("infarct-lateral")) recovery = [recovery[0] with { X = -0.12 }];
        if (Has("t-inversion")) recovery = [recovery[0] with { X = -0.75 * recovery[0].X, Z = 0.22 }];

        double end = new Wave(qrs).Off;
        var st = new List<Bump>();
        if (Has("stemi-anterior")) st.Add(Plateau(end, 0.14, -0.03, -0.24, recovery));
        if (Has("stemi-inferior")) st.Add(Plateau(end, -0.03, 0.30, 0.06, recovery));
        if (Has("stemi-lateral")) st.Add(Plateau(end, 0.32, -0.06, 0.04, recovery));
        if (Has("lvh")) st.Add(new Bump(end + 60, 80, 110, -0.09, -0.03, -0.05));
        if (Has("lbbb")) st.Add(Against(new Bump(end + 40, 60, 150, 0, 0, 0), ax, ay, az, 0.0014));
        return new Ventricles(new Wave(qrs), new Wave(recovery), new Wave(st));
    }

    // The injured wall pulls ST and, early on, T towards itself.
    private Bump Plateau(double end, double x, double y, double z, Bump[] recovery)
    {
        double extent = _random.Between(0.9, 1.4);
        recovery[0] = recovery[0] with { X = recovery[0].X + (0.8 * extent * x), Y = recovery[0].Y + (0.8 * extent * y), Z = recovery[0].Z + (0.8 * extent * z) };
        return new Bump(end + 22, 46, 210, x * extent, y * extent, z * extent);
    }

    private Ventricles Wideways(string name, double slow)
    {
        double voltage = Math.Exp(0.12 * _random.Normal());
        var qrs = new Wave(Scaled(Wave.Table(name), voltage, slow));
        (double x, double y, double z) = qrs.Area;
        return new Ventricles(qrs, new Wave([Against(Wave.Table("t-normal")[0], x, y, z, 0.0042)]), new Wave([Against(new Bump(qrs.Off + 35, 60, 150, 0, 0, 0), x, y, z, 0.0014)]));
    }

    private static Bump Against(Bump bump, double x, double y, double z, double share) => bump with { X = -share * x, Y = -share * y, Z = -share * z };

    // The dead wall adds nothing any more, so that early on the opposite wall wins.
    private static List<Bump> Infarct(List<Bump> qrs, string name) => [Wave.Table(name)[0], .. qrs.Skip(1).Select((bump, k) => k == 0 ? bump.Times(0.7) : bump)];

    private List<Bump> Turn(Torso torso, List<Bump> qrs)
    {
        bool fixedCourse = Has("lafb") || Has("lpfb") || Has("infarct-inferior") || Has("infarct-lateral");
        double target = Has("left-axis") ? _random.Between(-55, -35)
            : Has("right-axis") ? _random.Between(100, 125)
            : Has("lbbb") ? _random.Between(-20, 30)
            : Math.Clamp(42 + (20 * _random.Normal()), -10, 82);
        double little = 5 * _random.Normal();
        if (fixedCourse) return [.. qrs.Select(bump => bump.Turned(little))];
        for (int round = 0; round < 6; round++)
        {
            double off = target - (torso.Axis(Wave.AreaOf(qrs)) ?? target);
            qrs = [.. qrs.Select(bump => bump.Turned(off))];
        }
        return qrs;
    }

    private Bump[] Wide(Bump[] bumps, double scale) =>
        [.. bumps.Select(b => b with { X = b.X * scale * (1 + (0.12 * _random.Normal())), Y = b.Y * scale * (1 + (0.12 * _random.Normal())), Z = b.Z * scale * (1 + (0.15 * _random.Normal())) })];

    private static Bump[] Scaled(Bump[] bumps, double height, double time) =>
        [.. bumps.Select(b => new Bump(b.Centre * time, b.Left * time, b.Right * time, b.X * height, b.Y * height, b.Z * height))];
}
