// Intervals and tests with given seeds; regression and agreement; survival and decision curves; matched events.
using System.Text.Json;
using Einthoven.Evaluation;
using Einthoven.Evaluation.Classification;
using Einthoven.Evaluation.Events;
using Einthoven.Evaluation.Intervals;
using Einthoven.Evaluation.Regression;
using Einthoven.Evaluation.Survival;
using Einthoven.Signals.Beats;

namespace Einthoven.Golden.Kinds;

internal static class MetricsIntervalKinds
{
    public static void Intervals(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        var inputs = new MetricsInputs(golden, files);
        JsonElement expected = files.Json(), config = golden.Config;
        double level = config.GetProperty("level").GetDouble();
        double[] s1 = inputs.Doubles("score1"), s2 = inputs.Doubles("score2"), x = inputs.Doubles("x");
        float[] y = inputs.Floats("y");

        WeightedFigure first = Area(s1, y), second = Area(s2, y);
        JsonElement one = expected.GetProperty("bootstrap");
        Draws(one, Seed("bootstrap"), y.Length, deviations);
        BootstrapDistribution area = BootstrapDistribution.Of(first, y.Length, Resamples("bootstrap"), Seed("bootstrap"));
        Compare("bootstrap", one, ("undefined_resamples_dropped", area.Undefined), ("point", area.Point), ("mean", area.Mean),
            ("sd_ddof1", area.StandardDeviation));
        Ends("bootstrap", one, "percentile_", area.Percentile(level), "quantiles");
        Ends("bootstrap", one, "basic_", area.Basic(level), "quantiles");
        Ends("bootstrap", one, "normal_plain_", area.Normal(level, correctBias: false));
        Ends("bootstrap", one, "normal_", area.Normal(level));
        Bca("bootstrap", one, area.Bca(level, BootstrapDistribution.Jackknife(first, y.Length)));

        JsonElement ofMean = expected.GetProperty("bootstrap_mean");
        WeightedFigure mean = times => Mean(x, times);
        BootstrapDistribution means = BootstrapDistribution.Of(mean, x.Length, Resamples("mean"), Seed("mean"));
        Compare("mean", ofMean, ("point", means.Point));
        Ends("mean", ofMean, "percentile_", means.Percentile(level), "quantiles");
        Ends("mean", ofMean, "basic_", means.Basic(level), "quantiles");
        Bca("mean", ofMean, means.Bca(level, BootstrapDistribution.Jackknife(mean, x.Length)));

        JsonElement paired = expected.GetProperty("paired_bootstrap_difference");
        BootstrapDistribution difference = BootstrapDistribution.Of(t => first(t) - second(t), y.Length, Resamples("paired"), Seed("paired"));
        Compare("paired", paired, ("point", difference.Point), ("p_two_sided", difference.TwoSidedP));
        Ends("paired", paired, "percentile_", difference.Percentile(level), "quantiles");

        JsonElement clustered = expected.GetProperty("clustered_bootstrap"), records = clustered.GetProperty("record_level_for_comparison");
        WeightedFigure clusterArea = Area(inputs.Doubles("cluster_score"), inputs.Floats("cluster_y"));
        int[] clusterOf = inputs.Integers("cluster_id");
        int clusters = config.GetProperty("clusters").GetInt32();
        BootstrapDistribution patients = BootstrapDistribution.OfClusters(clusterArea, clusterOf, clusters, Resamples("clustered"),
            Seed("clustered"));
        Compare("clustered", clustered, ("undefined_dropped", patients.Undefined), ("point", patients.Point),
            ("sd_ddof1", patients.StandardDeviation));
        Ends("clustered", clustered, "percentile_", patients.Percentile(level), "quantiles");
        BootstrapDistribution rows = BootstrapDistribution.Of(clusterArea, clusterOf.Length, Resamples("clustered"), Seed("record_level"));
        Compare("record level", records, ("sd_ddof1", rows.StandardDeviation));
        Ends("record level", records, "percentile_", rows.Percentile(level), "quantiles");

        Tests(expected, s1, s2, y, level, deviations);

        ulong Seed(string name) => config.GetProperty($"{name}_seed").GetUInt64();
        int Resamples(string name) => config.GetProperty($"{name}_resamples").GetInt32();
        void Compare(string of, JsonElement json, params (string Name, double Actual)[] figures)
        {
            foreach ((string name, double actual) in figures) deviations.Compare($"{of} {name}", "values", actual, json.Number(name));
        }

        void Ends(string of, JsonElement json, string start, Estimate actual, string part = "values")
        {
            // normal_ also begins normal_plain_: what follows the start must be the level alone.
            JsonProperty interval = json.EnumerateObject().First(
                p => p.Name.StartsWith(start, StringComparison.Ordinal) && char.IsDigit(p.Name[start.Length]));
            deviations.Interval($"{of} {interval.Name}", part, actual, interval.Value);
        }

        void Bca(string of, JsonElement json, BcaInterval actual)
        {
            JsonElement bca = json.EnumerateObject().First(p => p.Name.StartsWith("bca_", StringComparison.Ordinal)).Value;
            Compare(of, bca, ("z0", actual.Z0), ("acceleration", actual.Acceleration));
            deviations.Compare($"{of} levels", "values", [actual.LowLevel, actual.HighLevel], bca.Numbers("adjusted_levels"));
            deviations.Interval($"{of} BCa", "values", actual.Interval, bca.GetProperty("interval"));
        }
    }

    public static void RegressionAndAgreement(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        var inputs = new MetricsInputs(golden, files);
        JsonElement expected = files.Json();
        double[] allY = inputs.Doubles("y"), allP = inputs.Doubles("prediction");
        int width = inputs.Width("y"), column = golden.Config.GetProperty("column").GetInt32();
        double[] y = Column(allY, column), p = Column(allP, column);
        RegressionFigures figures = RegressionFigures.Of(y, p);
        Agreement agreement = Agreement.Of(y, p);
        Compare("mae", figures.MeanAbsoluteError);
        Compare("rmse", figures.RootMeanSquareError);
        Compare("median_ae", figures.MedianAbsoluteError);
        Compare("r2", figures.R2);
        Compare("explained_variance", figures.ExplainedVariance);
        Compare("mape", figures.MeanAbsolutePercentageError);
        Compare("pearson", Correlation.Pearson(y, p));
        Compare("spearman", Correlation.Spearman(y, p));
        Compare("kendall_tau_b", Correlation.KendallTauB(y, p));
        Compare("ccc_lin_ddof0", agreement.Concordance);
        Compare("icc_1_1", agreement.Icc11);
        Compare("icc_2_1_absolute", agreement.Icc21);
        Compare("icc_3_1_consistency", agreement.Icc31);
        deviations.Interval("Fisher's interval", "values", Correlation.PearsonInterval(y, p), expected.GetProperty("pearson_ci95_fisher"));
        foreach (JsonProperty pinball in expected.EnumerateObject().Where(e => e.Name.StartsWith("pinball_", StringComparison.Ordinal)))
            Compare(pinball.Name, RegressionFigures.Pinball(y, p, MetricsJson.NumbersIn(pinball.Name)[0]));
        double[] each = [.. Enumerable.Range(0, width).Select(k => RegressionFigures.Of(Column(allY, k), Column(allP, k)).MeanAbsoluteError)];
        Compare("mae_per_column_nan_masked", each);
        Compare("mae_mean_of_columns", each.Average());
        Compare("mae_pooled_over_all_known_cells", RegressionFigures.PooledMeanAbsoluteError(allY, allP));

        BlandAltman limits = BlandAltman.Of(y, p);
        JsonElement bland = expected.GetProperty("bland_altman");
        Agree("bias", limits.Bias.Value);
        Agree("sd_ddof1", limits.StandardDeviation);
        Agree("loa_1.96", limits.Lower.Value, limits.Upper.Value);
        Agree("bias_ci95_t", limits.Bias.Low, limits.Bias.High);
        Agree("loa_se", limits.LimitError);
        Agree("loa_lower_ci95_t", limits.Lower.Low, limits.Lower.High);
        Agree("loa_upper_ci95_t", limits.Upper.Low, limits.Upper.High);
        Agree("proportional_bias_slope", limits.Slope);
        Agree("proportional_bias_intercept", limits.Intercept);
        Agree("proportional_bias_p", limits.SlopeP);
        Agree("within_loa_fraction", limits.Within);

        double[] Column(double[] all, int k) => [.. all.Where((_, cell) => cell % width == k)];
        void Compare(string name, params double[] actual) => deviations.Compare(name, "values", actual, expected.Numbers(name));
        void Agree(string name, params double[] actual) => deviations.Compare($"Bland–Altman {name}", "values", actual, bland.Numbers(name));
    }

    public static void SurvivalAndDecision(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        var inputs = new MetricsInputs(golden, files);
        JsonElement expected = files.Json();
        double[] times = inputs.Doubles("time");
        bool[] events = inputs.Flags("event");
        Concordance concordance = Concordance.Of(times, events, inputs.Doubles("score"));
        deviations.Compare("Harrell's C", "values", concordance.C, expected.Number("harrell_c"));
        deviations.Compare(
            "pairs", "values", [concordance.Concordant, concordance.Discordant, concordance.Tied, concordance.Pairs],
            [expected.Number("concordant"), expected.Number("discordant"), expected.Number("tied_score"), expected.Number("pairs")]);
        double[] steps = [.. KaplanMeier.Of(times, events).SelectMany(s => new[] { s.Time, s.AtRisk, s.Events, s.Survival })];
        deviations.Compare("Kaplan–Meier", "values", steps, expected.Numbers("kaplan_meier_time_atrisk_events_survival"));
        double[] want = expected.Numbers("net_benefit_threshold_model_treatall"), p = inputs.Doubles("decision_p");
        float[] y = inputs.Floats("decision_y");
        NetBenefit[] points = [.. want.Where((_, k) => k % 3 == 0).Select(t => NetBenefit.At(p, y, t))];
        double[] benefits = [.. points.SelectMany(b => new[] { b.Threshold, b.Model, b.TreatAll })];
        deviations.Compare("net benefit", "values", benefits, want);
    }

    public static void Events(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement expected = files.Json();
        double rate = expected.Number("rate_hz");
        double[] reference = expected.Numbers("reference");
        JsonProperty tolerance = expected.EnumerateObject().First(p => p.Name.StartsWith("tolerance_samples_", StringComparison.Ordinal));
        EventMatching matching = EventMatching.Match(reference, expected.Numbers("detected"), Deviations.Number(tolerance.Value));
        deviations.Compare("pairs", "pairs", [.. matching.Pairs.SelectMany(p => new double[] { p.Reference, p.Detected })],
            expected.Numbers("pairs_reference_detected"));
        Compare(expected, "tp", matching.TruePositives);
        Compare(expected, "fn", matching.FalseNegatives);
        Compare(expected, "fp", matching.FalsePositives);
        Compare(expected, "sensitivity", matching.Sensitivity);
        Compare(expected, "ppv", matching.PositivePredictiveValue);
        Compare(expected, "f1", matching.F1);
        Compare(expected, "der", matching.DetectionErrorRate);
        double ms = 1000 / rate;
        Compare(expected, "error_ms_mean", matching.MeanError * ms);
        Compare(expected, "error_ms_sd_ddof1", matching.ErrorDeviation() * ms);
        Compare(expected, "error_ms_sd_ddof0", matching.ErrorDeviation(0) * ms);
        Compare(expected, "error_ms_median_abs", matching.MedianAbsoluteError * ms);

        HeartRateVariability hrv = HeartRateVariability.Of([.. reference.Zip(reference.Skip(1), (a, b) => (b - a) * 1000 / rate)])!;
        JsonElement heart = expected.GetProperty("heart_rate_from_reference");
        Compare(heart, "mean_rr_ms", hrv.MeanMs);
        Compare(heart, "hr_bpm_from_mean_rr", 60_000 / hrv.MeanMs);
        Compare(heart, "sdnn_ddof1", hrv.SdnnMs ?? double.NaN);
        Compare(heart, "rmssd", hrv.RmssdMs ?? double.NaN);
        Compare(heart, "pnn50", hrv.Pnn50 / 100 ?? double.NaN);

        JsonElement segments = expected.GetProperty("segment_case"), level = segments.GetProperty("sample_level");
        SampleOverlap overlap = SampleOverlap.Of(Segments("reference_half_open"), Segments("detected_half_open"));
        Compare(level, "iou", overlap.IntersectionOverUnion);
        Compare(level, "dice", overlap.Dice);
        Compare(level, "sensitivity", overlap.Sensitivity);
        Compare(level, "ppv", overlap.PositivePredictiveValue);

        void Compare(JsonElement json, string name, double actual) => deviations.Compare(name, "values", actual, json.Number(name));
        (long, long)[] Segments(string name) => [.. segments.GetProperty(name).EnumerateArray().Select(s => (s[0].GetInt64(), s[1].GetInt64()))];
    }

    private static void Tests(JsonElement expected, double[] s1, double[] s2, float[] y, double level, Deviations deviations)
    {
        JsonElement json = expected.GetProperty("delong");
        DeLong delong = DeLong.Of(s1, s2, y, level);
        double[] errors = [Math.Sqrt(delong.FirstVariance), Math.Sqrt(delong.SecondVariance)];
        Estimate[] areas = [delong.First, delong.Second], logit = [.. areas.Select((a, k) => DeLong.LogitInterval(a.Value, errors[k], level))];
        Values("auroc", areas[0].Value, areas[1].Value);
        Values("covariance", delong.FirstVariance, delong.Covariance, delong.Covariance, delong.SecondVariance);
        Values("se", errors);
        Values("ci95_wald", areas[0].Low, areas[0].High, areas[1].Low, areas[1].High);
        Values("ci95_logit", logit[0].Low, logit[0].High, logit[1].Low, logit[1].High);
        Values("difference", delong.Difference.Value);
        Values("difference_se", delong.DifferenceError);
        Values("difference_ci95", delong.Difference.Low, delong.Difference.High);
        Values("z", delong.Z);
        Values("p_two_sided", delong.P);
        RankingCurve curve = RankingCurve.Of(s1, y);
        deviations.Compare(
            "Hanley–McNeil", "values", DeLong.HanleyMcNeilError(curve.Auroc, curve.Positives, curve.Negatives),
                expected.Number("hanley_mcneil_se_model1"));

        foreach (JsonElement share in expected.GetProperty("proportion_ci95").EnumerateArray())
        {
            int k = share.GetProperty("k").GetInt32(), n = share.GetProperty("n").GetInt32();
            (string Name, Estimate Interval)[] intervals =
            [
                ("wald", Proportion.Wald(k, n)), ("wilson", Proportion.Wilson(k, n)), ("clopper_pearson", Proportion.ClopperPearson(k, n)),
                ("agresti_coull", Proportion.AgrestiCoull(k, n)), ("jeffreys", Proportion.Jeffreys(k, n)),
            ];
            foreach ((string name, Estimate interval) in intervals)
                deviations.Interval($"{name} of {k} in {n}", "values", interval, share.GetProperty(name));
        }

        JsonProperty mcnemarJson = expected.EnumerateObject().First(p => p.Name.StartsWith("mcnemar_at_threshold_", StringComparison.Ordinal));
        json = mcnemarJson.Value;
        McNemar mcnemar = McNemar.Above(s1, s2, y, MetricsJson.NumbersIn(mcnemarJson.Name)[0]);
        Values("b_first_right_second_wrong", mcnemar.OnlyFirstRight);
        Values("c_first_wrong_second_right", mcnemar.OnlySecondRight);
        Values("exact_p", mcnemar.ExactP);
        Values("chi2_continuity", mcnemar.ChiSquaredCorrected);
        Values("chi2_continuity_p", mcnemar.ChiSquaredCorrectedP);
        Values("chi2", mcnemar.ChiSquared);

        json = expected.GetProperty("multiple_testing");
        double[] p = json.Numbers("p");
        Values("bonferroni", MultipleTesting.Bonferroni(p));
        Values("holm", MultipleTesting.Holm(p));
        Values("fdr_bh", MultipleTesting.BenjaminiHochberg(p));
        Values("fdr_by", MultipleTesting.BenjaminiYekutieli(p));

        void Values(string name, params double[] actual) => deviations.Compare(name, "values", actual, json.Numbers(name));
    }

    // Some rows of the draws stand in the file: row R_first_N, row_R_last_N.
    private static void Draws(JsonElement json, ulong seed, int items, Deviations deviations)
    {
        var draws = new BootstrapDraws(seed, items);
        foreach (JsonProperty stored in json.EnumerateObject().Where(p => p.Name.Contains("row", StringComparison.Ordinal)))
        {
            double[] want = Deviations.Numbers(stored.Value);
            bool last = stored.Name.Contains("last", StringComparison.Ordinal);
            int row = last ? (int)MetricsJson.NumbersIn(stored.Name)[0] : 0, start = last ? items - want.Length : 0;
            for (int k = 0; k < want.Length; k++) deviations.Equal($"{stored.Name}[{k}]", draws[row, start + k], (int)want[k]);
        }
    }

    private static WeightedFigure Area(double[] scores, float[] labels) => times =>
    {
        var weights = new double[times.Length];
        for (int k = 0; k < weights.Length; k++) weights[k] = times[k];
        return RankingCurve.Of(scores, labels, weights).Auroc;
    };

    private static double Mean(double[] values, ReadOnlySpan<int> times)
    {
        double sum = 0;
        long n = 0;
        for (int k = 0; k < values.Length; k++)
        {
            sum += times[k] * values[k];
            n += times[k];
        }

        return sum / n;
    }
}
