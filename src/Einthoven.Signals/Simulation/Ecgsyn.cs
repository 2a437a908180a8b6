// The oscillator model of one lead: McSharry, Clifford, Tarassenko, Smith, "A dynamical model for generating synthetic electrocardiogram
// signals", IEEE Trans Biomed Eng 50:289 (2003). A point on a circle; passing the angles of P, Q, R, S and T moves z.
namespace Einthoven.Signals.Simulation;

/// <summary>Settings of the oscillator; the defaults are the paper's.</summary>
public sealed record EcgsynOptions
{
    /// <summary>Samples a second.</summary>
    public double SamplingRateHz { get; init; } = 256;

    /// <summary>Mean heart rate.</summary>
    public double HeartRateBpm { get; init; } = 60;

    /// <summary>Standard deviation of the heart rate.</summary>
    public double HeartRateStdBpm { get; init; } = 1;

    /// <summary>Power of the slow waves of the rate (0.1 Hz) over that of the breath (0.25 Hz).</summary>
    public double LowToHighRatio { get; init; } = 0.5;

    /// <summary>Angles of P, Q, R, S and T in radians, R at 0.</summary>
    public IReadOnlyList<double> Angles { get; init; } = [-70 * Math.PI / 180, -15 * Math.PI / 180, 0, 15 * Math.PI / 180, 100 * Math.PI / 180];

    /// <summary>Their strengths.</summary>
    public IReadOnlyList<double> Strengths { get; init; } = [1.2, -5, 30, -7.5, 0.75];

    /// <summary>Their widths in radians.</summary>
    public IReadOnlyList<double> Widths { get; init; } = [0.25, 0.1, 0.1, 0.1, 0.4];

    /// <summary>Where the point starts: x, y, z.</summary>
    public (double X, double Y, double Z) Start { get; init; } = (1, 0, 0.04);
}

/// <summary>A run of the oscillator.</summary>
/// <param name="Rr">The interval between beats in seconds, once a second.</param>
/// <param name="RrPerSample">The interval in force at every sample.</param>
/// <param name="State">x, y and z: [3, samples].</param>
/// <param name="Millivolts">z scaled to −0.4 … 1.2 mV over the whole run.</param>
public sealed record EcgsynRun(double[] Rr, double[] RrPerSample, double[][] State, double[] Millivolts);

/// <summary>Runs the oscillator.</summary>
public static class Ecgsyn
{
    private const double BreathHz = 0.25;
    private const double WaveHz = 0.1;
    private const double SpreadHz = 0.01;

    /// <summary>Runs it for as many seconds as there are intervals.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="phases">Phases of the rate's spectrum in radians: half the number of seconds, less one. The seconds are a power of two.</param>
    /// <exception cref="ArgumentException">The phases do not fit a power of two.</exception>
    public static EcgsynRun Run(EcgsynOptions options, ReadOnlySpan<double> phases)
    {
        double[] rr = Intervals(options, phases);
        double[] perSample = Hold(rr, options.SamplingRateHz);
        double[][] state = Integrate(options, perSample);
        double low = state[2].Min(), high = state[2].Max();
        double[] millivolts = Array.ConvertAll(state[2], z => ((z - low) * 1.6 / (high - low)) - 0.4);
        return new EcgsynRun(rr, perSample, state, millivolts);
    }

    // Two humps in the spectrum, random phases, scaled to the spread of the intervals that the spread of the rate means.
    private static double[] Intervals(EcgsynOptions options, ReadOnlySpan<double> phases)
    {
        int n = 2 * (phases.Length + 1);
        if (!int.IsPow2(n)) throw new ArgumentException($"{phases.Length} phases belong to {n} seconds, which is no power of two", nameof(phases));
        double mean = 60 / options.HeartRateBpm;
        double[] series = new double[n];
        for (int k = 1; k < n / 2; k++)
        {
            double amplitude = Math.Sqrt((options.LowToHighRatio * Hump(k / (double)n, WaveHz)) + Hump(k / (double)n, BreathHz));
            // A mirrored spectrum lies one bin higher on its upper half: bin n - k has the amplitude of bin k - 1.
            double mirrored = Math.Sqrt((options.LowToHighRatio * Hump((k - 1) / (double)n, WaveHz)) + Hump((k - 1) / (double)n, BreathHz));
            for (int t = 0; t < n; t++) series[t] += (amplitude + mirrored) * Math.Cos((2 * Math.PI * k * t / n) + phases[k - 1]);
        }
        double constant = Math.Sqrt((options.LowToHighRatio * Hump(0, WaveHz)) + Hump(0, BreathHz));
        double last = Math.Sqrt((options.LowToHighRatio * Hump(((n / 2.0) - 1) / n, WaveHz)) + Hump(((n / 2.0) - 1) / n, BreathHz));
        for (int t = 0; t < n; t++) series[t] += constant + (t % 2 == 0 ? last : -last);
        double centre = series.Average(), deviation = Math.Sqrt(series.Average(value => (value - centre) * (value - centre)));
        double scale = 60 * options.HeartRateStdBpm / (options.HeartRateBpm * options.HeartRateBpm) / deviation;
        // The mean is added to the series as it is: its own constant part is far below the spread.
        return Array.ConvertAll(series, value => mean + (value * scale));
    }

    private static double Hump(double frequencyHz, double centreHz)
    {
        double spread = 2 * Math.PI * SpreadHz, distance = 2 * Math.PI * (frequencyHz - centreHz);
        return Math.Exp(-distance * distance / (2 * spread * spread)) / Math.Sqrt(2 * Math.PI * spread * spread);
    }

    // The interval at the start of a beat holds until the next one.
    private static double[] Hold(double[] rr, double rate)
    {
        int n = (int)Math.Round(rr.Length * rate);
        double[] held = new double[n];
        double time = 0;
        for (int i = 0; i < n;)
        {
            double at = Math.Min(i / rate, rr.Length - 1);
            int below = Math.Min((int)at, rr.Length - 2);
            double interval = rr[below] + ((at - below) * (rr[below + 1] - rr[below]));
            time += interval;
            int next = Math.Clamp((int)Math.Round(time * rate), i + 1, n);
            Array.Fill(held, interval, i, next - i);
            i = next;
        }
        return held;
    }

    private static double[][] Integrate(EcgsynOptions options, double[] perSample)
    {
        double h = 1 / options.SamplingRateHz, rate = Math.Sqrt(options.HeartRateBpm / 60);
        double[] shift = [Math.Sqrt(rate), rate, 1, rate, Math.Sqrt(rate)];
        double[] angles = [.. options.Angles.Select((angle, k) => angle * shift[k])];
        double[] widths = [.. options.Widths.Select(width => width * rate)];
        int n = perSample.Length;
        double[][] state = [new double[n], new double[n], new double[n]];
        (double x, double y, double z) = options.Start;
        for (int i = 0; i < n; i++)
        {
            (state[0][i], state[1][i], state[2][i]) = (x, y, z);
            double now = 2 * Math.PI / perSample[i], next = 2 * Math.PI / perSample[Math.Min(i + 1, n - 1)], t = i * h;
            (double X, double Y, double Z) a = Slope(x, y, z, t, now);
            (double X, double Y, double Z) b = Slope(x + (h / 2 * a.X), y + (h / 2 * a.Y), z + (h / 2 * a.Z), t + (h / 2), now);
            (double X, double Y, double Z) c = Slope(x + (h / 2 * b.X), y + (h / 2 * b.Y), z + (h / 2 * b.Z), t + (h / 2), now);
            (double X, double Y, double Z) d = Slope(x + (h * c.X), y + (h * c.Y), z + (h * c.Z), t + h, next);
            x += h / 6 * (a.X + (2 * b.X) + (2 * c.X) + d.X);
            y += h / 6 * (a.Y + (2 * b.Y) + (2 * c.Y) + d.Y);
            z += h / 6 * (a.Z + (2 * b.Z) + (2 * c.Z) + d.Z);
        }
        return state;

        (double X, double Y, double Z) Slope(double px, double py, double pz, double t, double omega)
        {
            double pull = 1 - Math.Sqrt((px * px) + (py * py)), theta = Math.Atan2(py, px);
            double dz = (0.005 * Math.Sin(2 * Math.PI * BreathHz * t)) - pz;
            for (int k = 0; k < angles.Length; k++)
            {
                double distance = theta - angles[k];
                distance -= 2 * Math.PI * Math.Round(distance / (2 * Math.PI));
                dz -= options.Strengths[k] * distance * Math.Exp(-distance * distance / (2 * widths[k] * widths[k]));
            }
            return ((pull * px) - (omega * py), (pull * py) + (omega * px), dz);
        }
    }
}
