// Ranking and thresholded figures: one label, several labels, classes, the challenge of 2021, the published PTB-XL predictions.
using System.Text.Json;
using Einthoven.Evaluation;
using Einthoven.Evaluation.Calibration;
using Einthoven.Evaluation.Challenge2021;
using Einthoven.Evaluation.Classification;

namespace Einthoven.Golden.Kinds;

internal static class MetricsRankingKinds
{
    /// <summary>All figures of one binary set; a name's numbers are the figure's parameters.</summary>
    public static void Ranking(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        var inputs = new MetricsInputs(golden, files);
        double[] scores = inputs.Doubles("score");
        float[] labels = inputs.Floats("y");
        RankingCurve curve = RankingCurve.Of(scores, labels, golden.Array("weight") is null ? default : inputs.Doubles("weight"));
        foreach (JsonProperty expected in files.Json().EnumerateObject())
        {
            double[] parameters = MetricsJson.NumbersIn(expected.Name);
            double[] actual = expected.Name switch
            {
                "n" => [curve.Positives + curve.Negatives],
                "positives" => [curve.Positives],
                "auroc" => [curve.Auroc],
                "average_precision" => [curve.AveragePrecision],
                "auprc_trapezoid" => [curve.TrapezoidAuprc],
                "auprg" => [curve.Auprg],
                "f1_max" => [curve.LargestF1.F1],
                "f1_max_threshold" => [curve.LargestF1.Threshold],
                "youden_j" => [curve.Youden.J],
                "youden_threshold" => [curve.Youden.Threshold],
                "brier" => [Probabilities.Brier(scores, labels)],
                "roc_points" => [.. curve.Roc.SelectMany(p => new[] { p.FalsePositiveRate, p.TruePositiveRate, p.Threshold })],
                "pr_points_recall_precision" => [.. curve.PrecisionRecall.SelectMany(p => new[] { p.Recall, p.Precision })],
                string name when name.StartsWith("partial_auroc_fpr_", StringComparison.Ordinal) => [curve.PartialAuroc(parameters[0])],
                string name when name.StartsWith("sensitivity_at_", StringComparison.Ordinal) => [curve.SensitivityAtSpecificity(parameters[0])],
                string name when name.StartsWith("specificity_at_", StringComparison.Ordinal) => [curve.SpecificityAtSensitivity(parameters[0])],
                string name when name.StartsWith("log_loss_eps", StringComparison.Ordinal) => [Probabilities.LogLoss(scores, labels, parameters[0])],
                _ => throw new InvalidDataException($"{golden.Path} has the unknown figure '{expected.Name}'."),
            };
            string part = expected.Name.EndsWith("_threshold", StringComparison.Ordinal) ? "thresholds" : "values";
            deviations.Compare(expected.Name, part, actual, Deviations.Numbers(expected.Value));
        }
    }

    /// <summary>Labels of one class, and no rows at all, have no area.</summary>
    public static void Degenerate(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        foreach (JsonProperty expected in files.Json().EnumerateObject())
        {
            if (expected.Value.ValueKind != JsonValueKind.Object) continue;
            float[] labels = expected.Name switch
            {
                "no_positives" => [0, 0, 0],
                "no_negatives" => [1, 1, 1],
                "empty" => [],
                _ => throw new InvalidDataException($"{golden.Path} has the unknown case '{expected.Name}'."),
            };
            RankingCurve curve = RankingCurve.Of([.. labels.Select((_, k) => k / 10.0)], labels);
            foreach (JsonProperty figure in expected.Value.EnumerateObject())
            {
                double actual = figure.Name == "auroc" ? curve.Auroc : figure.Name == "average_precision" ? curve.AveragePrecision
                    : throw new InvalidDataException($"{golden.Path} has the unknown figure '{figure.Name}'.");
                deviations.Compare($"{figure.Name} with {expected.Name}", "values", actual, Deviations.Number(figure.Value));
            }
        }
    }

    public static void MaskedMultiLabel(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        MultiLabelAverages averages = MultiLabelAverages.Of(new MetricsInputs(golden, files).Table("p", "y"));
        JsonElement expected = files.Json();
        deviations.Equal("labels", averages.Curves.Count, expected.GetProperty("labels").GetInt32());
        Compare("positives", [.. averages.Curves.Select(c => (double)c.Positives)]);
        Compare("negatives", [.. averages.Curves.Select(c => (double)c.Negatives)]);
        Compare("defined", [.. averages.Curves.Select(c => c.IsDefined ? 1.0 : 0)]);
        Compare("auroc", [.. averages.Auroc]);
        Compare("average_precision", [.. averages.AveragePrecision]);
        Compare("macro_auroc_defined", averages.MacroAuroc);
        Compare("macro_average_precision_defined", averages.MacroAveragePrecision);
        Compare("macro_auroc_undefined_as_half", averages.MacroAurocUndefinedAsHalf);
        Compare("micro_auroc", averages.MicroAuroc);
        Compare("micro_auroc_defined_labels_only", averages.MicroAurocOfDefined);
        Compare("weighted_auroc_by_positives_defined", averages.WeightedAuroc);

        void Compare(string name, params double[] actual) => deviations.Compare(name, "values", actual, expected.Numbers(name));
    }

    public static void FMax(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        var inputs = new MetricsInputs(golden, files);
        ScoreTable table = inputs.Table("p", "y");
        JsonElement expected = files.Json();
        double beta = golden.Config.GetProperty("beta").GetDouble();
        RankingCurve[] curves = [.. table.Labels.Select((_, k) => RankingCurve.Of(table.Scores(k), table.Truths(k)))];
        double[] pairs = expected.Numbers("term_centric_per_label_f1max_and_threshold");
        deviations.Compare("term-centric F1", "values", [.. curves.Select(c => c.LargestF1.F1)], [.. pairs.Where((_, k) => k % 2 == 0)]);
        deviations.Compare("term-centric thresholds", "thresholds", [.. curves.Select(c => c.LargestF1.Threshold)],
            [.. pairs.Where((_, k) => k % 2 == 1)]);
        deviations.Compare("macro F1", "values", curves.Average(c => c.LargestF1.F1), expected.Number("term_centric_macro_f1max"));
        double[] micro = expected.Numbers("micro_f1max_and_threshold");
        ThresholdChoice pooled = RankingCurve.Of(inputs.Doubles("p"), inputs.Floats("y")).LargestF1;
        deviations.Compare("micro F1", "values", pooled.F1, micro[0]);
        deviations.Compare("micro threshold", "thresholds", pooled.Threshold, micro[1]);

        SampleFPoint best = SampleFMax.Of(table);
        JsonElement sample = expected.GetProperty("sample_centric_fmax");
        deviations.Compare("sample-centric threshold", "thresholds", best.Threshold, sample.Number("threshold"));
        deviations.Compare(
            "sample-centric F-max", "values", [best.F, best.Precision, best.Recall, best.Coverage],
            [sample.Number("fmax"), sample.Number("precision"), sample.Number("recall"), sample.Number("coverage")]);
        foreach (JsonElement row in expected.GetProperty("sample_centric_curve_threshold_precision_recall_f_coverage").EnumerateArray())
        {
            double[] want = Deviations.Numbers(row);
            SampleFPoint p = SampleFMax.At(table, want[0]);
            deviations.Compare($"sample-centric figures at {want[0]}", "values", [p.Threshold, p.Precision, p.Recall, p.F, p.Coverage], want);
        }

        double[] thresholds = [.. table.Labels.Select((_, k) => BetaScores.GBetaThreshold(table.Scores(k), table.Truths(k), beta))];
        BetaScores after = BetaScores.Of(BetaScores.Calls(inputs.Doubles("p"), thresholds), inputs.Flags("y"), table.Labels.Count, beta);
        deviations.Compare("G-beta thresholds", "thresholds", thresholds, Named("gbeta", "_thresholds_"));
        deviations.Compare("F-beta", "values", [after.FBeta], Named("fbeta", "_macro_"));
        deviations.Compare("G-beta", "values", [after.GBeta], Named("gbeta", "_macro_"));
        deviations.Compare("Youden thresholds", "thresholds", [.. curves.Select(c => c.Youden.Threshold)],
            expected.Numbers("youden_thresholds_from_roc_curve"));

        // Beta stands in the name: gbeta2_thresholds_from_grid100.
        double[] Named(string start, string within) => Deviations.Numbers(expected.EnumerateObject()
            .First(p => p.Name.StartsWith(start, StringComparison.Ordinal) && p.Name.Contains(within, StringComparison.Ordinal)).Value);
    }

    public static void Challenge(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        var inputs = new MetricsInputs(golden, files);
        JsonElement expected = files.Json();
        int sinus = golden.Config.GetProperty("sinus_rhythm_index").GetInt32(), classes = inputs.Width("labels");
        using StreamReader csv = new(golden.File("weights"));
        ChallengeWeights weights = ChallengeWeights.Parse(csv);
        bool[] labels = inputs.Flags("labels"), calls = inputs.Flags("binary");
        deviations.Equal("classes", weights.Classes.Count, classes);
        deviations.Equal("sinus rhythm", sinus, expected.GetProperty("sinus_rhythm_index").GetInt32());

        ChallengeScore score = ChallengeScore.Of(calls, labels, weights.Values, sinus);
        bool[] allSinus = [.. labels.Select((_, cell) => cell % classes == sinus)];
        MultiLabelCalls counts = MultiLabelCalls.Of(calls, labels, classes);
        MultiLabelAverages averages = MultiLabelAverages.Of(inputs.Table("scalar", "labels"));
        double[] f = [.. counts.Labels.Select(c => c.F1)];
        Compare("challenge_metric", score.Score);
        Compare("observed", score.Observed);
        Compare("correct", score.Correct);
        Compare("inactive", score.Inactive);
        Compare("all_sinus_scores", ChallengeScore.Of(allSinus, labels, weights.Values, sinus).Score);
        Compare("nothing_predicted", ChallengeScore.Of(new bool[labels.Length], labels, weights.Values, sinus).Score);
        Compare("accuracy", score.Accuracy);
        Compare("macro_f", Bootstrap.MeanOfDefined(f));
        Compare("f_per_class", f);
        Compare("macro_auroc", averages.MacroAuroc);
        Compare("macro_auprc", averages.MacroAveragePrecision);
        Compare("auroc_per_class", [.. averages.Auroc]);
        Compare("auprc_per_class", [.. averages.AveragePrecision]);
        Compare("confusion_sum", score.Confusion.Cast<double>().Sum());
        Compare("confusion_diagonal", [.. Enumerable.Range(0, classes).Select(k => score.Confusion[k, k])]);

        void Compare(string name, params double[] actual) => deviations.Compare(name, "values", actual, expected.Numbers(name));
    }

    public static void MultiClass(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        var inputs = new MetricsInputs(golden, files);
        double[] p = inputs.Doubles("p");
        int[] y = inputs.Integers("y");
        int classes = inputs.Width("p");
        ConfusionMatrix matrix = ConfusionMatrix.Of(y, ClassProbabilities.Calls(p, classes), classes);
        int[] each = [.. Enumerable.Range(0, classes)];
        foreach (JsonProperty expected in files.Json().EnumerateObject())
        {
            if (expected.Value.ValueKind == JsonValueKind.String) continue;
            double[] parameters = MetricsJson.NumbersIn(expected.Name);
            double[] actual = expected.Name switch
            {
                "confusion_rows_true" => [.. matrix.Counts.Cast<int>().Select(n => (double)n)],
                "accuracy" or "f1_micro" => [matrix.Accuracy],
                "balanced_accuracy" => [matrix.BalancedAccuracy],
                "kappa" => [matrix.Kappa()],
                "kappa_linear" => [matrix.Kappa(1)],
                "kappa_quadratic" => [matrix.Kappa(2)],
                "mcc" => [matrix.Mcc],
                "f1_macro" => [matrix.MacroF1],
                "f1_weighted" => [matrix.WeightedF1],
                "f1_per_class" => [.. each.Select(matrix.F1)],
                "precision_per_class" => [.. each.Select(k => OrZero(matrix.Class(k).Precision))],
                "recall_per_class" => [.. each.Select(k => OrZero(matrix.Class(k).Sensitivity))],
                "auroc_ovr_macro" => [ClassProbabilities.OneVersusRestAuroc(p, y, classes)],
                "auroc_ovo_hand_till" => [ClassProbabilities.HandTillAuroc(p, y, classes)],
                "log_loss" => [ClassProbabilities.LogLoss(p, y, classes)],
                "brier_multiclass_sum" => [ClassProbabilities.Brier(p, y, classes)],
                string name when name.StartsWith("top", StringComparison.Ordinal) =>
                    [ClassProbabilities.TopAccuracy(p, y, classes, (int)parameters[0])],
                string name when name.StartsWith("ece_top_label_equal_width_", StringComparison.Ordinal) =>
                    [Reliability.TopLabel(p, y, classes, (int)parameters[0]).ExpectedError],
                _ => throw new InvalidDataException($"{golden.Path} has the unknown figure '{expected.Name}'."),
            };
            deviations.Compare(expected.Name, golden.Part(expected.Name), actual, Deviations.Numbers(expected.Value));
        }

        // scikit-learn, which made the file, gives 0 for a class that is never called or never true.
        static double OrZero(double value) => double.IsNaN(value) ? 0 : value;
    }

    public static void ThresholdedMultiLabel(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        var inputs = new MetricsInputs(golden, files);
        int labels = inputs.Width("y");
        bool[] truths = inputs.Flags("y");
        MultiLabelCalls calls = MultiLabelCalls.Of(inputs.Flags("prediction"), truths, labels);
        LabelRanking ranking = LabelRanking.Of(inputs.Doubles("score"), truths, labels);
        foreach (JsonProperty expected in files.Json().EnumerateObject())
        {
            double[] actual = expected.Name switch
            {
                "subset_accuracy" => [calls.SubsetAccuracy],
                "hamming_loss" => [calls.HammingLoss],
                "lrap_all_rows" => [ranking.AveragePrecision],
                "coverage_error" => [ranking.CoverageError],
                "ranking_loss" => [ranking.RankingLoss],
                "rows_without_labels" => [calls.Rows.Count(r => r.TruePositives + r.FalseNegatives == 0)],
                "tp_fp_fn_tn" => [.. calls.Labels.SelectMany(c => new[] { c.TruePositives, c.FalsePositives, c.FalseNegatives, c.TrueNegatives })],
                _ => [Averaged(calls, expected.Name)],
            };
            deviations.Compare(expected.Name, "values", actual, Deviations.Numbers(expected.Value));
        }
    }

    // As in precision_micro_zero_division_0 or f2_samples.
    private static double Averaged(MultiLabelCalls calls, string name)
    {
        string[] words = name.Split('_');
        Func<ConfusionCounts, double> figure = words[0] switch
        {
            "precision" => c => c.Precision,
            "recall" => c => c.Sensitivity,
            "jaccard" => c => c.Jaccard,
            string f when f[0] == 'f' && MetricsJson.NumbersIn(f) is [double beta] => c => c.FBeta(beta),
            _ => throw new InvalidDataException($"The figure '{name}' is unknown."),
        };
        return calls.Average(figure, Enum.Parse<Averaging>(words[1], ignoreCase: true));
    }
}
