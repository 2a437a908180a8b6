// What disturbs a recording, electrode by electrode, so that the leads stay consistent with each other as they do in life.
namespace Einthoven.Signals.Simulation;

internal sealed class Artefacts
{
    // Slow disturbances are drawn on a coarse grid and joined by straight lines.
    private const double SlowHz = 25;

    private readonly SimulatedNoise _noise;
    private readonly double _rate;
    private readonly SimulationRandom _random;

    public Artefacts(SimulatedNoise noise, double rate, SimulationRandom random) => (_noise, _rate, _random) = (noise, rate, random);

    /// <summary>What was added where.</summary>
    public List<SimulatedSpan> Spans { get; } = [];

    /// <summary>Disturbs the potentials of the electrodes: [9, samples].</summary>
    /// <param name="potentials">Changed in place.</param>
    /// <param name="breathHz">Breaths a second: the baseline follows them.</param>
    public void Disturb(double[][] potentials, double breathHz)
    {
        for (int e = 0; e < potentials.Length; e++)
        {
            if (_noise.WanderMillivolts > 0) AddWander(potentials[e], breathHz);
            if (_noise.MuscleMillivolts > 0) AddMuscle(potentials[e]);
        }
        if (_noise.MainsMillivolts > 0) AddMains(potentials);
        if (_noise.MotionPerSecond > 0) AddMotion(potentials);
        if (_noise.ContactLoss is { } lost) LoseContact(potentials, lost);
        if (_noise.Reversal is { } cables) Swap(potentials, cables);
    }

    private void AddWander(double[] samples, double breathHz)
    {
        double seconds = samples.Length / _rate;
        double[] slow = new double[(int)Math.Ceiling(seconds * SlowHz) + 2];
        const int Parts = 5;
        for (int part = 0; part < Parts; part++)
        {
            // Power falls with the square of the frequency; one part is the breath.
            double frequency = part == 0 ? breathHz : _random.Between(0.04, 0.7), height = part == 0 ? 0.6 : 0.12 / Math.Max(frequency, 0.12);
            double phase = _random.Between(0, 2 * Math.PI), size = _noise.WanderMillivolts * height * 0.8 * _random.Between(0.5, 1.4);
            for (int k = 0; k < slow.Length; k++) slow[k] += size * Math.Sin((2 * Math.PI * frequency * k / SlowHz) + phase);
        }
        for (int i = 0; i < samples.Length; i++)
        {
            double at = i * SlowHz / _rate;
            int k = (int)at;
            samples[i] += slow[k] + ((at - k) * (slow[k + 1] - slow[k]));
        }
    }

    private void AddMuscle(double[] samples)
    {
        // One pole at either end: 20 Hz and 150 Hz, or what the rate allows.
        double low = 1 - Math.Exp(-2 * Math.PI * Math.Min(150, 0.4 * _rate) / _rate), high = 1 - Math.Exp(-2 * Math.PI * 20 / _rate);
        // The two poles let this share of white noise pass.
        double share = Math.Sqrt(Math.Max(1e-3, (low / (2 - low)) - (high / (2 - high))));
        double size = _noise.MuscleMillivolts / share * _random.Between(0.7, 1.3), phase = _random.Between(0, 2 * Math.PI), slow = 2 * Math.PI * _random.Between(0.1, 0.5) / _rate;
        double smooth = 0, baseline = 0, burst = 1;
        for (int i = 0; i < samples.Length; i++)
        {
            if ((i & 31) == 0) burst = 1 + (0.5 * Math.Sin((slow * i) + phase));
            smooth += low * ((size * burst * _random.Noise()) - smooth);
            baseline += high * (smooth - baseline);
            samples[i] += smooth - baseline;
        }
    }

    private void AddMains(double[][] potentials)
    {
        double frequency = _noise.MainsHz + _random.Between(-0.05, 0.05);
        if (frequency >= _rate / 2) return;
        bool third = 3 * frequency < _rate / 2;
        (double Sin, double Cos, double Third)[] sizes = [.. potentials.Select(_ => (Size(), Size(), third ? 0.2 * Size() : 0))];
        for (int i = 0; i < potentials[0].Length; i++)
        {
            double theta = 2 * Math.PI * frequency * i / _rate;
            (double sin, double cos) = Math.SinCos(theta);
            // sin 3θ = 3 sin θ − 4 sin³ θ
            double triple = sin * (3 - (4 * sin * sin));
            for (int e = 0; e < sizes.Length; e++) potentials[e][i] += (sizes[e].Sin * sin) + (sizes[e].Cos * cos) + (sizes[e].Third * triple);
        }

        double Size() => _noise.MainsMillivolts * _random.Between(-1, 1);
    }

    private void AddMotion(double[][] potentials)
    {
        double seconds = potentials[0].Length / _rate;
        for (double t = -Math.Log(_random.Between(1e-9, 1)) / _noise.MotionPerSecond; t < seconds; t -= Math.Log(_random.Between(1e-9, 1)) / _noise.MotionPerSecond)
        {
            int e = _random.Whole(0, potentials.Length - 1);
            double size = _random.Between(0.3, 2) * (_random.Chance(0.5) ? 1 : -1), fade = _random.Between(0.3, 2) * _rate, rise = 0.03 * _rate;
            int first = (int)Math.Ceiling(t * _rate), last = (int)Math.Min(potentials[e].Length - 1, (t * _rate) + (4 * fade));
            for (int i = first; i <= last; i++) potentials[e][i] += size * (Math.Exp(-(i - first) / fade) - Math.Exp(-(i - first) / rise));
            Spans.Add(new SimulatedSpan("motion", Torso.Electrodes[e], t, Math.Min(seconds, (last + 1) / _rate)));
        }
    }

    private void LoseContact(double[][] potentials, string electrode)
    {
        int e = Find(electrode);
        double seconds = potentials[e].Length / _rate, from = _random.Between(0.15, 0.45) * seconds, to = from + (_random.Between(0.25, 0.5) * seconds);
        double drift = _random.Between(1.5, 3) * (_random.Chance(0.5) ? 1 : -1), fade = 0.4 * _rate, hum = 2 * Math.PI * _noise.MainsHz / _rate;
        int first = (int)(from * _rate), last = (int)Math.Min(potentials[e].Length - 1, to * _rate);
        for (int i = first; i <= last; i++)
            potentials[e][i] = (drift * (1 - Math.Exp(-(i - first) / fade))) + (0.3 * Math.Sin(hum * i)) + (0.02 * _random.Noise());
        Spans.Add(new SimulatedSpan("contact loss", electrode, from, to));
    }

    private void Swap(double[][] potentials, string cables)
    {
        string[] two = cables.Split('/');
        if (two.Length != 2) throw new ArgumentException($"{cables} is no pair of cables; give two such as RA/LA");
        // RL drives the body and is not measured; the cable on it sees nearly what the other leg shows.
        if (two.Contains("RL")) potentials[Find(two[0] == "RL" ? two[1] : two[0])] = [.. potentials[Find("LL")]];
        else (potentials[Find(two[0])], potentials[Find(two[1])]) = (potentials[Find(two[1])], potentials[Find(two[0])]);
        Spans.Add(new SimulatedSpan("reversal", cables, 0, potentials[0].Length / _rate));
    }

    private static int Find(string electrode)
    {
        int e = Array.IndexOf(Torso.Electrodes, electrode);
        return e >= 0 ? e : throw new ArgumentException($"{electrode} is no electrode; there are {string.Join(", ", Torso.Electrodes)}, and RL for a swap");
    }
}
