// log.jsonl: one line an event, appended and flushed, so that nothing is lost when a run is killed.
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Einthoven.Training.Trainer;

/// <summary>Appends events to a run's log.</summary>
internal sealed class TrainingLog(string path)
{
    /// <summary>One line: what happened, when, and its figures.</summary>
    internal void Write(string happened, params ReadOnlySpan<(string Key, JsonNode? Value)> figures)
    {
        var line = new JsonObject { ["event"] = happened, ["time"] = DateTime.UtcNow.ToString("s") + "Z" };
        foreach ((string key, JsonNode? value) in figures) line[key] = value;
        File.AppendAllText(path, line.ToJsonString(new JsonSerializerOptions()) + "\n");
    }
}
