// The published predictions of xresnet1d101 on PTB-XL's test fold: every figure of all 71 statements, and of the tasks they contain.
using System.Text.Json;
using Einthoven.Evaluation;
using Einthoven.Evaluation.Calibration;
using Einthoven.Evaluation.Classification;
using Einthoven.Evaluation.Intervals;

namespace Einthoven.Golden.Kinds;

internal static class MetricsPtbXlKind
{
    public static void Check(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        var inputs = new MetricsInputs(golden, files, "tensors");
        JsonElement expected = files.Json(), config = golden.Config;
        int rows = config.GetProperty("rows").GetInt32(), classes = config.GetProperty("classes").GetInt32();
        if (config.GetProperty("labels_bit_order").GetString() != "least_significant_first")
            throw new InvalidDataException($"{golden.Path}: the bit order is unknown.");
        double[] scores = inputs.Doubles("prediction");
        double[] packed = inputs.Doubles("labels_packed");
        int bytes = inputs.Width("labels_packed");
        float[] truths = [.. Enumerable.Range(0, rows * classes).Select(cell =>
            (float)(((int)packed[(cell / classes * bytes) + (cell % classes / 8)] >> (cell % classes % 8)) & 1))];
        ScoreTable table = MetricsInputs.Table(scores, truths, classes);
        MultiLabelAverages averages = MultiLabelAverages.Of(table);
        SampleFPoint sample = SampleFMax.Of(table);

        Compare("rows", rows);
        Compare("positives", [.. averages.Curves.Select(c => (double)c.Positives)]);
        Compare("auroc", [.. averages.Auroc]);
        Compare("average_precision", [.. averages.AveragePrecision]);
        Compare("f1_max", [.. averages.Curves.Select(c => c.LargestF1.F1)]);
        Compare("macro_auroc", averages.MacroAuroc);
        Compare("macro_average_precision", averages.MacroAveragePrecision);
        Compare("macro_f1_max_term_centric", Bootstrap.MeanOfDefined(averages.Curves.Select(c => c.LargestF1.F1)));
        Compare("sample_centric_fmax_grid_0.01", sample.F, sample.Threshold);
        Compare("micro_auroc", averages.MicroAuroc);
        Compare("brier_macro", Enumerable.Range(0, classes).Average(k => Probabilities.Brier(table.Scores(k), table.Truths(k))));
        double[] halves = [.. scores.Select(v => (double)(Half)v)];
        Compare("macro_auroc_after_rounding_to_float16", MultiLabelAverages.Of(MetricsInputs.Table(halves, truths, classes)).MacroAuroc);
        Resampled(golden, inputs, table, averages.MacroAuroc, expected, deviations);

        Statement[] statements = ReadStatements(golden.File("statements"));
        deviations.Equal("codes", string.Join(' ', statements.Select(s => s.Code)),
            string.Join(' ', expected.GetProperty("classes").EnumerateArray().Select(c => c.GetString())));
        foreach (JsonProperty view in expected.GetProperty("task_views").EnumerateObject())
            View(view, statements, scores, truths, deviations);

        void Compare(string name, params double[] actual) => deviations.Compare(name, "values", actual, expected.Numbers(name));
    }

    // The stored rows of the bootstrap, by the same resampler that makes the intervals of a report.
    private static void Resampled(
        GoldenCase golden, MetricsInputs inputs, ScoreTable table, double point, JsonElement expected, Deviations deviations)
    {
        int count = Math.Min(golden.Config.GetProperty("bootstrap_rows").GetInt32(), (int)inputs.Tensor("bootstrap").Shape[0]);
        double[] ids = inputs.Doubles("bootstrap"), stored = expected.Numbers("bootstrap_macro_auroc_per_row_of_ids");
        double[][] columns = [.. table.Labels.Select((_, k) => table.Scores(k))];
        float[][] truths = [.. table.Labels.Select((_, k) => table.Truths(k))];
        var draws = new double[count];
        for (int b = 0; b < count; b++)
        {
            var times = new double[table.Rows];
            for (int k = 0; k < table.Rows; k++) times[(int)ids[(b * table.Rows) + k]]++;
            draws[b] = Bootstrap.MeanOfDefined(columns.Select((s, k) => RankingCurve.Of(s, truths[k], times).Auroc));
        }

        deviations.Compare("macro AUROC of the stored draws", "values", draws, stored.AsSpan(0, count));
        // Mean and quantiles are those of all stored figures, which may be more than the stored rows.
        var distribution = new BootstrapDistribution(point, stored);
        deviations.Compare("bootstrap_mean", "values", distribution.Mean, expected.Number("bootstrap_mean"));
        foreach (JsonProperty quantile in expected.EnumerateObject().Where(p => p.Name.StartsWith("bootstrap_quantile_", StringComparison.Ordinal)))
            deviations.Compare(quantile.Name, "values", distribution.Quantile(MetricsJson.NumbersIn(quantile.Name)[0]),
                Deviations.Number(quantile.Value));
    }

    private static void View(JsonProperty view, Statement[] statements, double[] scores, float[] truths, Deviations deviations)
    {
        Func<Statement, string> group = view.Name switch
        {
            "diagnostic" => s => s.Diagnostic ? s.Code : "",
            "form" => s => s.Form ? s.Code : "",
            "rhythm" => s => s.Rhythm ? s.Code : "",
            "subdiagnostic" => s => s.Diagnostic ? s.Subclass : "",
            "superdiagnostic" => s => s.Diagnostic ? s.Superclass : "",
            _ => throw new InvalidDataException($"The task '{view.Name}' is unknown."),
        };
        string[] names = [.. statements.Select(group).Where(g => g.Length > 0).Distinct().Order(StringComparer.Ordinal)];
        int[][] members = [.. names.Select(n => Enumerable.Range(0, statements.Length).Where(k => group(statements[k]) == n).ToArray())];
        int width = statements.Length;
        int[] rows = [.. Enumerable.Range(0, truths.Length / width).Where(row => members.Any(m => m.Any(k => truths[(row * width) + k] > 0)))];
        double[] grouped = [.. rows.SelectMany(row => members.Select(m => m.Max(k => scores[(row * width) + k])))];
        float[] labels = [.. rows.SelectMany(row => members.Select(m => m.Max(k => truths[(row * width) + k])))];
        MultiLabelAverages averages = MultiLabelAverages.Of(MetricsInputs.Table(grouped, labels, names.Length));
        JsonElement expected = view.Value;
        foreach (JsonProperty figure in expected.EnumerateObject())
        {
            if (figure.Name == "classes")
            {
                deviations.Equal($"classes of {view.Name}", string.Join(' ', names),
                    string.Join(' ', figure.Value.EnumerateArray().Select(c => c.GetString())));
                continue;
            }

            double[] actual = figure.Name switch
            {
                "columns" => [names.Length],
                "positives" => [.. averages.Curves.Select(c => (double)c.Positives)],
                "rows_with_a_label" => [rows.Length],
                "undefined" => [averages.Curves.Count(c => !c.IsDefined)],
                string name when name.StartsWith("macro_auroc", StringComparison.Ordinal) => [averages.MacroAuroc],
                _ => throw new InvalidDataException($"The figure '{figure.Name}' of the task '{view.Name}' is unknown."),
            };
            deviations.Compare($"{figure.Name} of {view.Name}", "values", actual, Deviations.Numbers(figure.Value));
        }
    }

    internal static Statement[] ReadStatements(string path)
    {
        string[] lines = [.. File.ReadAllLines(path).Where(l => l.Length > 0)];
        List<string> header = [.. lines[0].Split(',')];
        return [.. lines[1..].Select(line =>
        {
            string[] cells = line.Split(',');
            string Cell(string name) => cells[header.IndexOf(name)];
            return new Statement(
                int.Parse(Cell("column")), Cell("code"), Cell("diagnostic") == "1", Cell("form") == "1", Cell("rhythm") == "1",
                Cell("superclass"), Cell("subclass"), [.. cells[header.IndexOf("subclass")..].Skip(1).Select(int.Parse)]);
        })];
    }

    internal sealed record Statement(
        int Column, string Code, bool Diagnostic, bool Form, bool Rhythm, string Superclass, string Subclass, int[] Counts);
}
