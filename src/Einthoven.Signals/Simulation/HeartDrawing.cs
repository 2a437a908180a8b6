// Draws the planned activations as waves of the heart's vector and keeps what is true of each.
namespace Einthoven.Signals.Simulation;

internal sealed class HeartDrawing
{
    // No two beats are the same: height and QT scatter by so much.
    private const double BeatScatter = 0.02;
    private const double QtScatter = 0.006;
    // The QT interval follows the mean of the last minute's intervals more than the last one.
    private const double QtMemory = 0.85;

    private readonly Heart _heart;
    private readonly RhythmPlan _plan;
    private readonly double[][] _vector;
    private readonly SimulationOptions _options;
    private readonly SimulationRandom _random;
    private readonly List<SimulatedBeat> _beats = [];
    private readonly List<SimulatedAtrialWave> _atria = [];
    private readonly List<(double Pr, double Qt, double Rr)> _intervals = [];

    public HeartDrawing(Heart heart, RhythmPlan plan, double[][] vector, SimulationOptions options, SimulationRandom random) =>
        (_heart, _plan, _vector, _options, _random) = (heart, plan, vector, options, random);

    public void Draw()
    {
        var conducted = _plan.Ventricles.Where(beat => beat.Atrium >= 0).Select(beat => beat.Atrium).ToHashSet();
        for (int k = 0; k < _plan.Atria.Count; k++) DrawAtria(_plan.Atria[k], conducted.Contains(k));
        VentricularEvent[] beats = [.. _plan.Ventricles.OrderBy(beat => beat.At)];
        double memory = beats.Length > 1 ? (beats[^1].At - beats[0].At) / (beats.Length - 1) : 0.9;
        for (int k = 0; k < beats.Length; k++)
        {
            double rr = k > 0 ? beats[k].At - beats[k - 1].At : memory;
            memory = (QtMemory * memory) + ((1 - QtMemory) * rr);
            DrawBeat(beats[k], memory, rr);
        }
        foreach (double spike in _plan.Spikes) DrawSpike(spike);
    }

    public SimulationTruth Truth(IReadOnlyList<SimulationLabel> labels, IReadOnlyList<SimulatedSpan> spans)
    {
        double[] peaks = [.. _beats.Select(beat => beat.QrsOn!.Value)];
        double? rate = peaks.Length >= 2 ? 60 * (peaks.Length - 1) / (peaks[^1] - peaks[0]) : null;
        double? qt = Median(_intervals.Select(interval => interval.Qt)), rr = rate is { } perMinute ? 60 / perMinute : null;
        Ventricles prevailing = Of(_plan.Prevailing);
        return new SimulationTruth
        {
            Options = _options,
            Labels = labels,
            HeartRateBpm = rate,
            PrMs = Median(_intervals.Select(interval => interval.Pr)),
            QrsMs = _beats.Count > 0 ? prevailing.Qrs.Off - prevailing.Qrs.On : null,
            QtMs = qt,
            QtcFridericiaMs = qt is { } ms && rr is { } seconds ? ms / Math.Cbrt(seconds) : null,
            QrsAxisDegrees = _beats.Count > 0 && ReferenceEquals(prevailing, _heart.Conducted) ? _heart.QrsAxisDegrees : null,
            Beats = _beats,
            AtrialWaves = _atria,
            Spikes = [.. _plan.Spikes.Where(Inside).Order()],
            Spans = spans,
        };
    }

    private void DrawAtria(AtrialEvent atrium, bool conducted)
    {
        Wave wave = Of(atrium.Kind);
        double start = atrium.At - (wave.On / 1000);
        wave.AddTo(_vector, _options.SamplingRateHz, start, 1 + (BeatScatter * _random.Normal()));
        if (Inside(atrium.At))
            _atria.Add(new SimulatedAtrialWave(atrium.At, start + (wave.Peak / 1000), start + (wave.Off / 1000), atrium.Kind.ToString().ToLowerInvariant(), conducted));
    }

    private void DrawBeat(VentricularEvent beat, double meanRr, double rr)
    {
        Ventricles ventricles = Of(beat.Kind);
        double rate = _options.SamplingRateHz, height = 1 + (BeatScatter * _random.Normal());
        double start = beat.At - (ventricles.Qrs.On / 1000);
        // A premature beat is followed by an early recovery, but not as early as the interval alone would say.
        double basis = beat.Kind is VentricularKind.Premature or VentricularKind.ConductedEctopic ? (0.7 * meanRr) + (0.3 * rr) : meanRr;
        double qt = _heart.QtMs(ventricles, basis) * (1 + (QtScatter * _random.Normal()));
        double stretch = Heart.TStretch(ventricles, qt);
        ventricles.Qrs.AddTo(_vector, rate, start, height);
        ventricles.St.AddTo(_vector, rate, start, height);
        ventricles.T.AddTo(_vector, rate, start, height * (1 + (BeatScatter * _random.Normal())), stretch);
        if (!Inside(beat.At)) return;

        double? Mark(double ms) => Inside(start + (ms / 1000)) ? start + (ms / 1000) : null;
        (double? pOn, double? pPeak, double? pOff) = (null, null, null);
        if (beat.Atrium >= 0)
        {
            AtrialEvent atrium = _plan.Atria[beat.Atrium];
            Wave p = Of(atrium.Kind);
            double from = atrium.At - (p.On / 1000);
            (pOn, pPeak, pOff) = (Kept(atrium.At), Kept(from + (p.Peak / 1000)), Kept(from + (p.Off / 1000)));
        }
        _beats.Add(new SimulatedBeat(
            Symbol(beat.Kind), pOn, pPeak, pOff, Mark(ventricles.Qrs.On), Mark(ventricles.Qrs.Peak), Mark(ventricles.Qrs.Off),
            Mark(ventricles.T.On * stretch), Mark(ventricles.T.Peak * stretch), Mark(ventricles.T.TangentEnd * stretch)));
        if (beat.Kind == _plan.Prevailing) _intervals.Add((beat.Atrium >= 0 ? 1000 * (beat.At - _plan.Atria[beat.Atrium].At) : double.NaN, qt, rr));
    }

    // As broad as a recorder leaves it: 2 ms or one sample.
    private void DrawSpike(double at)
    {
        double rate = _options.SamplingRateHz;
        int first = (int)Math.Round(at * rate), count = Math.Max(1, (int)Math.Round(0.002 * rate));
        bool atrial = _plan.Ventricles.All(beat => Math.Abs(beat.At - at) > 0.02);
        double[] size = atrial ? [0.25, 0.5, -0.1] : [0.7, -0.9, 0.5];
        for (int i = Math.Max(0, first); i < Math.Min(first + count, _vector[0].Length); i++)
            for (int axis = 0; axis < 3; axis++) _vector[axis][i] += size[axis];
    }

    private Wave Of(AtrialKind kind) => kind switch
    {
        AtrialKind.Ectopic => _heart.EctopicP,
        AtrialKind.Retrograde => _heart.RetrogradeP,
        _ => _heart.SinusP,
    };

    private Ventricles Of(VentricularKind kind) => kind switch
    {
        VentricularKind.Premature or VentricularKind.Tachycardia => _heart.Ectopic,
        VentricularKind.Escape => _heart.Escape,
        VentricularKind.Paced => _heart.Paced,
        _ => _heart.Conducted,
    };

    private char Symbol(VentricularKind kind) => kind switch
    {
        VentricularKind.ConductedEctopic => 'A',
        VentricularKind.Junctional => 'j',
        VentricularKind.Supraventricular => 'S',
        VentricularKind.Premature or VentricularKind.Tachycardia => 'V',
        VentricularKind.Escape => 'E',
        VentricularKind.Paced => '/',
        _ => _options.Morphologies.Contains("lbbb") ? 'L' : _options.Morphologies.Contains("rbbb") ? 'R' : 'N',
    };

    private bool Inside(double seconds) => seconds >= 0 && seconds < _options.Seconds;

    private double? Kept(double seconds) => Inside(seconds) ? seconds : null;

    private static double? Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Where(value => !double.IsNaN(value)).Order()];
        return sorted.Length == 0 ? null : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
