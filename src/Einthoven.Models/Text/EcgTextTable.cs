// The conditions whose waveforms the text generator describes, and what keeps it from describing them.
using System.Text.Json;

namespace Einthoven.Models.Text;

/// <summary>A table of conditions. <see cref="Default"/> covers every statement of PTB-XL; another may be read in its place.</summary>
/// <param name="Conditions">The conditions; earlier ones win where keywords are equally long and begin together.</param>
/// <param name="AdministrativeMarkers">Lower-case phrases of statements about the recording, not the heart: such a statement describes nothing.</param>
/// <param name="NegationPrefixes">Lower-case phrases, a space at their end, behind which a keyword is denied.</param>
public sealed record EcgTextTable(
    IReadOnlyList<EcgTextCondition> Conditions, IReadOnlyList<string> AdministrativeMarkers, IReadOnlyList<string> NegationPrefixes)
{
    private const string ResourceName = "Einthoven.Models.Text.ecg_text_table.json";

    /// <summary>The table of this library.</summary>
    public static EcgTextTable Default { get; } = ReadEmbedded();

    /// <summary>Reads a table: conditions (code, keywords, text), administrative_markers, negation_prefixes.</summary>
    /// <exception cref="KeyNotFoundException">A key is missing.</exception>
    public static EcgTextTable Parse(JsonElement json)
    {
        return new(
            [.. json.GetProperty("conditions").EnumerateArray().Select(c =>
                new EcgTextCondition(c.GetProperty("code").GetString()!, Texts(c, "keywords"), c.GetProperty("text").GetString()!))],
            Texts(json, "administrative_markers"),
            Texts(json, "negation_prefixes"));

        static string[] Texts(JsonElement of, string name) => [.. of.GetProperty(name).EnumerateArray().Select(t => t.GetString()!)];
    }

    private static EcgTextTable ReadEmbedded()
    {
        using Stream stream = typeof(EcgTextTable).Assembly.GetManifestResourceStream(ResourceName)
            ?? throw new InvalidOperationException($"The assembly lacks its resource {ResourceName}.");
        using JsonDocument document = JsonDocument.Parse(stream);
        return Parse(document.RootElement);
    }
}
