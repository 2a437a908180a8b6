// The figures of a data set, for people and for programs.

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Einthoven.Training.Data;

namespace Einthoven.Cli.Output;

internal static class StatisticsWriter
{
    private const int Shown = 5;

    private static readonly JsonSerializerOptions JsonLayout = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        NewLine = "\n",
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void Json(DatasetStatistics statistics, TextWriter output) =>
        output.WriteLine(JsonSerializer.Serialize(new { Version = 1, Statistics = statistics }, JsonLayout));

    public static void Table(DatasetStatistics statistics, TextWriter output)
    {
        output.WriteLine($"recordings  {statistics.Records}");
        output.WriteLine($"patients    {statistics.Patients}");
        Line("splits", statistics.Splits, int.MaxValue);
        Line("sources", statistics.Sources, int.MaxValue);
        Line("sexes", statistics.Sexes, int.MaxValue);
        if (statistics.Ages is [var youngest, var middle, var oldest])
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ages        {youngest:0.#} to {oldest:0.#} years, median {middle:0.#}"));
        Line("leads", statistics.Leads, Shown);
        Line("rates (Hz)", statistics.Rates, Shown);
        Line("lengths (s)", statistics.Lengths, Shown);
        Line("unreadable", statistics.Unreadable, Shown);
        if (statistics.Labels.Count == 0) return;
        output.WriteLine();
        int width = Math.Max(8, statistics.Labels.Max(l => l.Label.Length) + 2);
        output.WriteLine($"{"label".PadRight(width)}{"positive",10}{"negative",10}{"unknown",10}{"share",9}{"pos_weight",14}");
        foreach (LabelCount label in statistics.Labels)
        {
            string share = label.Positives + label.Negatives == 0 ? "" : label.Prevalence.ToString("0.00%", CultureInfo.InvariantCulture);
            string weight = double.IsNaN(label.PosWeight) ? "" : label.PosWeight.ToString("0.000000", CultureInfo.InvariantCulture);
            output.WriteLine($"{label.Label.PadRight(width)}{label.Positives,10}{label.Negatives,10}{label.Unknown,10}{share,9}{weight,14}");
        }

        void Line(string name, IReadOnlyList<ValueCount> counts, int most)
        {
            if (counts.Count == 0 || counts is [{ Value: "" }]) return;
            string text = string.Join("; ", counts.Take(most).Select(c => $"{(c.Value.Length == 0 ? "unknown" : c.Value)}: {c.Count}"));
            output.WriteLine($"{name,-12}{text}{(counts.Count > most ? $"; {counts.Count - most} more" : "")}");
        }
    }
}
