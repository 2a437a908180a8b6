// What is measured in a recording as one vector: the rhythm, the global intervals and axes, then lead by lead the amplitudes and areas.
using Einthoven.Signals.Beats;
using Einthoven.Signals.Dsp;

namespace Einthoven.Models.Measured;

/// <summary>The values of a recording in a fixed order, NaN where one cannot be measured.</summary>
public sealed class MeasuredValues
{
    private readonly List<string> _names = [];
    private readonly List<float> _values = [];

    private MeasuredValues(EcgMeasurements measured, IReadOnlyList<string> leads)
    {
        AddIntervals(measured);
        AddAxes(measured);
        AxesEnd = _values.Count;
        AddRhythm(measured.Series.Beats);
        foreach (string lead in leads) AddLead(lead, measured.Leads.FirstOrDefault(found => found.Lead == lead));
    }

    /// <summary>Values of a lead.</summary>
    internal const int PerLead = 15;

    /// <summary>Values of the axes, which stand before <see cref="AxesEnd"/>: they are lost with a limb lead.</summary>
    internal const int AxisCount = 6;

    /// <summary>Where the axes' values end.</summary>
    internal int AxesEnd { get; }

    /// <summary>Values that belong to no lead; they come first.</summary>
    internal int Shared(int leads) => _values.Count - (leads * PerLead);

    /// <summary>Their names, unit last: <c>qrs_ms</c>, <c>V1_s_mv</c>.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>The values.</summary>
    public IReadOnlyList<float> Values => _values;

    /// <summary>Arranges measurements.</summary>
    /// <param name="measured">Measurements of a recording.</param>
    /// <param name="leads">Leads in the order in which they are wanted; those that were not measured are NaN.</param>
    public static MeasuredValues Of(EcgMeasurements measured, IReadOnlyList<string> leads) => new(measured, leads);

    /// <summary>The vector of a recording in which nothing can be measured: its names, and how long it is.</summary>
    internal static MeasuredValues Nothing(IReadOnlyList<string> leads) => new(new EcgMeasurements { Series = new([], [], []) }, leads);

    private void Add(string name, double? value)
    {
        _names.Add(name);
        _values.Add(value is { } known && double.IsFinite(known) ? (float)known : float.NaN);
    }

    private void AddIntervals(EcgMeasurements measured)
    {
        Add("rate_bpm", measured.HeartRateBpm);
        Add("p_ms", measured.PMs);
        Add("pr_ms", measured.PrMs);
        Add("qrs_ms", measured.QrsMs);
        Add("qt_ms", measured.QtMs);
        Add("qtc_bazett_ms", measured.QtcBazettMs);
        Add("rr_mean_s", measured.RrSeconds);
    }

    // As points on the circle: 179° and −179° are neighbours.
    private void AddAxes(EcgMeasurements measured)
    {
        foreach ((string name, double? degrees) in new[] { ("p", measured.AxisPDeg), ("qrs", measured.AxisQrsDeg), ("t", measured.AxisTDeg) })
        {
            double? radians = degrees * Math.PI / 180;
            Add($"axis_{name}_cos", radians is { } a ? Math.Cos(a) : null);
            Add($"axis_{name}_sin", radians is { } b ? Math.Sin(b) : null);
        }
    }

    private void AddRhythm(IReadOnlyList<Beat> beats)
    {
        double[] peaks = [.. beats.Select(beat => beat.Marks.RPeak!.Value)];
        double[] intervals = [.. peaks.Zip(peaks.Skip(1), (a, b) => b - a)];
        double[] sorted = [.. intervals.Order()];
        double[] steps = [.. intervals.Zip(intervals.Skip(1), (a, b) => b - a)];
        double[] everySecond = [.. intervals.Zip(intervals.Skip(2), (a, b) => b - a)];
        double[] ratios = [.. intervals.Zip(intervals.Skip(1), (a, b) => b / a)];
        double? Ranked(double share) => sorted.Length == 0 ? null : sorted[(int)Math.Round(share * (sorted.Length - 1))];
        double? median = Ranked(0.5);
        Add("rr_shortest_s", Ranked(0));
        Add("rr_lower_quarter_s", Ranked(0.25));
        Add("rr_median_s", median);
        Add("rr_upper_quarter_s", Ranked(0.75));
        Add("rr_longest_s", Ranked(1));
        Add("rr_deviation_s", Deviation(intervals));
        Add("rr_step_s", RootMeanSquare(steps));
        Add("rr_second_step_s", RootMeanSquare(everySecond));        // small beside the step: beats alternate, as in bigeminy
        Add("rr_usual_step_s", steps.Length == 0 ? null : steps.Select(Math.Abs).Order().ElementAt(steps.Length / 2));
        Add("rr_shortest_share", Ranked(0) / median);
        Add("rr_longest_share", Ranked(1) / median);
        Add("rr_steepest_rise", ratios.Length == 0 ? null : ratios.Max());
        Add("rr_steepest_fall", ratios.Length == 0 ? null : ratios.Min());
        Add("early_share", Share(intervals, interval => interval < 0.85 * median));
        Add("late_share", Share(intervals, interval => interval > 1.15 * median));

        Add("shapes", beats.Count == 0 ? null : beats.Max(beat => beat.Shape) + 1);
        Add("other_shapes_share", Share(beats, beat => beat.Shape > 0));
        Add("second_shape_share", Share(beats, beat => beat.Shape == 1));
        double[] otherWidths = [.. beats.Where(beat => beat.Shape > 0).Select(WidthMs).OfType<double>().Order()];
        Add("other_shapes_qrs_ms", otherWidths.Length == 0 ? null : otherWidths[otherWidths.Length / 2]);
        Add("p_share", Share(beats, beat => beat.Marks.POn is not null));
        Add("t_share", Share(beats, beat => beat.Marks.TOff is not null));
        double[] pr = [.. beats.Select(beat => (beat.Marks.QrsOn - beat.Marks.POn) * 1000).OfType<double>()];
        Add("pr_deviation_ms", Deviation(pr));
        Add("pr_range_ms", pr.Length < 2 ? null : pr.Max() - pr.Min());
        Beat? early = intervals.Length == 0 ? null : beats[Array.IndexOf(intervals, sorted[0]) + 1];
        Add("earliest_is_other", early is null ? null : early.Shape > 0 ? 1 : 0);
        Add("earliest_has_p", early is null ? null : early.Marks.POn is null ? 0 : 1);
        Add("earliest_qrs_ms", early is null ? null : WidthMs(early));
    }

    // A wave that is not there has no height; a lead that is not there has no value.
    private void AddLead(string lead, LeadAmplitudes? found)
    {
        double? Height(double? value) => found is null ? null : value ?? 0;
        Add($"{lead}_p_mv", found?.P);
        Add($"{lead}_q_mv", Height(found?.Q));
        Add($"{lead}_r_mv", Height(found?.R));
        Add($"{lead}_s_mv", Height(found?.S));
        Add($"{lead}_r2_mv", Height(found?.RPrime));
        Add($"{lead}_s2_mv", Height(found?.SPrime));
        Add($"{lead}_qs_mv", Height(found?.QS));
        Add($"{lead}_j_mv", found?.J);
        Add($"{lead}_j60_mv", found?.J60);
        Add($"{lead}_j80_mv", found?.J80);
        Add($"{lead}_t_mv", found?.T);
        Add($"{lead}_qrs_peak_to_peak_mv", found?.QrsPeakToPeak);
        Add($"{lead}_p_area_mvs", found?.Areas.P);
        Add($"{lead}_qrs_area_mvs", found?.Areas.Qrs);
        Add($"{lead}_t_area_mvs", found?.Areas.T);
    }

    private static double? WidthMs(Beat beat) => (beat.Marks.QrsOff - beat.Marks.QrsOn) * 1000;

    private static double? Share<T>(IReadOnlyCollection<T> all, Func<T, bool> isMeant) => all.Count == 0 ? null : all.Count(isMeant) / (double)all.Count;

    private static double? RootMeanSquare(double[] values) => values.Length == 0 ? null : Math.Sqrt(values.Average(value => value * value));

    private static double? Deviation(double[] values) => values.Length < 2 ? null : Standardization.Moments(values).Std;
}
