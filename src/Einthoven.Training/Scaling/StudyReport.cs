// What a study found: a table with intervals and paired differences, a plot, and both as one page.
using System.Globalization;
using System.Net;
using System.Text;
using Einthoven.Evaluation;
using Einthoven.Training.Recipes;

namespace Einthoven.Training.Scaling;

/// <summary>Writes table.md, table.csv, scaling.svg and report.html.</summary>
internal static class ScalingReport
{
    private sealed record Entry(ScalingMethod Method, double Share, RepeatedScores Scores, double Seconds, FigureDifference? AgainstRandom);

    /// <summary>Writes what is known from the runs that are done.</summary>
    /// <returns>The table, as Markdown.</returns>
    internal static string Write(
        string folder, ScalingRecipe recipe, string encoder, IReadOnlyList<ScalingCell> done, Func<ScalingCell, (ScoreTable Table, double Seconds)> load)
    {
        var entries = new List<Entry>();
        (int rows, int patients, int labels) = (0, 0, 0);
        foreach (IGrouping<double, ScalingCell> share in done.GroupBy(c => c.Share.Share))
        {
            var scores = new Dictionary<ScalingMethod, (RepeatedScores Scores, double Seconds)>();
            foreach (IGrouping<ScalingMethod, ScalingCell> method in share.GroupBy(c => c.Method))
            {
                (ScoreTable Table, double Seconds)[] runs = [.. method.Select(load)];
                scores[method.Key] = (new RepeatedScores([.. runs.Select(r => r.Table)]), runs.Average(r => r.Seconds));
                (rows, patients, labels) = (runs[0].Table.Rows, runs[0].Table.Clusters.Distinct().Count(), scores[method.Key].Scores.Labels);
            }
            entries.AddRange(recipe.Methods.Where(scores.ContainsKey).Select(method => new Entry(
                method, share.Key, scores[method].Scores, scores[method].Seconds,
                scores.TryGetValue(ScalingMethod.RandomFinetune, out var random) && method != ScalingMethod.RandomFinetune ? scores[method].Scores.Minus(random.Scores) : null)));
        }

        string about = string.Create(CultureInfo.InvariantCulture,
            $"Macro AUROC over {labels} labels, {rows} test recordings of {patients} patients (split {string.Join(", ", recipe.TestSplits)}), mean over the runs; encoder {encoder}. "
            + $"Brackets hold 95 % intervals of 1,000 bootstrap draws of patients, with the runs as they are. The difference is to random weights, fine-tuned with the same labels, on the same draws.");
        string table = Markdown(about, entries);
        string plot = ScalingPlot.Draw(
            [.. recipe.Methods.Select(m => (ScalingCell.MethodName(m), entries.Where(e => e.Method == m).Select(e => (e.Share, e.Scores.Mean)).ToArray()))]);
        File.WriteAllText(Path.Combine(folder, "table.md"), table);
        File.WriteAllText(Path.Combine(folder, "table.csv"), CsvText(entries));
        File.WriteAllText(Path.Combine(folder, "scaling.svg"), plot);
        File.WriteAllText(Path.Combine(folder, "report.html"), Page(recipe, about, entries, plot));
        return table;
    }

    private static string Markdown(string about, List<Entry> entries)
    {
        var text = new StringBuilder();
        text.AppendLine(about).AppendLine();
        text.AppendLine("| labels | method | runs | macro AUROC | each run | minus random fine-tuned | p | minutes a run |");
        text.AppendLine("|---|---|---|---|---|---|---|---|");
        foreach (Entry e in entries) text.AppendLine($"| {string.Join(" | ", Cells(e))} |");
        return text.ToString();
    }

    private static string[] Cells(Entry e) =>
    [
        string.Create(CultureInfo.InvariantCulture, $"{e.Share * 100:G4} %"),
        ScalingCell.MethodName(e.Method),
        $"{e.Scores.Runs.Count}",
        e.Scores.Mean.ToString(),
        string.Join(", ", e.Scores.Runs.Select(r => r.ToString("F3", CultureInfo.InvariantCulture))),
        e.AgainstRandom is { } d ? string.Create(CultureInfo.InvariantCulture, $"{d.Difference.Value:+0.000;−0.000} ({d.Difference.Low:+0.000;−0.000} to {d.Difference.High:+0.000;−0.000})") : "",
        e.AgainstRandom is { } p ? p.P.ToString("F3", CultureInfo.InvariantCulture) : "",
        (e.Seconds / 60).ToString("F1", CultureInfo.InvariantCulture),
    ];

    private static string CsvText(List<Entry> entries)
    {
        var text = new StringBuilder("share,method,runs,macro_auroc,low,high,difference_to_random_finetune,difference_low,difference_high,p,seconds_a_run\n");
        foreach (Entry e in entries)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"{e.Share},{ScalingCell.MethodName(e.Method)},{e.Scores.Runs.Count},{e.Scores.Mean.Value},{e.Scores.Mean.Low},{e.Scores.Mean.High},");
            text.Append(CultureInfo.InvariantCulture,
                $"{e.AgainstRandom?.Difference.Value},{e.AgainstRandom?.Difference.Low},{e.AgainstRandom?.Difference.High},{e.AgainstRandom?.P},{e.Seconds}\n");
        }
        return text.ToString();
    }

    private static string Page(ScalingRecipe recipe, string about, List<Entry> entries, string plot)
    {
        var text = new StringBuilder();
        text.Append($$"""
            <!doctype html><html lang="en"><meta charset="utf-8"><title>{{WebUtility.HtmlEncode(recipe.Name)}}</title>
            <style>body{font:14px/1.5 sans-serif;max-width:1000px;margin:2em auto;color:#222}td,th{padding:2px 10px;border-bottom:1px solid #ddd;text-align:left}</style>
            <h1>{{WebUtility.HtmlEncode(recipe.Name)}}</h1>
            <p>{{WebUtility.HtmlEncode(recipe.Summary)}}. {{WebUtility.HtmlEncode(about)}} Research use; not a medical device.</p>

            """);
        text.Append(plot).Append("<table><tr><th>labels<th>method<th>runs<th>macro AUROC<th>each run<th>minus random fine-tuned<th>p<th>minutes a run</tr>\n");
        foreach (Entry e in entries) text.Append("<tr><td>").Append(string.Join("<td>", Cells(e).Select(WebUtility.HtmlEncode))).Append("</tr>\n");
        return text.Append("</table></html>\n").ToString();
    }
}
