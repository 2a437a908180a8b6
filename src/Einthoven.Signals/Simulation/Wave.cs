// A wave of the beat: a few smooth bumps of the heart's vector with exact ends, and the marks that follow from them.
using System.Globalization;

namespace Einthoven.Signals.Simulation;

/// <summary>A bump of (1 − u²)³; times in ms from the start of the wave, the vector in mV (left, down, back).</summary>
internal readonly record struct Bump(double Centre, double Left, double Right, double X, double Y, double Z)
{
    public Bump Times(double scale) => this with { X = X * scale, Y = Y * scale, Z = Z * scale };

    public Bump Later(double ms) => this with { Centre = Centre + ms };

    /// <summary>Turned in the frontal plane, from left towards down.</summary>
    public Bump Turned(double degrees)
    {
        (double sin, double cos) = Math.SinCos(degrees * Math.PI / 180);
        return this with { X = (X * cos) - (Y * sin), Y = (X * sin) + (Y * cos) };
    }
}

/// <summary>The bumps of one wave. Marks are in ms from its start, for a wave that is not stretched.</summary>
internal sealed class Wave
{
    private const double Visible = 0.05;

    private static readonly Dictionary<string, Bump[]> s_table = Load();

    public Wave(IEnumerable<Bump> bumps)
    {
        Bumps = [.. bumps];
        (On, Peak, Off) = Marks(Bumps);
        // Of the last bump: where its steepest tangent meets zero (u² = 1/5, u + f/|f'| = 0.745).
        TangentEnd = Bumps.Length == 0 ? 0 : Bumps[^1].Centre + (0.7453559924999299 * Bumps[^1].Right);
    }

    public Bump[] Bumps { get; }

    /// <summary>First moment with 5 % of the largest vector.</summary>
    public double On { get; }

    /// <summary>The largest vector.</summary>
    public double Peak { get; }

    /// <summary>Last moment with 5 % of the largest vector.</summary>
    public double Off { get; }

    /// <summary>End by the tangent, for a wave of one bump.</summary>
    public double TangentEnd { get; }

    /// <summary>The time integral of the vector in mV·ms.</summary>
    public (double X, double Y, double Z) Area => AreaOf(Bumps);

    /// <summary>The time integral of bumps in mV·ms: that of (1 − u²)³ from 0 to 1 is 16/35.</summary>
    public static (double X, double Y, double Z) AreaOf(IEnumerable<Bump> bumps)
    {
        (double x, double y, double z) = (0, 0, 0);
        foreach (Bump b in bumps)
        {
            double area = (b.Left + b.Right) * 16 / 35;
            (x, y, z) = (x + (b.X * area), y + (b.Y * area), z + (b.Z * area));
        }
        return (x, y, z);
    }

    /// <summary>Bumps of the table simulation-waves.csv.</summary>
    public static Bump[] Table(string name) => s_table[name];

    /// <summary>Adds the wave to the vector's samples.</summary>
    /// <param name="vector">x, y and z.</param>
    /// <param name="rate">Samples a second.</param>
    /// <param name="startSeconds">Where the wave starts.</param>
    /// <param name="scale">Factor of its height.</param>
    /// <param name="stretch">Factor of its times.</param>
    public void AddTo(double[][] vector, double rate, double startSeconds, double scale, double stretch = 1)
    {
        (double[] x, double[] y, double[] z) = (vector[0], vector[1], vector[2]);
        double perMs = stretch * rate / 1000, start = startSeconds * rate;
        foreach (Bump bump in Bumps)
        {
            double centre = start + (bump.Centre * perMs), left = bump.Left * perMs, right = bump.Right * perMs;
            int first = Math.Max(0, (int)Math.Ceiling(centre - left)), last = Math.Min(x.Length - 1, (int)Math.Floor(centre + right));
            (double bx, double by, double bz) = (bump.X * scale, bump.Y * scale, bump.Z * scale);
            for (int i = first; i <= last; i++)
            {
                double u = i - centre;
                u /= u < 0 ? left : right;
                double k = 1 - (u * u);
                k *= k * k;
                x[i] += k * bx;
                y[i] += k * by;
                z[i] += k * bz;
            }
        }
    }

    private static (double On, double Peak, double Off) Marks(Bump[] bumps)
    {
        if (bumps.Length == 0) return (0, 0, 0);
        const double Step = 0.25;
        double from = bumps.Min(b => b.Centre - b.Left), to = bumps.Max(b => b.Centre + b.Right);
        int count = (int)Math.Ceiling((to - from) / Step);
        double[] size = new double[count + 1];
        int peak = 0;
        for (int k = 0; k <= count; k++)
        {
            double t = from + (k * Step), x = 0, y = 0, z = 0;
            foreach (Bump b in bumps)
            {
                double u = (t - b.Centre) / (t < b.Centre ? b.Left : b.Right);
                if (Math.Abs(u) >= 1) continue;
                double f = 1 - (u * u);
                f *= f * f;
                (x, y, z) = (x + (f * b.X), y + (f * b.Y), z + (f * b.Z));
            }
            size[k] = Math.Sqrt((x * x) + (y * y) + (z * z));
            if (size[k] > size[peak]) peak = k;
        }
        double level = Visible * size[peak];
        int on = Array.FindIndex(size, value => value >= level), off = Array.FindLastIndex(size, value => value >= level);
        return (from + (on * Step), from + (peak * Step), from + (off * Step));
    }

    private static Dictionary<string, Bump[]> Load()
    {
        using Stream stream = typeof(Wave).Assembly.GetManifestResourceStream("simulation-waves.csv")!;
        using var reader = new StreamReader(stream);
        var rows = new List<(string Name, Bump Bump)>();
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#') || line.StartsWith("wave,", StringComparison.Ordinal)) continue;
            string[] parts = line.Split(',');
            double[] n = [.. parts[1..].Select(part => double.Parse(part, CultureInfo.InvariantCulture))];
            rows.Add((parts[0], new Bump(n[0], n[1], n[2], n[3], n[4], n[5])));
        }
        return rows.GroupBy(row => row.Name).ToDictionary(group => group.Key, group => group.Select(row => row.Bump).ToArray());
    }
}
