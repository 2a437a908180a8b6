// What a study found: a table with intervals and paired differences, plots, and all of it as one page.
using System.Globalization;
using System.Net;
using System.Text;
using Einthoven.Evaluation;

namespace Einthoven.Training.Scaling;

/// <summary>Differences that a table shows.</summary>
/// <param name="Title">What is taken away, for people.</param>
/// <param name="Key">The same for a CSV.</param>
/// <param name="Of">The label of what is taken from a cell; null or the cell's own: there is no difference to show.</param>
internal sealed record StudyDifference(string Title, string Key, Func<StudyCell, string?> Of);

/// <summary>A plot over the share of the labels.</summary>
/// <param name="File">Its file.</param>
/// <param name="Title">Above it; may be empty.</param>
/// <param name="LineOf">Which line a cell is on; null: it is in another plot.</param>
internal sealed record StudyPicture(string File, string Title, Func<StudyCell, string?> LineOf);

/// <summary>A table beside that of the figures.</summary>
/// <param name="Title">Above it.</param>
/// <param name="Head">Names of columns.</param>
/// <param name="Rows">Cells.</param>
internal sealed record StudyTable(string Title, IReadOnlyList<string> Head, IReadOnlyList<IReadOnlyList<string>> Rows);

/// <summary>Writes table.md, table.csv, the plots and report.html. Figures of runs that were seen before are not computed again.</summary>
internal sealed class StudyReport(string name, string summary, Func<StudyCell, (ScoreTable Table, double Seconds)> load)
{
    private readonly Dictionary<(string, string, double), (RepeatedScores Scores, double Seconds, int Runs)> _known = [];
    private (int Rows, int Patients) _size;

    private sealed record Entry(StudyCell Cell, RepeatedScores Scores, double Seconds, IReadOnlyList<FigureDifference?> Differences);

    /// <summary>What the figures are of, behind the numbers of recordings and patients.</summary>
    internal required string About { get; init; }

    /// <summary>Differences in the order of their columns.</summary>
    internal required IReadOnlyList<StudyDifference> Differences { get; init; }

    /// <summary>Plots.</summary>
    internal required IReadOnlyList<StudyPicture> Plots { get; init; }

    /// <summary>Writes what is known from the runs that are done.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="done">Runs, in the order of the table.</param>
    /// <param name="more">Tables beside it.</param>
    /// <returns>The tables, as Markdown.</returns>
    internal string Write(string folder, IReadOnlyList<StudyCell> done, params IReadOnlyList<StudyTable> more)
    {
        foreach (IGrouping<(string, string, double), StudyCell> group in done.GroupBy(c => c.Group))
        {
            if (_known.TryGetValue(group.Key, out (RepeatedScores Scores, double Seconds, int Runs) known) && known.Runs == group.Count()) continue;
            (ScoreTable Table, double Seconds)[] runs = [.. group.Select(load)];
            _known[group.Key] = (new RepeatedScores([.. runs.Select(r => r.Table)]), runs.Average(r => r.Seconds), runs.Length);
            _size = (runs[0].Table.Rows, runs[0].Table.Clusters.Distinct().Count());
        }

        Entry[] entries =
        [
            .. from cell in done.DistinctBy(c => c.Group)
               orderby cell.Part.Length > 0, cell.Part, cell.Share.Share
               let known = _known[cell.Group]
               select new Entry(cell, known.Scores, known.Seconds, [.. Differences.Select(d => Minus(cell, d.Of(cell)))]),
        ];
        string about = string.Create(CultureInfo.InvariantCulture,
            $"Macro AUROC over {entries[0].Scores.Labels} labels, {_size.Rows} test recordings of {_size.Patients} patients ({About}), mean over the runs. "
            + $"Brackets hold 95 % intervals of 1,000 bootstrap draws of patients, with the runs as they are. Differences are to other rows with the same labels, on the same draws.");
        StudyTable figures = new("", [.. Head(entries)], [.. entries.Select(e => Cells(e, entries))]);
        string table = $"{about}\n\n{string.Join("\n", more.Prepend(figures).Select(Markdown))}";
        (StudyPicture Picture, string Svg)[] plots = [.. Plots.Select(p => (p, Draw(p, entries))).Where(p => p.Item2.Length > 0)];
        foreach ((StudyPicture picture, string svg) in plots) File.WriteAllText(Path.Combine(folder, picture.File), svg);
        File.WriteAllText(Path.Combine(folder, "table.md"), table);
        File.WriteAllText(Path.Combine(folder, "table.csv"), CsvText(entries));
        File.WriteAllText(Path.Combine(folder, "report.html"), Page(about, plots, [figures, .. more]));
        return table;
    }

    private FigureDifference? Minus(StudyCell cell, string? other) =>
        other is not null && other != cell.Label && _known.TryGetValue((other, cell.Part, cell.Share.Share), out (RepeatedScores Scores, double, int) found)
            ? _known[cell.Group].Scores.Minus(found.Scores)
            : null;

    private static string Draw(StudyPicture picture, Entry[] entries)
    {
        (string Line, Entry Entry)[] shown = [.. entries.Select(e => (picture.LineOf(e.Cell)!, e)).Where(e => e.Item1 is not null)];
        return shown.Length == 0 ? "" : StudyPlot.Draw(
            [.. shown.Select(s => s.Line).Distinct().Select(line => (line, shown.Where(s => s.Line == line).Select(s => (s.Entry.Cell.Share.Share, s.Entry.Scores.Mean)).ToArray()))]);
    }

    private IEnumerable<string> Head(Entry[] entries)
    {
        if (entries.Any(e => e.Cell.Part.Length > 0)) yield return "shown";
        foreach (string head in new[] { "labels", "method", "runs", "macro AUROC", "each run" }) yield return head;
        foreach (StudyDifference difference in Differences)
        {
            yield return $"minus {difference.Title}";
            yield return "p";
        }

        yield return "minutes a run";
    }

    private static List<string> Cells(Entry e, Entry[] entries)
    {
        List<string> cells = entries.Any(other => other.Cell.Part.Length > 0) ? [e.Cell.Part.Length > 0 ? e.Cell.Part : "all"] : [];
        cells.AddRange(
        [
            string.Create(CultureInfo.InvariantCulture, $"{e.Cell.Share.Share * 100:G4} %"),
            e.Cell.Label,
            $"{e.Scores.Runs.Count}",
            e.Scores.Mean.ToString(),
            string.Join(", ", e.Scores.Runs.Select(r => r.ToString("F3", CultureInfo.InvariantCulture))),
        ]);
        foreach (FigureDifference? difference in e.Differences)
        {
            cells.Add(difference is { } d ? d.Difference.ToSignedString() : "");
            cells.Add(difference is { } p ? p.P.ToString("F3", CultureInfo.InvariantCulture) : "");
        }

        cells.Add((e.Seconds / 60).ToString("F1", CultureInfo.InvariantCulture));
        return cells;
    }

    private static string Markdown(StudyTable table)
    {
        var text = new StringBuilder();
        if (table.Title.Length > 0) text.Append(table.Title).Append("\n\n");
        text.Append($"| {string.Join(" | ", table.Head)} |\n|{string.Concat(table.Head.Select(_ => "---|"))}\n");
        foreach (IReadOnlyList<string> row in table.Rows) text.Append($"| {string.Join(" | ", row)} |\n");
        return text.ToString();
    }

    private string CsvText(Entry[] entries)
    {
        var text = new StringBuilder("share,method,runs,macro_auroc,low,high");
        foreach (StudyDifference d in Differences) text.Append($",difference_to_{d.Key},difference_low,difference_high,p");
        text.Append(",seconds_a_run,shown\n");
        foreach (Entry e in entries)
        {
            text.Append(CultureInfo.InvariantCulture, $"{e.Cell.Share.Share},{e.Cell.Label},{e.Scores.Runs.Count},{e.Scores.Mean.Value},{e.Scores.Mean.Low},{e.Scores.Mean.High}");
            foreach (FigureDifference? d in e.Differences)
                text.Append(CultureInfo.InvariantCulture, $",{d?.Difference.Value},{d?.Difference.Low},{d?.Difference.High},{d?.P}");
            text.Append(CultureInfo.InvariantCulture, $",{e.Seconds},{(e.Cell.Part.Length > 0 ? e.Cell.Part : "all")}\n");
        }
        return text.ToString();
    }

    private string Page(string about, IEnumerable<(StudyPicture Picture, string Svg)> plots, IEnumerable<StudyTable> tables)
    {
        var text = new StringBuilder();
        text.Append($$"""
            <!doctype html><html lang="en"><meta charset="utf-8"><title>{{WebUtility.HtmlEncode(name)}}</title>
            <style>body{font:14px/1.5 sans-serif;max-width:1100px;margin:2em auto;color:#222}td,th{padding:2px 10px;border-bottom:1px solid #ddd;text-align:left}</style>
            <h1>{{WebUtility.HtmlEncode(name)}}</h1>
            <p>{{WebUtility.HtmlEncode(summary)}}. {{WebUtility.HtmlEncode(about)}} Research use; not a medical device.</p>

            """);
        foreach ((StudyPicture picture, string svg) in plots)
        {
            if (picture.Title.Length > 0) text.Append($"<h2>{WebUtility.HtmlEncode(picture.Title)}</h2>\n");
            text.Append(svg);
        }

        foreach (StudyTable table in tables)
        {
            if (table.Title.Length > 0) text.Append($"<h2>{WebUtility.HtmlEncode(table.Title)}</h2>\n");
            text.Append("<table><tr>").Append(string.Concat(table.Head.Select(h => $"<th>{WebUtility.HtmlEncode(h)}"))).Append("</tr>\n");
            foreach (IReadOnlyList<string> row in table.Rows) text.Append("<tr><td>").Append(string.Join("<td>", row.Select(WebUtility.HtmlEncode))).Append("</tr>\n");
            text.Append("</table>\n");
        }

        return text.Append("</html>\n").ToString();
    }
}
