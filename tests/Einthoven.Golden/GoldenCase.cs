// One case of cases.json: its fields, its files opened on demand, its input as the network sees it.
using System.Text.Json;

namespace Einthoven.Golden;

/// <summary>A case; everything a check needs comes from here, nothing from the code of the check.</summary>
internal sealed class GoldenCase(GoldenSet set, JsonElement json)
{
    /// <summary>Unique over the tree, as in <c>ecg-fm/stages_padded</c>.</summary>
    public string Path => $"{set.Name}/{Id}";

    public string Id { get; } = json.GetProperty("id").GetString()!;

    public string Kind { get; } = json.GetProperty("kind").GetString()!;

    /// <summary>The network's or objective's settings.</summary>
    public JsonElement Config => json.GetProperty("config");

    /// <summary>formula, stored or checkpoint; null where no weights are named.</summary>
    public string? Weights => Text("weights");

    public string? WeightRule => Text("weight_rule");

    /// <summary>What precedes every parameter name, in the formula or in the file.</summary>
    public string Prefix => Text("prefix") ?? "";

    /// <summary>True for train mode (dropout is off all the same).</summary>
    public bool Training => Text("mode") == "train";

    /// <summary>Opens the files of this case for one run of a check.</summary>
    public GoldenFiles Open() => new(this);

    /// <summary>Full path of the file in that role.</summary>
    public string File(string role) =>
        TryFile(role) ?? throw new InvalidDataException($"{Path}: cases.json names no file in the role '{role}'.");

    public string? TryFile(string role) =>
        json.GetProperty("files").TryGetProperty(role, out JsonElement name) && name.GetString() is string relative
            ? System.IO.Path.Combine(set.Folder, relative)
            : null;

    /// <summary>Full path of a file named by itself, as in input.file.</summary>
    public string Beside(string relative) => System.IO.Path.Combine(set.Folder, relative);

    /// <summary>The entry of a field such as input or target; null where the case has none.</summary>
    public JsonElement? Field(string name) =>
        json.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>Name of a tensor, or prefix of names, in a role; null where the file lacks it.</summary>
    public string? Array(string role) =>
        Field("arrays") is { } arrays && arrays.TryGetProperty(role, out JsonElement name) ? name.GetString() : null;

    /// <summary>The bound of a part; values that no part names take <c>values</c> or <c>forward</c>.</summary>
    public Tolerance Tolerance(string part)
    {
        JsonElement parts = json.GetProperty("tolerance");
        foreach (string name in (ReadOnlySpan<string>)[part, "values", "forward"])
            if (parts.TryGetProperty(name, out JsonElement bound)) return Golden.Tolerance.Read(bound);
        throw new InvalidDataException($"{Path}: cases.json gives no tolerance for '{part}'.");
    }

    public bool HasTolerance(string part) => json.GetProperty("tolerance").TryGetProperty(part, out _);

    private string? Text(string name) => Field(name)?.GetString();
}
