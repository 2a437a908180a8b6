// Atria that flutter or fibrillate, and ventricles that do: activity that belongs to no beat.
namespace Einthoven.Signals.Simulation;

internal static class AtrialActivity
{
    /// <summary>Adds fibrillatory waves: a saw-tooth of slowly changing height and rate in every axis (Stridh and Sörnmo 2001).</summary>
    public static void AddFibrillation(double[][] vector, double rate, double wavesHz, SimulationRandom random)
    {
        // Largest towards the right atrium: forwards and downwards.
        double[] sizes = [0.02, 0.045, 0.042];
        double change = random.Between(0.1, 0.23), drift = random.Between(0.2, 0.3), size = random.Between(0.7, 1.4);
        for (int axis = 0; axis < 3; axis++)
        {
            double[] samples = vector[axis];
            double phase = random.Between(0, 2 * Math.PI), swing = random.Between(0, 2 * Math.PI), height = size * sizes[axis];
            double Slow(int i) => (2 * Math.PI * change * i / rate) + swing;
            double Theta(int i) => (2 * Math.PI * wavesHz * i / rate) + (drift / change * Math.Sin(Slow(i))) + phase;
            double Height(int i) => height * (1 + (0.35 * Math.Sin((0.5 * Slow(i)) + axis)));
            // What changes slowly is computed now and then and joined by straight lines.
            const int Block = 16;
            for (int first = 0; first < samples.Length; first += Block)
            {
                (double theta, double tall) = (Theta(first), Height(first));
                (double turn, double growth) = ((Theta(first + Block) - theta) / Block, (Height(first + Block) - tall) / Block);
                for (int i = first; i < Math.Min(first + Block, samples.Length); i++, theta += turn, tall += growth)
                {
                    // sin θ + sin 2θ / 2 + sin 3θ / 3 by the rule for multiple angles.
                    (double s1, double c1) = Math.SinCos(theta);
                    double s2 = 2 * c1 * s1, s3 = (2 * c1 * s2) - s1;
                    samples[i] += tall * (s1 + (s2 / 2) + (s3 / 3));
                }
            }
        }
    }

    /// <summary>Adds flutter waves: a slow fall and a quick rise in the inferior leads without a pause between them, upright waves in V1.</summary>
    public static void AddFlutter(double[][] vector, double rate, double wavesHz, SimulationRandom random)
    {
        double phase = random.Between(0, 2 * Math.PI), size = random.Between(0.8, 1.3);
        (double[] x, double[] y, double[] z) = (vector[0], vector[1], vector[2]);
        for (int i = 0; i < x.Length; i++)
        {
            // sin θ + sin 2θ / 2 + sin 3θ / 3 …: a saw-tooth with its corners taken off.
            (double s1, double c1) = Math.SinCos((2 * Math.PI * wavesHz * i / rate) + phase);
            double s2 = 2 * c1 * s1, s3 = (2 * c1 * s2) - s1, tooth = size * (s1 + (0.45 * s2) + (0.22 * s3));
            x[i] += 0.01 * tooth;
            y[i] += 0.11 * tooth;
            z[i] -= 0.055 * size * (c1 + (0.4 * ((c1 * c1) - (s1 * s1))));
        }
    }

    /// <summary>Adds ventricular fibrillation: 4 to 7 waves a second of wandering rate and height, growing finer.</summary>
    public static void AddVentricularFibrillation(double[][] vector, double rate, SimulationRandom random)
    {
        int n = vector[0].Length;
        for (int axis = 0; axis < 3; axis++)
        {
            for (int part = 0; part < 3; part++)
            {
                double frequency = random.Between(4, 7), phase = random.Between(0, 2 * Math.PI), height = random.Between(0.12, 0.28), beat = random.Between(0.2, 0.6), turn = random.Between(0, 2 * Math.PI);
                for (int i = 0; i < n; i++)
                {
                    double t = i / rate;
                    vector[axis][i] += height * Math.Exp(-t / 40) * (1 + (0.6 * Math.Sin((2 * Math.PI * beat * t) + turn)))
                        * Math.Sin((2 * Math.PI * frequency * t) + (1.5 * Math.Sin((2 * Math.PI * 0.7 * beat * t) + turn)) + phase);
                }
            }
        }
    }
}
