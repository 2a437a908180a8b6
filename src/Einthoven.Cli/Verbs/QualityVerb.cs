// einthoven quality: which leads can be read, and what is wrong with the others.

using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using Einthoven.Cli.Output;
using Einthoven.Models.Reporting;
using Einthoven.Signals;
using Einthoven.Signals.Quality;

namespace Einthoven.Cli.Verbs;

internal static class QualityVerb
{
    private const int JsonVersion = 1;

    public static Command Create()
    {
        var verb = new Verb("quality", "Judges ECG files: flat, saturated, missing, noisy leads, wrong scale, exchanged limb cables.",
            "einthoven quality record.hea",
            "einthoven quality ward7 --format csv --out quality.csv");
        var input = new InputOptions(verb);
        Option<string> format = SharedOptions.Format("table", "csv", "json");
        Option<string?> outFile = SharedOptions.Out();
        verb.Add(format);
        verb.Add(outFile);
        verb.SetAction(call =>
        {
            using var target = new OutputTarget(call.GetValue(outFile));
            string chosen = call.GetRequiredValue(format);
            using Utf8JsonWriter? json = chosen == "json" ? Begin(target.Stream) : null;
            if (chosen == "csv")
                target.Text.WriteLine("record,lead,verdict,reasons");
            bool failed = EachRecord.Of(input.Inputs(call), input.ReadOptions(call), record =>
            {
                RecordQuality quality = RecordQuality.Of(record);
                if (json is not null)
                    Write(json, record, quality);
                else if (chosen == "csv")
                    WriteRows(target.Text, record, quality);
                else
                    WriteTable(target.Text, record, quality);
            });
            json?.WriteEndArray();
            json?.WriteEndObject();
            json?.Flush();
            target.Complete();
            return failed ? ExitStatus.SomeFailed : ExitStatus.Done;
        });
        return verb;
    }

    private static string Verdict(bool acceptable) => acceptable ? "acceptable" : "unacceptable";

    private static void WriteRows(TextWriter output, EcgRecord record, RecordQuality quality)
    {
        // The whole recording first, with an empty lead.
        output.WriteLine($"{Csv.Field(record.Path)},,{Verdict(quality.IsAcceptable)},{Csv.Field(string.Join("; ", quality.Reasons))}");
        foreach (LeadQuality lead in quality.Leads)
            output.WriteLine($"{Csv.Field(record.Path)},{Csv.Field(lead.Lead)},{Verdict(lead.IsAcceptable)},{Csv.Field(string.Join("; ", lead.Reasons))}");
    }

    private static void WriteTable(TextWriter output, EcgRecord record, RecordQuality quality)
    {
        output.WriteLine($"{record.Path}: {Verdict(quality.IsAcceptable)}{(quality.Reasons.Count > 0 ? ": " + string.Join("; ", quality.Reasons) : "")}");
        foreach (LeadQuality lead in quality.Leads.Where(l => l.Reasons.Count > 0))
            output.WriteLine($"  {lead.Lead,-6}{Verdict(lead.IsAcceptable),-14}{string.Join("; ", lead.Reasons)}");
    }

    private static Utf8JsonWriter Begin(Stream output)
    {
        var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteNumber("version", JsonVersion);
        json.WriteStartArray("records");
        return json;
    }

    private static void Write(Utf8JsonWriter json, EcgRecord record, RecordQuality quality)
    {
        json.WriteStartObject();
        json.WriteString("record", record.Path);
        json.WriteString("verdict", Verdict(quality.IsAcceptable));
        WriteList(json, quality.Reasons);
        json.WriteStartArray("leads");
        foreach (LeadQuality lead in quality.Leads)
        {
            json.WriteStartObject();
            json.WriteString("lead", lead.Lead);
            json.WriteString("verdict", Verdict(lead.IsAcceptable));
            WriteList(json, lead.Reasons);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
    }

    private static void WriteList(Utf8JsonWriter json, IReadOnlyList<string> reasons)
    {
        json.WriteStartArray("reasons");
        foreach (string reason in reasons)
            json.WriteStringValue(reason);
        json.WriteEndArray();
    }
}
