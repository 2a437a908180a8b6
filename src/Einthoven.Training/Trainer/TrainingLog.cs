// log.jsonl: one line an event, appended and flushed, so that nothing is lost when a run is killed.
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Einthoven.Training.Trainer;

/// <summary>A run's log.</summary>
internal sealed class TrainingLog(string path)
{
    private static readonly JsonSerializerOptions s_json = new();

    /// <summary>One line: what happened, when, and its figures.</summary>
    internal void Write(string happened, params IEnumerable<(string Key, JsonNode? Value)> figures)
    {
        var line = new JsonObject { ["event"] = happened, ["time"] = DateTime.UtcNow.ToString("s") + "Z" };
        foreach ((string key, JsonNode? value) in figures) line[key] = value;
        File.AppendAllText(path, line.ToJsonString(s_json) + "\n");
    }

    /// <summary>Drops lines of updates that a resumed run will make again, and one that a kill cut short.</summary>
    internal void ForgetAfter(long updates)
    {
        if (!File.Exists(path)) return;
        var kept = new List<string>();
        foreach (string text in File.ReadAllLines(path))
        {
            if (Parse(text) is not { } line) continue;
            if (line["updates"]?.GetValue<long>() > updates) continue;
            kept.Add(text);
        }
        File.WriteAllLines(path, kept);
    }

    /// <summary>The events so far.</summary>
    internal IEnumerable<JsonObject> Read() => File.Exists(path) ? File.ReadAllLines(path).Select(Parse).OfType<JsonObject>() : [];

    private static JsonObject? Parse(string line)
    {
        try
        {
            return JsonNode.Parse(line) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
