// What `measure` prints: a table to read, a row a record, a row a beat, or JSON.

using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Einthoven.Models.Reporting;
using Einthoven.Signals;
using Einthoven.Signals.Beats;

namespace Einthoven.Cli.Output;

internal abstract class MeasureWriter : IDisposable
{
    public static MeasureWriter Create(string format, bool beats, bool amplitudes, OutputTarget target) => format switch
    {
        "json" => new MeasureJson(target.Stream, beats),
        "csv" => beats ? new BeatCsv(target.Text) : new MeasureCsv(target.Text, amplitudes),
        _ => beats ? new BeatCsv(target.Text) : new MeasureTable(target.Text),
    };

    public abstract void Write(EcgRecord record, EcgMeasurements measurements);

    public virtual void Complete()
    {
    }

    public virtual void Dispose()
    {
    }

    protected static string Fixed(double? value, string format) => value is { } v && double.IsFinite(v) ? v.ToString(format, CultureInfo.InvariantCulture) : "";
}

/// <summary>One row a record; an empty field is an answer: not there, or not measurable.</summary>
internal sealed class MeasureCsv : MeasureWriter
{
    private readonly TextWriter _output;
    private readonly bool _amplitudes;

    public MeasureCsv(TextWriter output, bool amplitudes)
    {
        (_output, _amplitudes) = (output, amplitudes);
        var none = new EcgMeasurements { Series = new BeatSeries([], [], []) };
        output.WriteLine($"record,{string.Join(',', MeasurementColumns.Of(none).Concat(Amplitudes(none)).Select(c => c.Name))},beats,remarks");
    }

    public override void Write(EcgRecord record, EcgMeasurements measurements) => _output.WriteLine(string.Join(',',
        [
            Csv.Field(record.Path),
            .. MeasurementColumns.Of(measurements).Select(c => Fixed(c.Value, "0.#")),
            .. Amplitudes(measurements).Select(c => Fixed(c.Value, "0.####")),
            measurements.Series.Beats.Count.ToString(CultureInfo.InvariantCulture),
            Csv.Field(string.Join("; ", measurements.Remarks)),
        ]));

    private IReadOnlyList<(string Name, double? Value)> Amplitudes(EcgMeasurements measurements) => _amplitudes ? MeasurementColumns.OfStandardLeads(measurements) : [];
}

/// <summary>One row a beat, times in seconds from the start.</summary>
internal sealed class BeatCsv : MeasureWriter
{
    private readonly TextWriter _output;

    public BeatCsv(TextWriter output)
    {
        _output = output;
        output.WriteLine($"record,beat,{string.Join(',', MeasurementColumns.Of(default(WaveMarks)).Select(c => c.Name))}");
    }

    public override void Write(EcgRecord record, EcgMeasurements measurements)
    {
        int number = 0;
        foreach (Beat beat in measurements.Series.Beats)
        {
            _output.WriteLine(string.Join(',',
                [Csv.Field(record.Path), (++number).ToString(CultureInfo.InvariantCulture), .. MeasurementColumns.Of(beat.Marks).Select(c => Fixed(c.Value, "0.####"))]));
        }
    }
}

/// <summary>One document: version and records.</summary>
internal sealed class MeasureJson : MeasureWriter
{
    private const int Version = 1;

    private readonly Utf8JsonWriter _json;
    private readonly bool _beats;

    public MeasureJson(Stream output, bool beats)
    {
        _beats = beats;
        _json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        _json.WriteStartObject();
        _json.WriteNumber("version", Version);
        _json.WriteStartArray("records");
    }

    public override void Write(EcgRecord record, EcgMeasurements measurements)
    {
        _json.WriteStartObject();
        _json.WriteString("record", record.Path);
        _json.WritePropertyName("measurements");
        MeasurementJson.Write(_json, measurements, _beats);
        _json.WriteEndObject();
        _json.Flush();
    }

    public override void Complete()
    {
        _json.WriteEndArray();
        _json.WriteEndObject();
        _json.Flush();
    }

    public override void Dispose()
    {
        _json.Dispose();
        base.Dispose();
    }
}

/// <summary>A block a recording, with units and normal limits.</summary>
internal sealed class MeasureTable(TextWriter output) : MeasureWriter
{
    private static readonly (string Column, string Name, string Unit, string? Limit)[] s_rows =
    [
        ("heart_rate_bpm", "heart rate", "/min", "heart_rate"),
        ("p_ms", "P duration", "ms", null),
        ("pr_ms", "PR interval", "ms", "pr"),
        ("qrs_ms", "QRS duration", "ms", "qrs"),
        ("qt_ms", "QT interval", "ms", "qt"),
        ("qtc_bazett_ms", "QTc (Bazett)", "ms", "qtc_bazett"),
        ("qtc_fridericia_ms", "QTc (Fridericia)", "ms", "qtc_fridericia"),
        ("qtc_framingham_ms", "QTc (Framingham)", "ms", null),
        ("qtc_hodges_ms", "QTc (Hodges)", "ms", null),
        ("axis_p_deg", "P axis", "°", null),
        ("axis_qrs_deg", "QRS axis", "°", "qrs_axis"),
        ("axis_t_deg", "T axis", "°", null),
        ("rr_sdnn_ms", "SD of RR", "ms", null),
        ("rr_rmssd_ms", "RMSSD of RR", "ms", null),
    ];

    public override void Write(EcgRecord record, EcgMeasurements measurements)
    {
        output.WriteLine(record.Path);
        output.WriteLine($"  {measurements.Series.Beats.Count} beats");
        foreach (string remark in measurements.Remarks) output.WriteLine($"  ! {remark}");
        output.WriteLine();
        Dictionary<string, double?> values = MeasurementColumns.Of(measurements).ToDictionary(c => c.Name, c => c.Value);
        output.WriteLine($"  {"",-18}{"value",8} {"unit",-5}{"normal",-12}");
        foreach ((string column, string name, string unit, string? limit) in s_rows)
        {
            LimitCheck? check = measurements.Checks.FirstOrDefault(c => c.Parameter == limit);
            string range = check is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{check.Range.Low:0} to {check.Range.High:0}");
            string verdict = check?.Verdict switch { LimitVerdict.Low => "low", LimitVerdict.High => "high", _ => "" };
            string value = values[column] is null ? "-" : Fixed(values[column], "0");
            output.WriteLine($"  {name,-18}{value,8} {unit,-5}{range,-12}{verdict}".TrimEnd());
        }
        output.WriteLine();
        if (measurements.Leads.Count == 0) return;
        IReadOnlyList<(string Name, double? Value)> columns = MeasurementColumns.Of(measurements.Leads[0]);
        output.WriteLine($"  {"lead (mV)",-10}" + string.Concat(columns.Select(c => $"{c.Name[..^3],8}")));
        foreach (LeadAmplitudes lead in measurements.Leads)
            output.WriteLine($"  {lead.Lead,-10}" + string.Concat(MeasurementColumns.Of(lead).Select(c => $"{(c.Value is null ? "-" : Fixed(c.Value, "0.00")),8}")));
        output.WriteLine();
    }
}
