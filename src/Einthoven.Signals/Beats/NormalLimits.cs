// Normal limits by sex and age from the literature, as data: Beats/normal-limits.json names the source of every row.
using System.Text.Json;

namespace Einthoven.Signals.Beats;

/// <summary>A normal range.</summary>
/// <param name="Parameter">heart_rate, pr, qrs, qt, qtc_bazett, qtc_fridericia, qrs_axis, p_duration …</param>
/// <param name="Unit">Unit of the limits.</param>
/// <param name="Sex">M, F or any.</param>
/// <param name="FromAge">Youngest age in years, inclusive.</param>
/// <param name="ToAge">Oldest age in years, exclusive.</param>
/// <param name="Low">2nd percentile; null where the source has none.</param>
/// <param name="Middle">Median, or mean where the source gives that.</param>
/// <param name="High">98th percentile.</param>
/// <param name="Source">The publication.</param>
public sealed record NormalRange(string Parameter, string Unit, string Sex, double FromAge, double ToAge, double? Low, double? Middle, double? High, string Source);

/// <summary>Where a measurement lies against its limits.</summary>
public enum LimitVerdict
{
    /// <summary>Inside the limits.</summary>
    Normal,

    /// <summary>Below the lower limit.</summary>
    Low,

    /// <summary>Above the upper limit.</summary>
    High,
}

/// <summary>Normal ranges.</summary>
public sealed class NormalLimits
{
    /// <summary>Sources of ranges for whole populations, in the order of preference; others stand in the file for information.</summary>
    static readonly string[] s_preferred = ["rijnbeek2001", "mason2007"];

    const double AdultAge = 16;

    NormalLimits(IReadOnlyList<NormalRange> ranges, IReadOnlyDictionary<string, string> sources)
    {
        Ranges = ranges;
        Sources = sources;
    }

    /// <summary>The limits that come with this library.</summary>
    public static NormalLimits Default { get; } = LoadDefault();

    /// <summary>All ranges.</summary>
    public IReadOnlyList<NormalRange> Ranges { get; }

    /// <summary>Short name of a source to its citation.</summary>
    public IReadOnlyDictionary<string, string> Sources { get; }

    /// <summary>The range for a person; null where there is none with both limits.</summary>
    /// <param name="parameter">As in <see cref="NormalRange.Parameter"/>.</param>
    /// <param name="ageYears">Age; an unknown one counts as an adult's.</param>
    /// <param name="sex">M or F; null where unknown.</param>
    public NormalRange? Find(string parameter, double? ageYears, string? sex)
    {
        double age = ageYears ?? AdultAge + 14;
        return Ranges
            .Where(r => r.Parameter == parameter && r.Low is not null && r.High is not null && age >= r.FromAge && age < r.ToAge)
            .Where(r => s_preferred.Contains(r.Source) && (r.Sex == "any" || sex is null || r.Sex == sex))
            .OrderBy(r => Array.IndexOf(s_preferred, r.Source)).ThenBy(r => r.Sex == "any" ? 1 : 0)
            .FirstOrDefault();
    }

    /// <summary>Whether a value lies inside a range.</summary>
    public static LimitVerdict Judge(NormalRange range, double value) =>
        value < range.Low ? LimitVerdict.Low : value > range.High ? LimitVerdict.High : LimitVerdict.Normal;

    /// <summary>Reads limits from JSON of the layout of <c>normal-limits.json</c>.</summary>
    /// <exception cref="JsonException">The text is not of that layout.</exception>
    public static NormalLimits Parse(Stream json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        JsonElement root = document.RootElement;
        var ranges = new List<NormalRange>();
        foreach (JsonElement row in root.GetProperty("percentiles").EnumerateArray())
        {
            double? Number(string name) => row.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;
            string Text(string name) => row.GetProperty(name).GetString() ?? throw new JsonException($"a row of percentiles lacks {name}");
            (double from, double to) = row.TryGetProperty("age_years", out JsonElement age) && age.ValueKind == JsonValueKind.Array
                ? (age[0].GetDouble(), age[1].GetDouble())
                : (0, double.PositiveInfinity);
            ranges.Add(new(Text("parameter"), Text("unit"), Text("sex"), from, to, Number("p2"), Number("p50"), Number("p98"), Text("source")));
        }
        return new(ranges, root.GetProperty("sources").EnumerateObject().ToDictionary(s => s.Name, s => s.Value.GetString() ?? ""));
    }

    static NormalLimits LoadDefault()
    {
        using Stream stream = typeof(NormalLimits).Assembly.GetManifestResourceStream("normal-limits.json")!;
        return Parse(stream);
    }
}
