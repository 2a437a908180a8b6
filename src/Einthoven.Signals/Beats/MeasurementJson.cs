// Measurements as JSON: the block that `measure`, `info` and other reports share.
using System.Text.Json;

namespace Einthoven.Signals.Beats;

/// <summary>Writes measurements; a value that is not there is null.</summary>
public static class MeasurementJson
{
    /// <summary>Writes one object with intervals, axes, amplitudes, limits and remarks.</summary>
    /// <param name="writer">Where to write; the property's name or array has been begun.</param>
    /// <param name="measurements">What to write.</param>
    /// <param name="withBeats">The marks of every beat too, in seconds.</param>
    public static void Write(Utf8JsonWriter writer, EcgMeasurements measurements, bool withBeats = false)
    {
        writer.WriteStartObject();
        writer.WriteNumber("beats", measurements.Series.Beats.Count);
        foreach ((string name, double? value) in MeasurementColumns.Of(measurements)) Number(writer, name, value);
        writer.WriteStartArray("leads");
        foreach (LeadAmplitudes lead in measurements.Leads)
        {
            writer.WriteStartObject();
            writer.WriteString("lead", lead.Lead);
            foreach ((string name, double? value) in MeasurementColumns.Of(lead)) Number(writer, name, value);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteStartArray("limits");
        foreach (LimitCheck check in measurements.Checks)
        {
            writer.WriteStartObject();
            writer.WriteString("parameter", check.Parameter);
            Number(writer, "value", check.Value);
            Number(writer, "low", check.Range.Low);
            Number(writer, "high", check.Range.High);
            writer.WriteString("unit", check.Range.Unit);
            writer.WriteString("verdict", check.Verdict switch { LimitVerdict.Low => "low", LimitVerdict.High => "high", _ => "normal" });
            writer.WriteString("source", NormalLimits.Default.Sources.GetValueOrDefault(check.Range.Source, check.Range.Source));
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteStartArray("remarks");
        foreach (string remark in measurements.Remarks) writer.WriteStringValue(remark);
        writer.WriteEndArray();
        if (withBeats)
        {
            writer.WriteStartArray("beat_marks");
            foreach (Beat beat in measurements.Series.Beats)
            {
                writer.WriteStartObject();
                writer.WriteNumber("shape", beat.Shape);
                foreach ((string name, double? value) in MeasurementColumns.Of(beat.Marks)) Number(writer, name, value);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
        }
        writer.WriteEndObject();
    }

    static void Number(Utf8JsonWriter writer, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number)) writer.WriteNumber(name, Math.Round(number, 4));
        else writer.WriteNull(name);
    }
}

/// <summary>Names and order of the measured values, the same in CSV, JSON and tables.</summary>
public static class MeasurementColumns
{
    /// <summary>The values of a recording: milliseconds, degrees, beats per minute.</summary>
    public static IReadOnlyList<(string Name, double? Value)> Of(EcgMeasurements m) =>
    [
        ("heart_rate_bpm", m.HeartRateBpm),
        ("pr_ms", m.PrMs),
        ("qrs_ms", m.QrsMs),
        ("qt_ms", m.QtMs),
        ("qtc_bazett_ms", m.QtcBazettMs),
        ("qtc_fridericia_ms", m.QtcFridericiaMs),
        ("axis_qrs_deg", m.AxisQrsDeg),
        ("qtc_framingham_ms", m.QtcFraminghamMs),
        ("qtc_hodges_ms", m.QtcHodgesMs),
        ("axis_p_deg", m.AxisPDeg),
        ("axis_t_deg", m.AxisTDeg),
        ("p_ms", m.PMs),
        ("rr_mean_ms", m.RrSeconds * 1000),
        ("rr_sdnn_ms", m.Variability?.SdnnMs),
        ("rr_rmssd_ms", m.Variability?.RmssdMs),
    ];

    /// <summary>The amplitudes of a lead in millivolts.</summary>
    public static IReadOnlyList<(string Name, double? Value)> Of(LeadAmplitudes a) =>
    [
        ("p_mv", a.P), ("q_mv", a.Q), ("r_mv", a.R), ("s_mv", a.S), ("r2_mv", a.RPrime), ("s2_mv", a.SPrime), ("qs_mv", a.QS),
        ("j_mv", a.J), ("st60_mv", a.J60), ("st80_mv", a.J80), ("t_mv", a.T),
    ];

    /// <summary>
    /// The amplitudes of the twelve standard leads in millivolts, such as V1_r_mv, for tables that programs read: 0 where a measured lead has no such wave, and where QRS is
    /// negative throughout, its depth as that of Q and of S. Null where the lead is not there or was not measured.
    /// </summary>
    public static IReadOnlyList<(string Name, double? Value)> OfStandardLeads(EcgMeasurements m) =>
        [.. LeadNames.Standard12.SelectMany(name => OfLead(name, m.Leads.FirstOrDefault(lead => lead.Lead == name)))];

    private static (string, double?)[] OfLead(string name, LeadAmplitudes? a)
    {
        double? Wave(double? value, double? whole = null) => a is null ? null : value ?? whole ?? 0;
        return
        [
            ($"{name}_p_mv", a?.P), ($"{name}_q_mv", Wave(a?.Q, a?.QS)), ($"{name}_r_mv", Wave(a?.R)), ($"{name}_s_mv", Wave(a?.S, a?.QS)),
            ($"{name}_st60_mv", a?.J60), ($"{name}_t_mv", a?.T),
        ];
    }

    /// <summary>The marks of a beat in seconds from the start.</summary>
    public static IReadOnlyList<(string Name, double? Value)> Of(WaveMarks m) =>
    [
        ("p_on", m.POn), ("p_peak", m.PPeak), ("p_off", m.POff), ("qrs_on", m.QrsOn), ("r_peak", m.RPeak), ("qrs_off", m.QrsOff),
        ("t_on", m.TOn), ("t_peak", m.TPeak), ("t_off", m.TOff),
    ];
}
