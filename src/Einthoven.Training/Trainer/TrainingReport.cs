// report.html: the curves of a run, drawn from its log; one file that needs nothing else.
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Einthoven.Training.Trainer;

/// <summary>Draws the curves of a run.</summary>
internal static class TrainingReport
{
    private const int Width = 640;
    private const int Height = 220;
    private const int Margin = 48;

    // What the log keeps for other purposes than curves.
    private static readonly string[] s_noCurves = ["epoch", "updates", "seconds", "parameters", "processes", "threads"];

    /// <summary>Writes the report into the run's folder.</summary>
    internal static void Write(string folder, string name)
    {
        JsonObject[] events = [.. new TrainingLog(Path.Combine(folder, "log.jsonl")).Read()];
        var page = new StringBuilder();
        page.Append($$"""
            <!doctype html><html lang="en"><meta charset="utf-8"><title>{{WebUtility.HtmlEncode(name)}}</title>
            <style>body{font:14px/1.5 sans-serif;max-width:720px;margin:2em auto;color:#222}svg{display:block}text{font:11px sans-serif;fill:#555}</style>
            <h1>{{WebUtility.HtmlEncode(name)}}</h1>
            <p>{{WebUtility.HtmlEncode(Summary(events))}} Research use; not a medical device.</p>

            """);
        foreach (string kind in new[] { "validation", "train" })
        {
            JsonObject[] rows = [.. events.Where(e => (string?)e["event"] == kind)];
            foreach (string key in rows.SelectMany(r => r).Where(p => IsNumber(p.Value)).Select(p => p.Key).Distinct().Except(s_noCurves))
            {
                (double X, double Y)[] points =
                    [.. rows.Where(r => IsNumber(r[key]) && IsNumber(r["updates"])).Select(r => (r["updates"]!.GetValue<double>(), r[key]!.GetValue<double>()))];
                if (points.Length > 1) page.Append(Curve($"{key} ({kind})", points));
            }
        }
        page.Append("</html>\n");
        File.WriteAllText(Path.Combine(folder, "report.html"), page.ToString());
    }

    private static string Summary(JsonObject[] events)
    {
        JsonObject? start = events.FirstOrDefault(e => (string?)e["event"] == "start"), last = events.LastOrDefault(e => e["updates"] is not null);
        return start is null ? "No run was logged." : string.Create(CultureInfo.InvariantCulture,
            $"{start["parameters"]} parameters, {last?["updates"]} updates, arithmetic in {start["compute"]}, {start["processes"]} process(es) of {start["threads"]} thread(s).");
    }

    private static bool IsNumber(JsonNode? node) => node is JsonValue value && value.GetValueKind() == System.Text.Json.JsonValueKind.Number;

    private static string Curve(string title, (double X, double Y)[] points)
    {
        double left = points.Min(p => p.X), right = points.Max(p => p.X), low = points.Min(p => p.Y), high = points.Max(p => p.Y);
        double spread = high > low ? high - low : Math.Max(1e-12, Math.Abs(high));
        double X(double x) => Margin + ((x - left) / Math.Max(1e-12, right - left) * (Width - (2 * Margin)));
        double Y(double y) => Height - Margin - ((y - low) / spread * (Height - (2 * Margin)));
        string line = string.Join(" ", points.Select(p => string.Create(CultureInfo.InvariantCulture, $"{X(p.X):F1},{Y(p.Y):F1}")));
        return string.Create(CultureInfo.InvariantCulture, $"""
            <h3>{WebUtility.HtmlEncode(title)}</h3>
            <svg width="{Width}" height="{Height}" viewBox="0 0 {Width} {Height}">
            <path d="M{Margin} {Margin}V{Height - Margin}H{Width - Margin}" fill="none" stroke="#aaa"/>
            <polyline points="{line}" fill="none" stroke="#0047ab" stroke-width="1.5"/>
            <text x="4" y="{Margin + 4}">{high:G4}</text><text x="4" y="{Height - Margin}">{low:G4}</text>
            <text x="{Margin}" y="{Height - Margin + 16}">{left:G6}</text><text x="{Width - Margin}" y="{Height - Margin + 16}" text-anchor="end">{right:G6} updates</text>
            </svg>

            """);
    }
}
