// What `info` prints, in three formats.

using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Einthoven.Models.Reporting;
using Einthoven.Signals;

namespace Einthoven.Cli.Output;

internal abstract class InfoWriter : IDisposable
{
    public static InfoWriter Create(string format, OutputTarget target) => format switch
    {
        "json" => new InfoJson(target.Stream),
        "csv" => new InfoCsv(target.Text),
        _ => new InfoTable(target.Text),
    };

    public abstract void Write(EcgSummary summary);

    public virtual void Complete()
    {
    }

    public virtual void Dispose()
    {
    }
}

/// <summary>One document: version and records.</summary>
internal sealed class InfoJson : InfoWriter
{
    private const int Version = 1;

    private readonly Utf8JsonWriter _json;

    public InfoJson(Stream output)
    {
        _json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        _json.WriteStartObject();
        _json.WriteNumber("version", Version);
        _json.WriteStartArray("records");
    }

    public override void Write(EcgSummary summary)
    {
        summary.WriteJson(_json);
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

/// <summary>One row a lead.</summary>
internal sealed class InfoCsv : InfoWriter
{
    private readonly TextWriter _output;

    public InfoCsv(TextWriter output)
    {
        _output = output;
        output.WriteLine("record,format,lead,unit,rate,samples,missing,mean,std");
    }

    public override void Write(EcgSummary summary)
    {
        foreach (EcgLeadSummary lead in summary.Leads)
        {
            _output.WriteLine(string.Join(',', Csv.Field(summary.Path), summary.Format, Csv.Field(lead.Name), Csv.Field(lead.Unit), Number(lead.Rate),
                lead.Samples.ToString(CultureInfo.InvariantCulture), lead.Missing.ToString(CultureInfo.InvariantCulture), Number(lead.Mean), Number(lead.Std)));
        }
    }

    private static string Number(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";
}

/// <summary>A block a recording, for reading.</summary>
internal sealed class InfoTable : InfoWriter
{
    private readonly TextWriter _output;

    public InfoTable(TextWriter output) => _output = output;

    public override void Write(EcgSummary summary)
    {
        string rate = summary.SamplingRateHz is { } hertz ? string.Create(CultureInfo.InvariantCulture, $"{hertz:0.###} Hz") : "rate unknown";
        string length = summary.DurationSeconds is { } seconds ? string.Create(CultureInfo.InvariantCulture, $"{seconds:0.###} s") : $"{summary.Samples} samples";
        _output.WriteLine(summary.Path);
        _output.WriteLine($"  {summary.Format}, {(summary.Leads.Count == 1 ? "1 lead" : $"{summary.Leads.Count} leads")}, {rate}, {length}");
        foreach (string warning in summary.Warnings)
            _output.WriteLine($"  ! {warning}");
        foreach ((string key, string value) in summary.Metadata)
            _output.WriteLine($"  {key}: {value.ReplaceLineEndings("; ")}");
        _output.WriteLine();
        _output.WriteLine($"  {"lead",-10}{"unit",-8}{"rate Hz",10}{"samples",12}{"missing",10}{"mean",12}{"std",12}");
        foreach (EcgLeadSummary lead in summary.Leads)
        {
            _output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  {lead.Name,-10}{lead.Unit,-8}{lead.Rate,10:0.###}{lead.Samples,12}{lead.Missing,10}{lead.Mean,12:0.0000}{lead.Std,12:0.0000}"));
        }

        if (summary.Measurements is { HeartRateBpm: not null } measured)
        {
            _output.WriteLine();
            _output.WriteLine($"  {MeasurementLine.Of(measured)}");
        }

        _output.WriteLine();
    }
}
