// What the twelve leads become when cables are on the wrong electrodes: potentials substituted, nothing estimated.
namespace Einthoven.Signals;

/// <summary>The ten electrode sites, and the cables that belong there.</summary>
public enum Electrode
{
    /// <summary>Right arm.</summary>
    R,

    /// <summary>Left arm.</summary>
    L,

    /// <summary>Left leg.</summary>
    F,

    /// <summary>Right leg: drives the amplifier's ground, enters no lead.</summary>
    N,

    /// <summary>Chest, site of V1.</summary>
    C1,

    /// <summary>Chest, site of V2.</summary>
    C2,

    /// <summary>Chest, site of V3.</summary>
    C3,

    /// <summary>Chest, site of V4.</summary>
    C4,

    /// <summary>Chest, site of V5.</summary>
    C5,

    /// <summary>Chest, site of V6.</summary>
    C6,
}

/// <summary>A placement of the cables. The legs are taken as equipotential, which holds to some tens of microvolts.</summary>
public sealed class ElectrodePlacement
{
    /// <summary>Independent leads, the columns of <see cref="Matrix"/>.</summary>
    public static IReadOnlyList<string> IndependentLeads { get; } = ["I", "II", "V1", "V2", "V3", "V4", "V5", "V6"];

    readonly IReadOnlyDictionary<Electrode, Electrode> _siteOfCable;

    /// <summary>Creates a placement.</summary>
    /// <param name="name">For people.</param>
    /// <param name="siteOfCable">The site at which a cable lies; cables not named lie at their own.</param>
    public ElectrodePlacement(string name, IReadOnlyDictionary<Electrode, Electrode> siteOfCable)
    {
        Name = name;
        _siteOfCable = siteOfCable;
        Matrix = Build();
    }

    /// <summary>The placement in a few words, as in <c>RA/LA</c>.</summary>
    public string Name { get; }

    /// <summary>Recorded leads (rows, customary order) as sums of the true independent leads (columns): 12 × 8.</summary>
    public double[][] Matrix { get; }

    /// <summary>All cables where they belong.</summary>
    public static ElectrodePlacement Correct { get; } = new("correct", new Dictionary<Electrode, Electrode>());

    /// <summary>Two cables interchanged.</summary>
    public static ElectrodePlacement Swap(string name, Electrode a, Electrode b) => new(name, new Dictionary<Electrode, Electrode> { [a] = b, [b] = a });

    /// <summary>All 24 ways to put the four limb cables on the four limbs, the correct one first.</summary>
    public static IReadOnlyList<ElectrodePlacement> LimbArrangements { get; } = [.. Permutations()];

    /// <summary>The twelve leads that this placement records.</summary>
    /// <param name="independent">The true leads I, II, V1 … V6, of equal length.</param>
    public double[][] Record(IReadOnlyList<double[]> independent) => LeadTransforms.Apply(Matrix, independent);

    static IEnumerable<ElectrodePlacement> Permutations()
    {
        Electrode[] limbs = [Electrode.R, Electrode.L, Electrode.F, Electrode.N];
        foreach (Electrode r in limbs)
        {
            foreach (Electrode l in limbs.Where(e => e != r))
            {
                foreach (Electrode f in limbs.Where(e => e != r && e != l))
                {
                    Electrode n = limbs.First(e => e != r && e != l && e != f);
                    bool isCorrect = (r, l, f) == (Electrode.R, Electrode.L, Electrode.F);
                    yield return new(
                        isCorrect ? "correct" : $"R@{r},L@{l},F@{f},N@{n}",
                        new Dictionary<Electrode, Electrode> { [Electrode.R] = r, [Electrode.L] = l, [Electrode.F] = f, [Electrode.N] = n });
                }
            }
        }
    }

    double[][] Build()
    {
        double[] r = Potential(Electrode.R), l = Potential(Electrode.L), f = Potential(Electrode.F);
        double[] wilson = Combine((r, 1 / 3.0), (l, 1 / 3.0), (f, 1 / 3.0));
        return
        [
            Combine((l, 1), (r, -1)),
            Combine((f, 1), (r, -1)),
            Combine((f, 1), (l, -1)),
            Combine((r, 1), (l, -0.5), (f, -0.5)),
            Combine((l, 1), (r, -0.5), (f, -0.5)),
            Combine((f, 1), (r, -0.5), (l, -0.5)),
            .. Enumerable.Range(0, 6).Select(v => Combine((Potential(Electrode.C1 + v), 1), (wilson, -1))),
        ];
    }

    // The potential under a cable, in independent leads, with the mean of the limbs as zero.
    double[] Potential(Electrode cable)
    {
        double[] at = new double[8];
        switch (_siteOfCable.GetValueOrDefault(cable, cable))
        {
            case Electrode.R:
                (at[0], at[1]) = (-1 / 3.0, -1 / 3.0);
                break;
            case Electrode.L:
                (at[0], at[1]) = (2 / 3.0, -1 / 3.0);
                break;
            case Electrode.F or Electrode.N:
                (at[0], at[1]) = (-1 / 3.0, 2 / 3.0);
                break;
            case Electrode chest:
                at[2 + (chest - Electrode.C1)] = 1;
                break;
        }
        return at;
    }

    static double[] Combine(params ReadOnlySpan<(double[] Potential, double Weight)> terms)
    {
        double[] sum = new double[8];
        foreach ((double[] potential, double weight) in terms)
            for (int i = 0; i < sum.Length; i++) sum[i] += weight * potential[i];
        return sum;
    }
}
