// Writes the text of an ECG from statements, demographics and measurements: no model, no chance, the same words for the same facts.
// The layout is that of ESI's training texts (comp-well-org/ESI, utils/data/process_mimic.py); the descriptions are our own.
using System.Globalization;
using System.Text.RegularExpressions;

namespace Einthoven.Models.Text;

/// <summary>Makes the text that ESI's networks are trained with and asked in.</summary>
public sealed partial class EcgTextGenerator(EcgTextTable? table = null)
{
    private static readonly char[] s_decoration = ['*', '-', '=', '.', ' '];
    private readonly EcgTextTable _table = table ?? EcgTextTable.Default;

    /// <summary>The text of a recording; empty where nothing is known.</summary>
    public string Write(EcgTextInput input)
    {
        List<string> statements = Clean(input.Statements);
        List<string> parts = [];
        string demographics = Demographics(input.AgeYears, input.Sex);
        string findings = statements.Count == 0 ? "" : Findings(string.Join(", ", statements));
        string first = demographics.Length > 0 && findings.Length > 0 ? $"{demographics} {findings}" : demographics + findings;
        if (first.Length > 0) parts.Add(first);
        string measurements = input.Measurements is null ? "" : Measurements(input.Measurements, input.Sex == "F");
        if (measurements.Length > 0) parts.Add(measurements);
        List<EcgTextCondition> conditions = Conditions(statements);
        if (conditions.Count > 0) parts.Add("Potential ECG waveforms: \n" + string.Join('\n', conditions.Select(c => c.Text)));
        return string.Join('\n', parts);
    }

    /// <summary>A question in the layout of the training texts: what a class is asked with.</summary>
    public static string Prompt(string finding) => Findings(finding);

    /// <summary>The conditions that statements name, in the order in which they do, each once.</summary>
    public IReadOnlyList<EcgTextCondition> Describe(IEnumerable<string> statements) => Conditions(Clean(statements));

    /// <summary>A statement without what only decorates it: white space is one space, asterisks and the like at its ends are gone.</summary>
    public static string CleanStatement(string statement) => WhiteSpace().Replace(statement, " ").Trim().Trim(s_decoration).Trim();

    private static string Findings(string text) => $"ECG Findings: {text}.";

    private static List<string> Clean(IEnumerable<string> statements)
    {
        List<string> cleaned = [];
        HashSet<string> seen = new(StringComparer.OrdinalIgnoreCase);
        foreach (string statement in statements)
        {
            string text = CleanStatement(statement);
            if (text.Length > 0 && seen.Add(text)) cleaned.Add(text);
        }

        return cleaned;
    }

    private static string Demographics(double? age, string? sex)
    {
        string? years = age is { } a ? Whole(a).ToString(CultureInfo.InvariantCulture) : null;
        return (years, sex) switch
        {
            (not null, "M" or "F") => $"This patient is a {years} year-old {(sex == "M" ? "Male" : "Female")}.",
            (not null, _) => $"This patient is {years} years old.",
            (null, "M" or "F") => $"This patient is {(sex == "M" ? "male" : "female")}.",
            _ => "",
        };
    }

    private static string Measurements(EcgTextMeasurements m, bool female)
    {
        List<string> items = [];
        if (m.HeartRateBpm is { } rate) Add("heart rate", "bpm", rate, n => n < 60 ? "slow" : n > 100 ? "fast" : "normal");
        if (m.PrMs is { } pr) Add("PR", "ms", pr, n => n < 120 ? "short" : n > 200 ? "prolonged" : "normal");
        if (m.QrsMs is { } qrs) Add("QRS", "ms", qrs, n => n <= 110 ? "normal" : n < 120 ? "borderline wide" : "wide");
        if (m.QtcMs is { } qtc) Add("QTc", "ms", qtc, n => n < 350 ? "short" : n > 500 ? "markedly prolonged" : n > (female ? 460 : 450) ? "prolonged" : "normal");
        if (m.AxisDegrees is { } axis) Add("axis", "degrees", axis, n => n is >= -30 and <= 90 ? "normal" : n is >= -90 and < -30 ? "left" : n is > 90 and <= 180 ? "right" : "extreme");
        return items.Count == 0 ? "" : $"Measurements: {string.Join("; ", items)}.";

        // The word follows from the rounded number, so that text and word never disagree.
        void Add(string name, string unit, double value, Func<long, string> word)
        {
            if (!double.IsFinite(value)) return;
            long n = Whole(value);
            items.Add(string.Create(CultureInfo.InvariantCulture, $"{name} {n} {unit} ({word(n)})"));
        }
    }

    private List<EcgTextCondition> Conditions(List<string> statements)
    {
        List<EcgTextCondition> found = [];
        foreach (string statement in statements)
        {
            string text = statement.ToLowerInvariant();
            if (_table.AdministrativeMarkers.Any(m => text.Contains(m, StringComparison.Ordinal))) continue;
            foreach ((int at, int condition) in Named(text).Order())
            {
                if (!found.Contains(_table.Conditions[condition])) found.Add(_table.Conditions[condition]);
            }
        }

        return found;
    }

    /// <summary>Places and conditions of the keywords of one statement; of overlapping ones the longest, then the earlier, then the table's first.</summary>
    private List<(int At, int Condition)> Named(string text)
    {
        List<(int At, int Length, int Condition)> all = [];
        for (int condition = 0; condition < _table.Conditions.Count; condition++)
        {
            foreach (string keyword in _table.Conditions[condition].Keywords)
            {
                for (int at = text.IndexOf(keyword, StringComparison.Ordinal); at >= 0; at = text.IndexOf(keyword, at + 1, StringComparison.Ordinal))
                    if (IsWord(text, at, keyword.Length) && !IsDenied(text, at)) all.Add((at, keyword.Length, condition));
            }
        }

        List<(int At, int Length, int Condition)> kept = [];
        foreach ((int at, int length, int condition) in all.OrderByDescending(h => h.Length).ThenBy(h => h.At).ThenBy(h => h.Condition))
            if (kept.All(k => at + length <= k.At || k.At + k.Length <= at)) kept.Add((at, length, condition));
        return [.. kept.Select(k => (k.At, k.Condition))];
    }

    // A plural may follow.
    private static bool IsWord(string text, int at, int length) =>
        (at == 0 || !char.IsLetterOrDigit(text[at - 1])) && (at + length == text.Length || text[at + length] == 's' || !char.IsLetterOrDigit(text[at + length]));

    private bool IsDenied(string text, int at) =>
        _table.NegationPrefixes.Any(p => at >= p.Length && string.CompareOrdinal(text, at - p.Length, p, 0, p.Length) == 0);

    private static long Whole(double value) => (long)Math.Round(value, MidpointRounding.AwayFromZero);

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();
}
