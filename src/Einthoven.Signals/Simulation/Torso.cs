// From the heart's vector to the nine electrodes: Dower's matrix, a little different in every person, moving with the breath.
using Einthoven.Signals.Beats;

namespace Einthoven.Signals.Simulation;

internal sealed class Torso
{
    /// <summary>Electrodes in the order of their rows.</summary>
    public static readonly string[] Electrodes = ["RA", "LA", "LL", "V1", "V2", "V3", "V4", "V5", "V6"];

    private readonly double[][] _still;
    private readonly double[][] _breathing;

    public Torso(SimulationRandom random)
    {
        double[][] dower = LeadTransforms.Dower;
        double[] one = Person(dower[0], random), two = Person(dower[1], random);
        // With the central terminal at zero: R = -(I + II)/3, L = (2 I - II)/3, F = (2 II - I)/3.
        _still =
        [
            [.. one.Zip(two, (a, b) => -(a + b) / 3)],
            [.. one.Zip(two, (a, b) => ((2 * a) - b) / 3)],
            [.. one.Zip(two, (a, b) => ((2 * b) - a) / 3)],
            .. dower[2..].Select(row => Person(row, random)),
        ];
        // A breath turns the heart by up to 4 degrees about an axis of its own and changes its voltage by up to 4 %.
        double[] axis = [0.07 * random.Normal() / 2, 0.07 * random.Normal() / 2, 0.07 * random.Normal() / 2];
        double voltage = random.Between(-0.04, 0.04);
        _breathing = [.. _still.Select(m => new[]
        {
            (voltage * m[0]) + (m[1] * axis[2]) - (m[2] * axis[1]),
            (voltage * m[1]) + (m[2] * axis[0]) - (m[0] * axis[2]),
            (voltage * m[2]) + (m[0] * axis[1]) - (m[1] * axis[0]),
        })];
    }

    /// <summary>Frontal axis of a vector in degrees.</summary>
    public double? Axis((double X, double Y, double Z) v)
    {
        double At(int electrode) => (_still[electrode][0] * v.X) + (_still[electrode][1] * v.Y) + (_still[electrode][2] * v.Z);
        return FrontalAxis.FromLeadsOneAndAvf(At(1) - At(0), At(2) - ((At(0) + At(1)) / 2));
    }

    /// <summary>Potentials of the electrodes in mV: [9, samples].</summary>
    /// <param name="vector">The heart's vector: [3, samples].</param>
    /// <param name="breath">−1 … 1 at every sample.</param>
    public double[][] Potentials(double[][] vector, double[] breath)
    {
        int n = breath.Length;
        double[][] potentials = new double[_still.Length][];
        (double[] x, double[] y, double[] z) = (vector[0], vector[1], vector[2]);
        for (int e = 0; e < potentials.Length; e++)
        {
            double[] potential = potentials[e] = new double[n];
            (double[] m, double[] b) = (_still[e], _breathing[e]);
            (double mx, double my, double mz, double bx, double by, double bz) = (m[0], m[1], m[2], b[0], b[1], b[2]);
            for (int i = 0; i < n; i++)
                potential[i] = ((mx + (breath[i] * bx)) * x[i]) + ((my + (breath[i] * by)) * y[i]) + ((mz + (breath[i] * bz)) * z[i]);
        }
        return potentials;
    }

    private static double[] Person(double[] row, SimulationRandom random)
    {
        double size = Math.Sqrt(row.Sum(value => value * value)), gain = 1 + (0.06 * random.Normal());
        return [.. row.Select(value => (gain * value) + (0.05 * size * random.Normal()))];
    }
}
