// The heart as one dipole whose three components are sums of Gaussians over the phase of the beat: Sameni, Clifford, Jutten, Shamsollahi,
// "Multichannel ECG and noise modeling", EURASIP J Adv Signal Process 2007:43407. Leads follow by Dower's matrix.
namespace Einthoven.Signals.Simulation;

/// <summary>One bell of a component.</summary>
/// <param name="Angle">Phase of its middle in radians, R at 0.</param>
/// <param name="Millivolts">Its height.</param>
/// <param name="Width">Its standard deviation in radians.</param>
public readonly record struct PhaseGaussian(double Angle, double Millivolts, double Width);

/// <summary>A dipole that turns once a beat.</summary>
/// <param name="X">Bells of the component to the left.</param>
/// <param name="Y">Bells of the component downwards.</param>
/// <param name="Z">Bells of the component backwards.</param>
public sealed record GaussianDipole(IReadOnlyList<PhaseGaussian> X, IReadOnlyList<PhaseGaussian> Y, IReadOnlyList<PhaseGaussian> Z)
{
    /// <summary>Phases of a steady rhythm, in [-π, π).</summary>
    /// <param name="samples">How many.</param>
    /// <param name="samplingRateHz">Samples a second.</param>
    /// <param name="beatsPerSecond">Rate of the heart.</param>
    /// <param name="start">Phase of the first sample.</param>
    public static double[] Phases(int samples, double samplingRateHz, double beatsPerSecond, double start)
    {
        double[] phases = new double[samples];
        for (int i = 0; i < samples; i++)
        {
            double turns = (start + Math.PI + (2 * Math.PI * beatsPerSecond * i / samplingRateHz)) / (2 * Math.PI);
            phases[i] = (2 * Math.PI * (turns - Math.Floor(turns))) - Math.PI;
        }
        return phases;
    }

    /// <summary>The dipole at those phases in millivolts: [3, samples].</summary>
    public double[][] At(ReadOnlySpan<double> phases) => [At(X, phases), At(Y, phases), At(Z, phases)];

    /// <summary>The twelve leads of a dipole by Dower's matrix, in the customary order: [12, samples].</summary>
    public static double[][] Leads(double[][] dipole)
    {
        double[][] eight = LeadTransforms.Apply(LeadTransforms.Dower, dipole);
        int n = eight[0].Length;
        double[][] twelve = [eight[0], eight[1], new double[n], new double[n], new double[n], new double[n], .. eight[2..]];
        for (int i = 0; i < n; i++)
        {
            (double one, double two) = (eight[0][i], eight[1][i]);
            (twelve[2][i], twelve[3][i], twelve[4][i], twelve[5][i]) = (two - one, -(one + two) / 2, one - (two / 2), two - (one / 2));
        }
        return twelve;
    }

    private static double[] At(IReadOnlyList<PhaseGaussian> bells, ReadOnlySpan<double> phases)
    {
        double[] sum = new double[phases.Length];
        for (int i = 0; i < sum.Length; i++)
        {
            foreach (PhaseGaussian bell in bells)
            {
                double distance = phases[i] - bell.Angle;
                distance -= 2 * Math.PI * Math.Round(distance / (2 * Math.PI));
                sum[i] += bell.Millivolts * Math.Exp(-distance * distance / (2 * bell.Width * bell.Width));
            }
        }
        return sum;
    }
}
