// The measurements of a recording: rate, intervals, axes, amplitudes, each with what it was measured on.
using System.Globalization;
using Einthoven.Signals.Dsp;

namespace Einthoven.Signals.Beats;

/// <summary>A value held against its normal range.</summary>
/// <param name="Parameter">As in <see cref="NormalRange.Parameter"/>.</param>
/// <param name="Value">The measured value.</param>
/// <param name="Range">The range for the person's age and sex; an adult's where the age is unknown.</param>
/// <param name="Verdict">Where the value lies.</param>
public sealed record LimitCheck(string Parameter, double Value, NormalRange Range, LimitVerdict Verdict);

/// <summary>Measurements of one recording; null where something is not there or cannot be measured, with a remark that says why.</summary>
/// <remarks>Intervals are global (earliest onset to latest end over the leads, as other leads confirm them), of the commonest beat shape.</remarks>
public sealed record EcgMeasurements
{
    /// <summary>The beats with their marks.</summary>
    public required BeatSeries Series { get; init; }

    /// <summary>Rate of the mean interval between beats, per minute.</summary>
    public double? HeartRateBpm { get; init; }

    /// <summary>Variability over all intervals between neighbouring beats of the commonest shape.</summary>
    public HeartRateVariability? Variability { get; init; }

    /// <summary>P duration.</summary>
    public double? PMs { get; init; }

    /// <summary>P onset to QRS onset.</summary>
    public double? PrMs { get; init; }

    /// <summary>QRS duration.</summary>
    public double? QrsMs { get; init; }

    /// <summary>QRS onset to T end.</summary>
    public double? QtMs { get; init; }

    /// <summary>Mean interval between beats in seconds, the one that corrects QT.</summary>
    public double? RrSeconds { get; init; }

    /// <summary>QT by Bazett.</summary>
    public double? QtcBazettMs => Corrected(QtCorrection.Bazett);

    /// <summary>QT by Fridericia.</summary>
    public double? QtcFridericiaMs => Corrected(QtCorrection.Fridericia);

    /// <summary>QT by Framingham's line.</summary>
    public double? QtcFraminghamMs => Corrected(QtCorrection.Framingham);

    /// <summary>QT by Hodges.</summary>
    public double? QtcHodgesMs => Corrected(QtCorrection.Hodges);

    /// <summary>Frontal axis of P from areas, degrees.</summary>
    public double? AxisPDeg { get; init; }

    /// <summary>Frontal axis of QRS from areas, degrees.</summary>
    public double? AxisQrsDeg { get; init; }

    /// <summary>Frontal axis of T from areas, degrees.</summary>
    public double? AxisTDeg { get; init; }

    /// <summary>Amplitudes of each lead in millivolts; leads of unknown scale are left out.</summary>
    public IReadOnlyList<LeadAmplitudes> Leads { get; init; } = [];

    /// <summary>The averaged beat: leads as in <see cref="Leads"/>, millivolts at 500 Hz from the level before QRS onset.</summary>
    public IReadOnlyList<ReadOnlyMemory<double>> Template { get; init; } = [];

    /// <summary>Measurements beside their normal ranges.</summary>
    public IReadOnlyList<LimitCheck> Checks { get; init; } = [];

    /// <summary>In plain words, what could not be measured and why.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>Measures a recording. Any rate and length, any leads: what cannot be measured is said, not guessed.</summary>
    public static EcgMeasurements Of(EcgRecord record)
    {
        DelineationResult delineation = BeatDelineator.Delineate(BeatSignals.Of(record));
        return MeasurementTaking.Take(record, delineation);
    }

    double? Corrected(Func<double, double, double> formula) => QtMs is { } qt && RrSeconds is { } rr ? formula(qt, rr) : null;
}

static class MeasurementTaking
{
    public static EcgMeasurements Take(EcgRecord record, DelineationResult delineation)
    {
        BeatSeries series = delineation.Series;
        List<string> remarks = [.. series.Remarks];
        if (series.Beats.Count == 0) return new() { Series = series, Remarks = remarks };

        Beat[] usual = [.. series.Beats.Where(b => b.Shape == 0)];
        if (series.Beats.Count < 2) remarks.Add("a single beat: no rate, no corrected QT");
        double? rr = series.Beats.Count < 2 ? null : (series.Beats[^1].Marks.RPeak - series.Beats[0].Marks.RPeak) / (series.Beats.Count - 1);
        GlobalMarks[] global = [.. usual.Select(GlobalMarks.Of)];
        bool hasP = global.Count(g => g.POn is not null) * 2 > global.Length;
        if (!hasP) remarks.Add("no P wave that keeps its place before QRS: no PR interval");
        double? qt = Middle(global.Select(g => g.QtMs));
        if (qt is null) remarks.Add("no T wave stands out: no QT interval");
        (LeadAmplitudes Amplitudes, double[] Beat)[] leads = Amplitudes(delineation, usual, global);
        double? qrs = Middle(global.Select(g => g.QrsMs));
        if (qrs >= 120 && qt is not null) remarks.Add("QRS of 120 ms or more: QT is longer by it and not comparable with the usual limits");
        var result = new EcgMeasurements
        {
            Series = series,
            HeartRateBpm = 60 / rr,
            RrSeconds = rr,
            Variability = HeartRateVariability.Of(Intervals(series)),
            PMs = hasP ? Middle(global.Select(g => g.PMs)) : null,
            PrMs = hasP ? Middle(global.Select(g => g.PrMs)) : null,
            QrsMs = qrs,
            QtMs = qt,
            AxisPDeg = hasP ? Axis(leads, a => a.Areas.P) : null,
            AxisQrsDeg = Axis(leads, a => a.Areas.Qrs),
            AxisTDeg = Axis(leads, a => a.Areas.T),
            Leads = [.. leads.Select(l => l.Amplitudes)],
            Template = [.. leads.Select(l => new ReadOnlyMemory<double>(l.Beat))],
            Remarks = remarks,
        };
        return result with { Checks = Checks(record, result) };
    }

    // Intervals between neighbours of the commonest shape: those beside an extrasystole are left out.
    static double[] Intervals(BeatSeries series)
    {
        var intervals = new List<double>();
        for (int i = 1; i < series.Beats.Count; i++)
        {
            Beat a = series.Beats[i - 1], b = series.Beats[i];
            if (a.Shape == 0 && b.Shape == 0) intervals.Add((b.Marks.RPeak!.Value - a.Marks.RPeak!.Value) * 1000);
        }
        return [.. intervals];
    }

    static double? Middle(IEnumerable<double?> values)
    {
        double[] present = [.. values.OfType<double>()];
        return present.Length == 0 ? null : Statistics.Median(present);
    }

    // The unfiltered leads averaged over the usual beats, each from its own level just before QRS.
    static (LeadAmplitudes, double[])[] Amplitudes(DelineationResult delineation, Beat[] usual, GlobalMarks[] global)
    {
        const int Most = 25;
        BeatSignals signals = delineation.Signals;
        if (usual.Length == 0) return [];
        // The beat whose boundaries stand for all: one that has every wave, if there is one.
        int model = Array.FindIndex(global, g => g.POn is not null && g.TOff is not null);
        if (model < 0) model = Math.Max(0, Array.FindIndex(global, g => g.TOff is not null));
        int step = Math.Max(1, usual.Length / Most);
        int[] fiducials = [.. usual.Where((_, i) => i % step == 0).Select(b => (int)Math.Round(b.Marks.RPeak!.Value * BeatSignals.Rate))];
        int atModel = (int)Math.Round(usual[model].Marks.RPeak!.Value * BeatSignals.Rate);
        int onset = (int)Math.Round((global[model].QrsOn ?? usual[model].Marks.RPeak!.Value) * BeatSignals.Rate) - atModel;
        double zero = (atModel - BeatClasses.Before) / BeatSignals.Rate;
        int[] starts = [.. fiducials.Select(f => f - BeatClasses.Before)];
        var result = new List<(LeadAmplitudes, double[])>();
        for (int l = 0; l < signals.Leads.Count; l++)
        {
            if (!signals.Leads[l].InMillivolts) continue;
            double[] x = signals.Leads[l].Raw, beat = new double[BeatClasses.Before + BeatClasses.After];
            double[] levels = [.. fiducials.Select(f => Level(x, f + onset))];
            ColumnMedians.Of(x, starts, levels, beat);
            result.Add((LeadAmplitudes.Of(signals.Leads[l].Name, beat, zero, global[model], usual[model].Leads[l]), beat));
        }
        return [.. result];
    }

    // Mean over the 16 ms that end 4 ms before the onset.
    static double Level(double[] x, int onset)
    {
        double sum = 0;
        int count = BeatSignals.Ms(16), start = onset - BeatSignals.Ms(20);
        for (int i = 0; i < count; i++) sum += x[Math.Clamp(start + i, 0, x.Length - 1)];
        return sum / count;
    }

    // Null where the areas of both leads nearly vanish beside what the limb leads show: the axis is then indeterminate.
    static double? Axis((LeadAmplitudes Amplitudes, double[] Beat)[] leads, Func<LeadAmplitudes, double?> area)
    {
        double? Of(string name) => leads.Where(l => l.Amplitudes.Lead == name).Select(l => area(l.Amplitudes)).FirstOrDefault(a => a is not null);
        double? one = Of("I"), two = Of("II"), three = Of("III");
        if (one is null && two is not null && three is not null) one = two - three;
        if (two is null && one is not null && three is not null) two = one + three;
        return one is { } i && two is { } ii ? FrontalAxis.FromLeadsOneAndAvf(i, ii - i / 2) : null;
    }

    static List<LimitCheck> Checks(EcgRecord record, EcgMeasurements m)
    {
        double? age = record.Metadata.TryGetValue("age", out string? text) && double.TryParse(text, CultureInfo.InvariantCulture, out double years) && years is >= 0 and < 130 ? years : null;
        string? sex = record.Metadata.TryGetValue("sex", out string? s) && s.Trim() is { Length: > 0 } t && "MF".Contains(char.ToUpperInvariant(t[0])) ? char.ToUpperInvariant(t[0]).ToString() : null;
        var checks = new List<LimitCheck>();
        foreach ((string parameter, double? value) in new[]
        {
            ("heart_rate", m.HeartRateBpm), ("pr", m.PrMs), ("qrs", m.QrsMs), ("qt", m.QtMs),
            ("qtc_bazett", m.QtcBazettMs), ("qtc_fridericia", m.QtcFridericiaMs), ("qrs_axis", m.AxisQrsDeg),
        })
        {
            if (value is { } v && NormalLimits.Default.Find(parameter, age, sex) is { } range) checks.Add(new(parameter, v, range, NormalLimits.Judge(range, v)));
        }
        return checks;
    }
}
