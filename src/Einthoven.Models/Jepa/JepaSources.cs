// The ten sources of ECG-JEPA's pretraining: rates, lead orders, statistics, and how often each is drawn.
// Source: kweimann/ECG-JEPA, data/datasets/ and pretrain.py; the table is sources.json.
using System.Reflection;
using System.Text.Json;

namespace Einthoven.Models.Jepa;

/// <summary>A source of recordings.</summary>
/// <param name="Name">As published.</param>
/// <param name="SamplingRateHz">Of its files.</param>
/// <param name="Leads">In their stored order.</param>
/// <param name="Records">Recordings used.</param>
/// <param name="Seconds">Their length together.</param>
/// <param name="SamplingWeight">How often a batch's element comes from it; the weights of all sources add up to 1.</param>
/// <param name="BaselineRemoved">Whether its recordings pass a high-pass of 0.5 Hz first; its statistics are those of afterwards.</param>
/// <param name="Means">Of each lead, millivolts.</param>
/// <param name="Deviations">Of each lead, millivolts.</param>
public sealed record JepaSource(
    string Name, double SamplingRateHz, IReadOnlyList<string> Leads, long Records, long Seconds, double SamplingWeight, bool BaselineRemoved,
    IReadOnlyList<float> Means, IReadOnlyList<float> Deviations)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<JepaSource> All { get; } = Read();

    /// <summary>The statistics as pretraining uses them: rounded to half precision.</summary>
    public JepaLeadStatistics Statistics => new JepaLeadStatistics(Means, Deviations).Rounded();

    private static IReadOnlyList<JepaSource> Read()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("Einthoven.Models.Jepa.sources.json")!;
        return JsonSerializer.Deserialize(stream, JepaJson.Default.JepaSourceTable)!.Sources;
    }
}

/// <summary>The file sources.json.</summary>
/// <param name="Source">Where its numbers are from.</param>
/// <param name="Sources">The sources.</param>
internal sealed record JepaSourceTable(string Source, IReadOnlyList<JepaSource> Sources);
