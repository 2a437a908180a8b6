// Reports: every figure with interval and counts, the same from the same seed, patients drawn whole; differences of two models.
using System.Text.Json;

namespace Einthoven.Evaluation.Tests;

public sealed class EvaluationReportTests
{
    private static readonly EvaluationOptions s_quick = new() { Resamples = 200, Seed = 5 };

    [Fact]
    public void Every_figure_lies_within_its_interval_and_the_same_seed_gives_the_same_report()
    {
        ScoreTable table = Table(1, 300, ["a", "b"], skill: 0.2);
        EvaluationReport report = EvaluationReport.Of(table, s_quick);
        EvaluationReport again = EvaluationReport.Of(table, s_quick);
        Assert.Equal((300, 150), (report.Rows, report.Clusters));
        foreach (LabelReport label in report.Labels)
        {
            Assert.Equal(300, label.Positives + label.Negatives + label.Unknown);
            foreach (LabelFigure figure in Enum.GetValues<LabelFigure>())
            {
                Estimate e = label.Figures[figure].Estimate;
                // Calibration errors and the largest F1 grow by resampling: their percentile intervals may lie above them.
                if (figure is not (LabelFigure.CalibrationError or LabelFigure.LargestF1)) Assert.InRange(e.Value, e.Low, e.High);
                Assert.True(e.Low < e.High, $"{figure} {e}");
            }
        }

        Assert.Equal(EvaluationReportWriter.ToJson(report), EvaluationReportWriter.ToJson(again));
    }

    [Fact]
    public void A_label_without_positives_is_undefined_and_left_out_of_the_mean()
    {
        var random = new Random(2);
        double[] scores = [.. Enumerable.Range(0, 80).Select(_ => random.NextDouble())];
        float[] truths = [.. Enumerable.Range(0, 80).Select(k => k % 2 == 0 ? (k % 4 == 0 ? 1f : 0f) : 0f)];
        var table = new ScoreTable(["mixed", "none"], [.. Enumerable.Range(0, 40).Select(k => $"p{k}")], scores, truths);
        EvaluationReport report = EvaluationReport.Of(table, s_quick);
        ReportedFigure none = report.Labels[1].Figures[LabelFigure.Auroc];
        Assert.True(double.IsNaN(none.Estimate.Value));
        Assert.Equal(s_quick.Resamples, none.UndefinedDraws);
        Assert.Equal(1, report.Macro[LabelFigure.Auroc].DefinedLabels);
        Assert.Equal(report.Labels[0].Figures[LabelFigure.Auroc].Estimate.Value, report.Macro[LabelFigure.Auroc].Estimate.Value, 1e-15);
        Assert.Equal(2, report.Macro[LabelFigure.Specificity].DefinedLabels);
    }

    [Fact]
    public void Json_holds_every_figure_with_interval_and_count_and_null_where_undefined()
    {
        var table = new ScoreTable(["only", "x"], ["p", "q", "r"], [0.9, 0.1, 0.2, 0.5, 0.4, 0.3], [1, 0, 0, 0, 0, 0]);
        using JsonDocument json = JsonDocument.Parse(EvaluationReportWriter.ToJson(EvaluationReport.Of(table, s_quick)));
        JsonElement label = json.RootElement.GetProperty("labels")[1], auroc = label.GetProperty("auroc");
        Assert.Equal(EvaluationReportWriter.FormatVersion, json.RootElement.GetProperty("format").GetInt32());
        Assert.Equal(JsonValueKind.Null, auroc.GetProperty("value").ValueKind);
        Assert.Equal(3, label.GetProperty("negatives").GetInt32());
        foreach (LabelFigure figure in Enum.GetValues<LabelFigure>())
        {
            JsonElement macro = json.RootElement.GetProperty("macro").GetProperty(EvaluationReportWriter.Key(figure));
            Assert.All((string[])["value", "low", "high", "labels"], name => Assert.True(macro.TryGetProperty(name, out _)));
        }
    }

    [Fact]
    public void The_page_has_a_row_a_label_with_counts_and_intervals_in_brackets()
    {
        ScoreTable table = Table(3, 100, ["a|b", "c"], skill: 0.6);
        string page = EvaluationReportWriter.ToMarkdown(EvaluationReport.Of(table, s_quick));
        string[] rows = [.. page.Split('\n').Where(l => l.StartsWith("| c |", StringComparison.Ordinal))];
        string row = Assert.Single(rows);
        Assert.Equal(Enum.GetValues<LabelFigure>().Length, row.Count(c => c == '('));
        Assert.Contains(@"| a\|b |", page, StringComparison.Ordinal);
        Assert.Contains("100 records of 50 patients, 2 labels.", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Thresholds_are_one_a_label()
    {
        ScoreTable table = Table(1, 20, ["a", "b"], 0.5);
        Assert.Throws<ArgumentException>(() => EvaluationReport.Of(table, s_quick with { Thresholds = [0.5] }));
        LabelReport never = EvaluationReport.Of(table, s_quick with { Thresholds = [2, 0.5] }).Labels[0];
        Assert.Equal((0.0, 1.0), (never.Figures[LabelFigure.Sensitivity].Estimate.Value, never.Figures[LabelFigure.Specificity].Estimate.Value));
    }

    [Fact]
    public void A_score_that_is_no_number_is_named_by_label_and_row()
    {
        var table = new ScoreTable(["a", "b"], ["p", "q"], [0.1, 0.2, 0.3, double.NaN], [0, 1, 1, 0]);
        string message = Assert.Throws<ArgumentException>(() => EvaluationReport.Of(table, s_quick)).Message;
        Assert.Contains("'b'", message, StringComparison.Ordinal);
        Assert.Contains("row 1", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_without_labels_or_rows_gives_an_empty_report()
    {
        Assert.Equal(0, EvaluationReport.Of(new ScoreTable([], ["p"], [], []), s_quick).Macro[LabelFigure.Auroc].DefinedLabels);
        Assert.True(double.IsNaN(EvaluationReport.Of(new ScoreTable(["a"], [], [], []), s_quick).Macro[LabelFigure.Brier].Estimate.Value));
    }

    [Fact]
    public void A_model_does_not_differ_from_itself()
    {
        ScoreTable table = Table(4, 120, ["a", "b"], 0.5);
        PairedDifference difference = PairedDifference.Of(table, table, s_quick);
        Assert.All(difference.Macro.Values, d => Assert.Equal((0.0, 0.0, 0.0, 1.0), (d.Difference.Value, d.Difference.Low, d.Difference.High, d.P)));
    }

    [Fact]
    public void A_clearly_better_model_differs_and_the_sign_says_which()
    {
        (ScoreTable good, ScoreTable poor) = (Table(6, 600, ["a", "b", "c"], 0.8), Table(6, 600, ["a", "b", "c"], 0.2));
        PairedDifference difference = PairedDifference.Of(good, poor, s_quick);
        FigureDifference macro = difference.Macro[LabelFigure.Auroc], back = PairedDifference.Of(poor, good, s_quick).Macro[LabelFigure.Auroc];
        Assert.True(macro.Difference.Low > 0 && macro.P < 0.05);
        Assert.Equal(macro.Difference.Value, -back.Difference.Value, 1e-15);
        Assert.Equal(macro.Difference.Low, -back.Difference.High, 1e-12);
        Assert.All(difference.Labels, l => Assert.True(l.Figures[LabelFigure.Auroc].HolmP >= l.Figures[LabelFigure.Auroc].P));
    }

    [Fact]
    public void Tables_of_other_rows_labels_or_truths_cannot_be_compared()
    {
        ScoreTable table = Table(1, 10, ["a"], 0.5);
        double[] scores = table.Scores(0);
        float[] truths = table.Truths(0);
        Assert.Throws<ArgumentException>(() => PairedDifference.Of(table, new ScoreTable(["b"], table.Clusters, scores, truths)));
        Assert.Throws<ArgumentException>(() => PairedDifference.Of(table,
            new ScoreTable(["a"], [.. table.Clusters.Select(c => c + "x")], scores, truths)));
        truths[3] = 1 - truths[3];
        Assert.Throws<ArgumentException>(() => PairedDifference.Of(table, new ScoreTable(["a"], table.Clusters, scores, truths)));
    }

    // Two rows a patient; the same seed gives the same truths whatever the skill.
    private static ScoreTable Table(int seed, int rows, string[] labels, double skill)
    {
        var random = new Random(seed);
        double[] scores = new double[rows * labels.Length];
        float[] truths = new float[scores.Length];
        for (int cell = 0; cell < scores.Length; cell++)
        {
            truths[cell] = random.Next(3) == 0 ? 1 : 0;
            scores[cell] = (skill * truths[cell]) + ((1 - skill) * random.NextDouble());
        }

        return new ScoreTable(labels, [.. Enumerable.Range(0, rows).Select(k => $"p{k / 2}")], scores, truths);
    }
}
