// Rhythms by their mechanism. Rates, coupling and conduction: the usual adult ranges of the textbooks, drawn anew for every recording.
namespace Einthoven.Signals.Simulation;

internal sealed class RhythmEngine
{
    // Before the start, so that the recording begins anywhere in a cycle; after its end, so that no wave is missing at the edge.
    private const double Before = 4;
    private const double After = 1.5;

    private readonly SimulationOptions _options;
    private readonly SimulationRandom _random;
    private readonly double _start;
    private readonly double _end;
    private readonly double _breathHz;

    public RhythmEngine(SimulationOptions options, double breathHz, SimulationRandom random)
    {
        (_options, _random, _breathHz) = (options, random, breathHz);
        _start = -Before + random.Between(0, 1);
        _end = options.Seconds + After;
    }

    public RhythmPlan Plan() => _options.Rhythm switch
    {
        "sinus" => Sinus(62, 92, 0.02, 0.06),
        "bradycardia" => Sinus(40, 55, 0.02, 0.08),
        "tachycardia" => Sinus(105, 145, 0.004, 0.015),
        "arrhythmia" => Sinus(58, 78, 0.16, 0.24),
        "pac" => AtrialPremature(),
        "pvc" => VentricularPremature(bigeminy: false),
        "bigeminy" => VentricularPremature(bigeminy: true),
        "af" => AtrialFibrillation(),
        "flutter" => AtrialFlutter(),
        "avb1" => Sinus(55, 85, 0.02, 0.05, _random.Between(0.225, 0.32)),
        "wenckebach" => Wenckebach(),
        "mobitz2" => MobitzTwo(),
        "avb3" => CompleteBlock(),
        "junctional" => Junctional(),
        "svt" => Supraventricular(),
        "vt" => VentricularTachycardia(),
        "paced" => PacedVentricles(),
        "paced-dual" => PacedDual(),
        "vf" => new RhythmPlan { VentricularFibrillation = true },
        "asystole" => new RhythmPlan(),
        var other => throw new ArgumentException($"{other} is no rhythm that can be simulated"),
    };

    private double Rate(double low, double high) => _options.HeartRateBpm ?? _random.Between(low, high);

    private SinusNode Node(double low, double high, double leastSwing = 0.015, double mostSwing = 0.05) =>
        new(60 / Rate(low, high), _random.Between(leastSwing, mostSwing), _breathHz, _random);

    // Shorter at high rates; a bypass shortens it to what pre-excitation needs.
    private double Conduction(double interval) =>
        _options.Morphologies.Contains("wpw") ? _random.Between(0.088, 0.112)
        : Math.Clamp(0.158 + (0.04 * (interval - 0.85)) + (0.014 * _random.Normal()), 0.124, 0.196);

    private RhythmPlan Sinus(double low, double high, double leastSwing, double mostSwing, double? pr = null)
    {
        var plan = new RhythmPlan();
        SinusNode node = Node(low, high, leastSwing, mostSwing);
        double conduction = pr ?? Conduction(node.Interval);
        for (double t = _start; t < _end; t += node.After(t)) plan.Conduct(t, conduction + (0.002 * _random.Normal()));
        return plan;
    }

    private RhythmPlan AtrialPremature()
    {
        var plan = new RhythmPlan();
        SinusNode node = Node(60, 88);
        double pr = Conduction(node.Interval);
        int left = _random.Whole(1, 4);
        for (double t = _start; t < _end;)
        {
            plan.Conduct(t, pr + (0.002 * _random.Normal()));
            double next = node.After(t);
            if (left-- == 0)
            {
                // It resets the sinus node: the pause is less than compensatory.
                t += next * _random.Between(0.58, 0.78);
                plan.Conduct(t, pr + _random.Between(0, 0.03), AtrialKind.Ectopic, VentricularKind.ConductedEctopic);
                next = node.After(t) * _random.Between(1.02, 1.12);
                left = _random.Whole(2, 6);
            }
            t += next;
        }
        return plan;
    }

    private RhythmPlan VentricularPremature(bool bigeminy)
    {
        var plan = new RhythmPlan();
        SinusNode node = bigeminy ? Node(72, 92) : Node(60, 85);
        double pr = Conduction(node.Interval), coupling = _random.Between(0.48, 0.62) * node.Interval;
        int left = bigeminy ? 0 : _random.Whole(1, 4);
        for (double t = _start; t < _end;)
        {
            plan.Conduct(t, pr + (0.002 * _random.Normal()));
            double next = node.After(t);
            if (left-- == 0)
            {
                plan.Ventricles.Add(new VentricularEvent(t + pr + coupling + (0.01 * _random.Normal()), VentricularKind.Premature));
                // The sinus node goes on undisturbed, but its next wave finds the ventricles refractory: the pause is compensatory.
                plan.Atria.Add(new AtrialEvent(t + next, AtrialKind.Sinus));
                next += node.After(t + next);
                left = bigeminy ? 0 : _random.Whole(2, 6);
            }
            t += next;
        }
        return plan;
    }

    private RhythmPlan AtrialFibrillation()
    {
        var plan = new RhythmPlan { FibrillationHz = _random.Between(5, 7.5) };
        double mean = 60 / Rate(70, 135), spread = _random.Between(0.16, 0.25);
        // Intervals of a gamma distribution above the refractory period of the AV node: independent of each other, skewed.
        double least = Math.Max(0.3, 0.5 * mean), shape = Math.Pow((mean - least) / (spread * mean), 2), scale = (mean - least) / shape;
        for (double t = _start; t < _end; t += least + (scale * Gamma(shape))) plan.Ventricles.Add(new VentricularEvent(t, VentricularKind.Conducted));
        return plan;
    }

    private RhythmPlan AtrialFlutter()
    {
        int ratio = _random.Whole(2, 4);
        double flutter = _options.HeartRateBpm is { } asked ? Math.Clamp(asked * ratio, 240, 340) / 60 : _random.Between(275, 320) / 60;
        var plan = new RhythmPlan { FlutterHz = flutter };
        bool variable = _options.HeartRateBpm is null && _random.Chance(0.3);
        for (double t = _start; t < _end; t += (variable ? _random.Whole(2, 4) : ratio) / flutter)
            plan.Ventricles.Add(new VentricularEvent(t + (0.004 * _random.Normal()), VentricularKind.Conducted));
        return plan;
    }

    private RhythmPlan Wenckebach()
    {
        var plan = new RhythmPlan();
        SinusNode node = Node(62, 88, 0.005, 0.02);
        double first = _random.Between(0.17, 0.22);
        int length = _random.Whole(3, 5), at = _random.Whole(0, length - 1);
        for (double t = _start; t < _end; t += node.After(t), at = (at + 1) % length)
        {
            // Increments shrink from beat to beat, so that the RR interval shortens before the pause; the last P is blocked.
            double pr = first + (0.09 * (1 - Math.Pow(0.5, at)) * 2);
            if (at == length - 1) plan.Atria.Add(new AtrialEvent(t, AtrialKind.Sinus));
            else plan.Conduct(t, pr + (0.002 * _random.Normal()));
        }
        return plan;
    }

    private RhythmPlan MobitzTwo()
    {
        var plan = new RhythmPlan();
        SinusNode node = Node(65, 90, 0.005, 0.02);
        double pr = Conduction(node.Interval);
        int length = _random.Whole(3, 5), at = _random.Whole(0, length - 1);
        for (double t = _start; t < _end; t += node.After(t), at = (at + 1) % length)
        {
            if (at == length - 1) plan.Atria.Add(new AtrialEvent(t, AtrialKind.Sinus));
            else plan.Conduct(t, pr + (0.002 * _random.Normal()));
        }
        return plan;
    }

    private RhythmPlan CompleteBlock()
    {
        var plan = new RhythmPlan();
        bool narrow = _random.Chance(0.5);
        double escape = 60 / (narrow ? Rate(40, 52) : Rate(28, 40));
        var node = new SinusNode(60 / _random.Between(72, 100), _random.Between(0.01, 0.03), _breathHz, _random);
        for (double t = _start; t < _end; t += node.After(t)) plan.Atria.Add(new AtrialEvent(t, AtrialKind.Sinus));
        for (double t = _start + _random.Between(0, escape); t < _end; t += escape * (1 + (0.01 * _random.Normal())))
            plan.Ventricles.Add(new VentricularEvent(t, narrow ? VentricularKind.Junctional : VentricularKind.Escape));
        return plan;
    }

    private RhythmPlan Junctional()
    {
        var plan = new RhythmPlan();
        double interval = 60 / Rate(40, 60);
        // The atria are reached backwards: shortly before the QRS, within it (unseen), or after it.
        int place = _random.Whole(0, 2);
        for (double t = _start; t < _end; t += interval * (1 + (0.012 * _random.Normal())))
        {
            if (place == 0) plan.Atria.Add(new AtrialEvent(t - 0.1, AtrialKind.Retrograde));
            if (place == 2) plan.Atria.Add(new AtrialEvent(t + 0.12, AtrialKind.Retrograde));
            plan.Ventricles.Add(new VentricularEvent(t, VentricularKind.Junctional));
        }
        return plan;
    }

    private RhythmPlan Supraventricular()
    {
        var plan = new RhythmPlan();
        double interval = 60 / Rate(160, 205);
        bool visible = _random.Chance(0.5);
        for (double t = _start; t < _end; t += interval * (1 + (0.005 * _random.Normal())))
        {
            if (visible) plan.Atria.Add(new AtrialEvent(t + 0.085, AtrialKind.Retrograde));
            plan.Ventricles.Add(new VentricularEvent(t, VentricularKind.Supraventricular));
        }
        return plan;
    }

    private RhythmPlan VentricularTachycardia()
    {
        var plan = new RhythmPlan();
        double interval = 60 / Rate(145, 195);
        var node = new SinusNode(60 / _random.Between(70, 95), 0.02, _breathHz, _random);
        for (double t = _start; t < _end; t += interval * (1 + (0.012 * _random.Normal()))) plan.Ventricles.Add(new VentricularEvent(t, VentricularKind.Tachycardia));
        for (double t = _start; t < _end; t += node.After(t)) plan.Atria.Add(new AtrialEvent(t, AtrialKind.Sinus));
        return plan;
    }

    private RhythmPlan PacedVentricles()
    {
        var plan = new RhythmPlan { FibrillationHz = _random.Chance(0.5) ? _random.Between(5, 7) : 0 };
        double interval = 60 / Rate(60, 75);
        for (double t = _start; t < _end; t += interval)
        {
            plan.Spikes.Add(t);
            plan.Ventricles.Add(new VentricularEvent(t + 0.006, VentricularKind.Paced));
        }
        return plan;
    }

    private RhythmPlan PacedDual()
    {
        var plan = new RhythmPlan();
        double interval = 60 / Rate(60, 80), delay = _random.Between(0.15, 0.19);
        for (double t = _start; t < _end; t += interval)
        {
            plan.Spikes.Add(t);
            plan.Spikes.Add(t + delay);
            plan.Conduct(t + 0.008, delay - 0.002, AtrialKind.Paced, VentricularKind.Paced);
        }
        return plan;
    }

    // Marsaglia and Tsang 2000, for a shape above 1; smaller ones do not occur here but are clamped.
    private double Gamma(double shape)
    {
        double d = Math.Max(shape, 1) - (1.0 / 3), c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            double x = _random.Normal(), v = Math.Pow(1 + (c * x), 3);
            if (v > 0 && Math.Log(_random.Between(1e-12, 1)) < (0.5 * x * x) + d - (d * v) + (d * Math.Log(v))) return d * v;
        }
    }
}
