// What `info` shows of a recording: per lead the counts and moments that tell at a glance whether it was read rightly.
using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Einthoven.Signals.Beats;

namespace Einthoven.Signals;

/// <summary>Numbers that describe one lead.</summary>
/// <param name="Name">Canonical name where known.</param>
/// <param name="Unit">Unit of the values.</param>
/// <param name="Rate">Samples per second; null where the source does not say.</param>
/// <param name="Samples">Number of samples, missing ones included.</param>
/// <param name="Missing">Number of missing samples.</param>
/// <param name="First5">The first five samples (fewer if there are fewer); null where missing.</param>
/// <param name="Mean">Mean over the samples that are not missing; null where none is left.</param>
/// <param name="Std">Population standard deviation over the same samples.</param>
public sealed record EcgLeadSummary(
    string Name, string Unit, double? Rate, int Samples, int Missing, IReadOnlyList<double?> First5, double? Mean, double? Std)
{
    /// <summary>Computes the numbers in float64, in two passes.</summary>
    public static EcgLeadSummary Of(EcgLead lead)
    {
        ReadOnlySpan<double> samples = lead.Samples.Span;
        int present = 0;
        double sum = 0;
        foreach (double value in samples)
        {
            if (double.IsNaN(value)) continue;
            present++;
            sum += value;
        }
        double mean = sum / present, squares = 0;
        foreach (double value in samples)
            if (!double.IsNaN(value)) squares += (value - mean) * (value - mean);
        double?[] first = new double?[Math.Min(5, samples.Length)];
        for (int i = 0; i < first.Length; i++) first[i] = double.IsNaN(samples[i]) ? null : samples[i];
        return new EcgLeadSummary(
            lead.Name,
            lead.Unit,
            double.IsNaN(lead.SamplingRateHz) ? null : lead.SamplingRateHz,
            samples.Length,
            samples.Length - present,
            first,
            present == 0 ? null : mean,
            present == 0 ? null : Math.Sqrt(squares / present));
    }
}

/// <summary>Numbers that describe one recording, and their JSON.</summary>
public sealed record EcgSummary
{
    /// <summary>File name without extension.</summary>
    public required string Record { get; init; }

    /// <summary>The file, as named by the caller.</summary>
    public required string Path { get; init; }

    /// <summary>Short name of the format.</summary>
    public required string Format { get; init; }

    /// <summary>Rate common to the leads; null where the source does not say.</summary>
    public required double? SamplingRateHz { get; init; }

    /// <summary>Samples per lead at that rate.</summary>
    public required long Samples { get; init; }

    /// <summary>Length in seconds; null where the rate is unknown.</summary>
    public required double? DurationSeconds { get; init; }

    /// <summary>The leads in the order of the source.</summary>
    public required IReadOnlyList<EcgLeadSummary> Leads { get; init; }

    /// <summary>What the source says besides the signal.</summary>
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    /// <summary>What was doubtful in the source.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>Rate, intervals, axes and amplitudes; null where they were not asked for.</summary>
    public EcgMeasurements? Measurements { get; init; }

    /// <summary>Summarises a recording.</summary>
    public static EcgSummary Of(EcgRecord record)
    {
        bool hasRate = record.SamplingRateHz > 0;
        return new EcgSummary
        {
            Record = record.Id,
            Path = record.Path,
            Format = record.Format,
            SamplingRateHz = hasRate ? record.SamplingRateHz : null,
            Samples = record.SampleCount,
            DurationSeconds = hasRate ? record.SampleCount / record.SamplingRateHz : null,
            Leads = [.. record.Leads.Select(EcgLeadSummary.Of)],
            Metadata = record.Metadata,
            Warnings = record.Warnings,
        };
    }

    /// <summary>JSON object with <c>record, path, format, sampling_rate_hz, samples, duration_s, leads, metadata, warnings</c>; numbers with all their digits.</summary>
    /// <param name="indented">One field a line, for people.</param>
    public string ToJson(bool indented = true)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = indented, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            WriteJson(writer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Writes the object of <see cref="ToJson"/>, for lists of several records.</summary>
    public void WriteJson(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("record", Record);
        writer.WriteString("path", Path);
        writer.WriteString("format", Format);
        WriteNumber(writer, "sampling_rate_hz", SamplingRateHz);
        writer.WriteNumber("samples", Samples);
        WriteNumber(writer, "duration_s", DurationSeconds);
        writer.WriteStartArray("leads");
        foreach (EcgLeadSummary lead in Leads) WriteLead(writer, lead);
        writer.WriteEndArray();
        writer.WriteStartObject("metadata");
        foreach ((string key, string value) in Metadata) writer.WriteString(key, value);
        writer.WriteEndObject();
        writer.WriteStartArray("warnings");
        foreach (string warning in Warnings) writer.WriteStringValue(warning);
        writer.WriteEndArray();
        if (Measurements is not null)
        {
            writer.WritePropertyName("measurements");
            MeasurementJson.Write(writer, Measurements);
        }
        writer.WriteEndObject();
    }

    static void WriteLead(Utf8JsonWriter writer, EcgLeadSummary lead)
    {
        writer.WriteStartObject();
        writer.WriteString("name", lead.Name);
        writer.WriteString("unit", lead.Unit);
        WriteNumber(writer, "rate", lead.Rate);
        writer.WriteNumber("samples", lead.Samples);
        writer.WriteNumber("missing", lead.Missing);
        writer.WriteStartArray("first5");
        foreach (double? value in lead.First5)
        {
            if (value is { } number && double.IsFinite(number)) writer.WriteNumberValue(number);
            else writer.WriteNullValue();
        }
        writer.WriteEndArray();
        WriteNumber(writer, "mean", lead.Mean);
        WriteNumber(writer, "std", lead.Std);
        writer.WriteEndObject();
    }

    static void WriteNumber(Utf8JsonWriter writer, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number)) writer.WriteNumber(name, number);
        else writer.WriteNull(name);
    }
}
