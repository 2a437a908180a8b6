// Writes what is true of simulated recordings: a JSON document a recording, and a table of beats in the columns of measured beats.
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Einthoven.Signals.Simulation;

/// <summary>Files of truth. Times in seconds from the start, intervals in ms; what is not there is null or empty.</summary>
public static class TruthWriter
{
    private const int Version = 1;

    /// <summary>The columns of <see cref="BeatRow"/>.</summary>
    public const string BeatHeading = "record,beat,p_on,p_peak,p_off,qrs_on,r_peak,qrs_off,t_on,t_peak,t_off,symbol";

    /// <summary>One beat as a row of CSV; the beat counts from 0.</summary>
    public static string BeatRow(string record, int beat, SimulatedBeat marks) => string.Create(CultureInfo.InvariantCulture,
        $"{record},{beat},{Text(marks.POn)},{Text(marks.PPeak)},{Text(marks.POff)},{Text(marks.QrsOn)},{Text(marks.RPeak)},{Text(marks.QrsOff)},{Text(marks.TOn)},{Text(marks.TPeak)},{Text(marks.TOff)},{marks.Symbol}");

    /// <summary>Writes everything as JSON.</summary>
    public static void WriteJson(SimulationTruth truth, Stream output)
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteNumber("version", Version);
        json.WriteString("rhythm", truth.Options.Rhythm);
        json.WriteStartArray("labels");
        foreach (SimulationLabel label in truth.Labels)
        {
            json.WriteStartObject();
            json.WriteString("key", label.Key);
            json.WriteString("label", label.Label);
            json.WriteString("scp", label.Scp);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteNumber("seed", truth.Options.Seed);
        json.WriteNumber("sampling_rate_hz", truth.Options.SamplingRateHz);
        json.WriteNumber("seconds", truth.Options.Seconds);
        Write(json, "heart_rate_bpm", truth.HeartRateBpm);
        Write(json, "pr_ms", truth.PrMs);
        Write(json, "qrs_ms", truth.QrsMs);
        Write(json, "qt_ms", truth.QtMs);
        Write(json, "qtc_fridericia_ms", truth.QtcFridericiaMs);
        Write(json, "axis_qrs_deg", truth.QrsAxisDegrees);
        json.WriteStartArray("beats");
        foreach (SimulatedBeat beat in truth.Beats) Write(json, beat);
        json.WriteEndArray();
        json.WriteStartArray("p_waves");
        foreach (SimulatedAtrialWave wave in truth.AtrialWaves)
        {
            json.WriteStartObject();
            Write(json, "on", wave.On);
            Write(json, "peak", wave.Peak);
            Write(json, "off", wave.Off);
            json.WriteString("kind", wave.Kind);
            json.WriteBoolean("conducted", wave.Conducted);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("spikes");
        foreach (double spike in truth.Spikes) json.WriteNumberValue(Math.Round(spike, 5));
        json.WriteEndArray();
        json.WriteStartArray("artefacts");
        foreach (SimulatedSpan span in truth.Spans)
        {
            json.WriteStartObject();
            json.WriteString("kind", span.Kind);
            json.WriteString("where", span.Where);
            Write(json, "from", span.From);
            Write(json, "to", span.To);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, SimulatedBeat beat)
    {
        json.WriteStartObject();
        json.WriteString("symbol", beat.Symbol.ToString());
        Write(json, "p_on", beat.POn);
        Write(json, "p_peak", beat.PPeak);
        Write(json, "p_off", beat.POff);
        Write(json, "qrs_on", beat.QrsOn);
        Write(json, "r_peak", beat.RPeak);
        Write(json, "qrs_off", beat.QrsOff);
        Write(json, "t_on", beat.TOn);
        Write(json, "t_peak", beat.TPeak);
        Write(json, "t_off", beat.TOff);
        json.WriteEndObject();
    }

    // Ten microseconds: finer than any recorder's clock.
    private static void Write(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number) json.WriteNumber(name, Math.Round(number, 5));
        else json.WriteNull(name);
    }

    private static string Text(double? seconds) => seconds?.ToString("0.#####", CultureInfo.InvariantCulture) ?? "";
}
