// Predictions as one JSON document. Its fields are a promise, see docs/predict.md.

using System.Text.Encodings.Web;
using System.Text.Json;

namespace Einthoven.Models.Reporting;

/// <summary>Writes predictions as a JSON document of version <see cref="Version"/>.</summary>
public sealed class PredictionJson : PredictionWriter
{
    /// <summary>Version of the document's layout; changes whenever a field changes its meaning or goes.</summary>
    public const int Version = 1;

    private readonly Stream _output;
    private readonly Utf8JsonWriter _json;
    private readonly bool _all;

    /// <summary>Opens the document.</summary>
    /// <param name="output">Where to write UTF-8; stays open.</param>
    /// <param name="all">Every label in the model's order, in place of the findings alone.</param>
    public PredictionJson(Stream output, bool all)
    {
        _output = output;
        _all = all;
        _json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        _json.WriteStartObject();
        _json.WriteNumber("version", Version);
        _json.WriteString("notice", Notice);
        _json.WriteStartArray("records");
    }

    /// <inheritdoc/>
    public override void Write(Prediction prediction)
    {
        _json.WriteStartObject();
        _json.WriteString("record", prediction.Record.Path);
        _json.WriteString("format", prediction.Record.Format);
        _json.WriteNumber("leads", prediction.Record.Leads);
        _json.WriteNumber("sampling_rate_hz", prediction.Record.SamplingRateHz);
        _json.WriteNumber("duration_s", prediction.Record.Seconds);
        _json.WriteNumber("windows", prediction.Windows);
        if (prediction.FromLeads.Count > 0)
            WriteTexts("from_leads", prediction.FromLeads);
        WriteTexts("warnings", prediction.Warnings);
        _json.WriteStartArray(_all ? "labels" : "findings");
        foreach (Finding finding in _all ? prediction.Labels : prediction.Findings)
            WriteFinding(finding);
        _json.WriteEndArray();
        if (prediction.Values.Count > 0)
        {
            _json.WriteStartArray("values");
            foreach (EstimatedValue value in prediction.Values)
            {
                _json.WriteStartObject();
                _json.WriteString("label", value.Label);
                _json.WriteString("code", value.Definition.Code);
                _json.WriteNumber("value", value.Value);
                _json.WriteString("unit", value.Unit);
                _json.WriteEndObject();
            }

            _json.WriteEndArray();
        }

        _json.WriteStartObject("provenance");
        _json.WriteString("model", prediction.Provenance.Model);
        _json.WriteString("family", prediction.Provenance.Family);
        _json.WriteString("contract", prediction.Provenance.Contract);
        _json.WriteString("device", prediction.Provenance.Device);
        _json.WriteString("einthoven", prediction.Provenance.Einthoven);
        _json.WriteString("libtorch", prediction.Provenance.Libtorch);
        _json.WriteEndObject();
        _json.WriteEndObject();
        _json.Flush();
    }

    /// <inheritdoc/>
    public override void Complete(RunSummary summary)
    {
        _json.WriteEndArray();
        _json.WriteStartArray("failures");
        foreach (FailedInput failure in summary.Failures)
        {
            _json.WriteStartObject();
            _json.WriteString("record", failure.Path);
            _json.WriteString("reason", failure.Reason);
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
        _json.WriteEndObject();
        _json.Flush();
        _output.Write("\n"u8);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _json.Dispose();
        base.Dispose();
    }

    private void WriteFinding(Finding finding)
    {
        _json.WriteStartObject();
        _json.WriteString("label", finding.Label);
        _json.WriteString("code", finding.Definition.Code);
        _json.WriteString("snomed", finding.Definition.Snomed);
        _json.WriteString("category", finding.Definition.Category);
        _json.WriteNumber("probability", finding.Probability);
        _json.WriteNumber("threshold", finding.Definition.Threshold);
        _json.WriteBoolean("positive", finding.IsPositive);
        _json.WriteBoolean("unproven", finding.Definition.Unproven);
        _json.WriteEndObject();
    }

    private void WriteTexts(string name, IReadOnlyList<string> texts)
    {
        _json.WriteStartArray(name);
        foreach (string text in texts)
            _json.WriteStringValue(text);
        _json.WriteEndArray();
    }
}
