// The figures of published programs, each by its own conventions: ECG-FM's losses and metrics, ECGFounder's evaluation, the PTB-XL
// benchmark's.
using System.Text.Json;
using Einthoven.Evaluation;
using Einthoven.Evaluation.Classification;
using Einthoven.Torch;
using Einthoven.Training.Objectives;

namespace Einthoven.Golden.Kinds;

internal static class MetricsConventionKinds
{
    /// <summary>Summed losses and both programs' areas.</summary>
    public static void EcgFmLosses(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement expected = files.Json();
        using Scope scope = new();
        JsonElement bce = expected.GetProperty("bce_with_logits"), classes = expected.GetProperty("cross_entropy"), mse = expected.GetProperty("mse");
        Tensor logits = Matrix(bce.GetProperty("logits")), target = Matrix(bce.GetProperty("target"));
        double[] weights = bce.Numbers("pos_weight");
        deviations.Compare("cross entropy of labels", "values", Losses.BinaryCrossEntropySum(logits, target).Item(), bce.Number("sum"));
        Tensor weighted = Losses.BinaryCrossEntropySum(logits, target, Tensor.From([.. weights.Select(w => (float)w)], weights.Length));
        deviations.Compare("weighted cross entropy", "values", weighted.Item(), bce.Number("sum_with_pos_weight"));
        deviations.Equal("targets", logits.Elements, bce.GetProperty("sample_size").GetInt64());

        long[] truth = [.. classes.Numbers("target").Select(v => (long)v)];
        Tensor of = Matrix(classes.GetProperty("logits")), among = Tensor.From(truth, truth.Length);
        double gamma = golden.Config.GetProperty("focal_gamma").GetDouble();
        deviations.Compare("cross entropy of classes", "values", Losses.CrossEntropySum(of, among).Item(), classes.Number("sum"));
        deviations.Compare("focal loss", "values", MultiClassObjective.RowLosses(of, among, gamma).Sum().Item(),
            classes.Number($"focal gamma {gamma}"));
        deviations.Equal("rows", (long)truth.Length, classes.GetProperty("sample_size").GetInt64());
        Tensor error = Losses.SquaredErrorSum(Matrix(mse.GetProperty("prediction")), Matrix(mse.GetProperty("target")));
        deviations.Compare("squared error", "values", error.Item(), mse.Number("sum"));

        JsonElement metrics = expected.GetProperty("metrics"), micro = metrics.GetProperty("training framework"),
            macro = metrics.GetProperty("linear-probe script");
        ScoreTable table = Table(metrics, "scores", "target");
        MultiLabelAverages averages = MultiLabelAverages.Of(table);
        RankingCurve pooled = RankingCurve.Of(metrics.Numbers("scores"), [.. metrics.Numbers("target").Select(v => (float)v)]);
        Starting(micro, "auroc_micro", averages.MicroAuroc);
        Starting(micro, "auprc_micro", pooled.AveragePrecision);
        Starting(macro, "auroc_macro", averages.MacroAuroc);
        Starting(macro, "auprc_macro", Bootstrap.MeanOfDefined(averages.Curves.Select(c => c.TrapezoidAuprc)));
        Starting(macro, "average precision", averages.MacroAveragePrecision);

        // A remark may follow the figure's name.
        void Starting(JsonElement json, string name, double actual) => deviations.Compare(
            name, "values", actual, Deviations.Number(json.EnumerateObject().First(p => p.Name.StartsWith(name, StringComparison.Ordinal)).Value));
    }

    /// <summary>
    /// ECGFounder's evaluation: an undefined area counts 0, calls are scores above the threshold, an undefined share is 0.
    /// </summary>
    public static void Founder(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement expected = files.Json(), config = golden.Config;
        double step = config.GetProperty("grid_step").GetDouble(), level = config.GetProperty("fixed_threshold").GetDouble();
        int allNegative = config.GetProperty("all_negative_label").GetInt32();
        ScoreTable table = Table(expected, "pred", "gt");
        int[] each = [.. Enumerable.Range(0, table.Labels.Count)];
        double[] youden = [.. each.Select(k => RankingCurve.Of(table.Scores(k), table.Truths(k)).Youden.Threshold)];
        deviations.Compare("Youden thresholds", "values", youden, expected.GetProperty("youden").Numbers("thresholds"));
        foreach (JsonProperty set in expected.EnumerateObject())
        {
            if (set.Value.ValueKind != JsonValueKind.Object || set.Name == "youden") continue;
            bool altered = set.Name.Contains("all_negative", StringComparison.Ordinal),
                isFixed = set.Name.StartsWith("my_eval_0", StringComparison.Ordinal);
            float[][] truths = [.. each.Select(k => altered && k == allNegative ? new float[table.Rows] : table.Truths(k))];
            double[] thresholds = [.. each.Select(k =>
                isFixed ? level : altered ? Thresholds.LargestBalancedAccuracy(table.Scores(k), truths[k], step) : youden[k])];
            ConfusionCounts[] counts = [.. each.Select(k => ConfusionCounts.Above(table.Scores(k), truths[k], thresholds[k]))];
            RankingCurve[] curves = [.. each.Select(k => RankingCurve.Of(table.Scores(k), truths[k]))];
            foreach (JsonProperty figure in set.Value.EnumerateObject())
            {
                double[] actual = figure.Name switch
                {
                    "mean_auroc" => [curves.Average(c => OrZero(c.Auroc))],
                    "auroc" => [.. curves.Select(c => OrZero(c.Auroc))],
                    "auprc" => [.. curves.Select(c => OrZero(c.AveragePrecision))],
                    "sensitivity" => [.. counts.Select(c => OrZero(c.Sensitivity))],
                    "specificity" => [.. counts.Select(c => OrZero(c.Specificity))],
                    "f1" => [.. counts.Select(c => OrZero(c.F1))],
                    "thresholds" => thresholds,
                    _ => throw new InvalidDataException($"{golden.Path} has the unknown figure '{figure.Name}'."),
                };
                deviations.Compare($"{figure.Name} of {set.Name}", "values", actual, Deviations.Numbers(figure.Value));
            }
        }

        static double OrZero(double value) => double.IsNaN(value) ? 0 : value;
    }

    /// <summary>Windows to records.</summary>
    public static void Aggregate(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement expected = files.Json();
        double[] scores = expected.Numbers("pred");
        int[] recordOf = expected.Integers("record_of_window");
        int labels = expected.GetProperty("pred")[0].GetArrayLength();
        deviations.Compare("maximum", "values", WindowScores.ByRecord(scores, recordOf, labels, WindowAggregation.Maximum), expected.Numbers("max"));
        deviations.Compare("mean", "values", WindowScores.ByRecord(scores, recordOf, labels, WindowAggregation.Mean), expected.Numbers("mean"));
    }

    /// <summary>F-beta and G-beta at given thresholds.</summary>
    public static void ChallengeScores(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement expected = files.Json();
        bool[] calls = BetaScores.Calls(expected.Numbers("pred"), expected.Numbers("thresholds"));
        double[] truths = expected.Numbers("y");
        BetaScores scores = BetaScores.Of(
            calls, [.. truths.Select(v => v > 0.5)], expected.Numbers("thresholds").Length, golden.Config.GetProperty("beta").GetDouble());
        deviations.Compare("calls", "values", [.. calls.Select(c => c ? 1.0 : 0)], expected.Numbers("binary"));
        deviations.Compare("F-beta", "values", scores.FBeta, expected.Number("F_beta_macro"));
        deviations.Compare("G-beta", "values", scores.GBeta, expected.Number("G_beta_macro"));
        deviations.Compare("macro AUROC", "values", MultiLabelAverages.Of(Table(expected, "pred", "y")).MacroAuroc, expected.Number("macro_auc"));
    }

    private static ScoreTable Table(JsonElement json, string scores, string truths) => MetricsInputs.Table(
        json.Numbers(scores), [.. json.Numbers(truths).Select(v => (float)v)], json.GetProperty(scores)[0].GetArrayLength());

    private static Tensor Matrix(JsonElement rows) =>
        Tensor.From([.. Deviations.Numbers(rows).Select(v => (float)v)], rows.GetArrayLength(), rows[0].GetArrayLength());
}
