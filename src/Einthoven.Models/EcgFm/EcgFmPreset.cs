// The published sizes of ECG-FM; presets.json holds them with their sources and parameter counts.
using System.Text.Json;

namespace Einthoven.Models.EcgFm;

/// <summary>A published variant.</summary>
/// <param name="Name">Short name.</param>
/// <param name="Source">Where it is published.</param>
/// <param name="Network">Sizes of the encoder.</param>
/// <param name="Heads">Sizes of the pretraining heads.</param>
/// <param name="PretrainingParameters">Parameters of the pretraining network.</param>
/// <param name="ClassifierParameters">Parameters of the classifiers by their number of labels.</param>
public sealed record EcgFmPreset(
    string Name, string Source, EcgFmConfig Network, EcgFmPretrainingConfig Heads, long PretrainingParameters,
    IReadOnlyDictionary<int, long> ClassifierParameters)
{
    /// <summary>All published variants.</summary>
    public static IReadOnlyList<EcgFmPreset> All { get; } = [.. EcgFmJson.Resource("presets.json", EcgFmJson.Default.JsonElement).EnumerateArray().Select(Read)];

    /// <summary>The variant of that name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static EcgFmPreset Get(string name) =>
        All.FirstOrDefault(p => p.Name == name) ?? throw new ArgumentException($"'{name}' is no variant of ECG-FM; there are {string.Join(", ", All.Select(p => p.Name))}.");

    private static EcgFmPreset Read(JsonElement json) => new(
        json.GetProperty("name").GetString()!,
        json.GetProperty("source").GetString()!,
        EcgFmJson.ReadConfig(json.GetProperty("network")),
        EcgFmJson.ReadHeads(json.GetProperty("heads")),
        json.GetProperty("pretrainingParameters").GetInt64(),
        json.GetProperty("classifierParameters").EnumerateObject()
            .ToDictionary(p => int.Parse(p.Name, System.Globalization.CultureInfo.InvariantCulture), p => p.Value.GetInt64()));
}
