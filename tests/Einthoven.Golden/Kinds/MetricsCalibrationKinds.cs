// Calibration figures and fits, and split conformal prediction.
using System.Text.Json;
using Einthoven.Evaluation.Calibration;
using Einthoven.Evaluation.Conformal;

namespace Einthoven.Golden.Kinds;

internal static class MetricsCalibrationKinds
{
    public static void Calibration(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        var inputs = new MetricsInputs(golden, files);
        double[] logit = inputs.Doubles("logit"), p = inputs.Doubles("p");
        float[] y = inputs.Floats("y");
        JsonElement expected = files.Json();
        Closed("n", y.Length);
        Closed("positives", y.Count(v => v > 0.5f));
        Closed("brier", Probabilities.Brier(p, y));
        Closed("brier_scaled", Probabilities.ScaledBrier(p, y));
        Closed("mean_p_minus_prevalence", Probabilities.Mean(p, y) - Probabilities.Prevalence(y));
        Closed("expected_over_observed", Probabilities.Mean(p, y) / Probabilities.Prevalence(y));
        (double z, double twoSided) = Probabilities.Spiegelhalter(p, y);
        Closed("spiegelhalter_z", z);
        Closed("spiegelhalter_p_two_sided", twoSided);
        foreach (int bins in golden.Config.GetProperty("bins").EnumerateArray().Select(b => b.GetInt32()))
        {
            (Reliability width, Reliability mass) = (Reliability.EqualWidth(p, y, bins), Reliability.EqualMass(p, y, bins));
            Closed($"ece_equal_width_{bins}", width.ExpectedError);
            Closed($"mce_equal_width_{bins}", width.MaximumError);
            Closed($"ece_equal_mass_{bins}", mass.ExpectedError);
            Closed($"mce_equal_mass_{bins}", mass.MaximumError);
            if (!expected.TryGetProperty($"reliability_equal_width_{bins}_bin_count_meanp_freq", out JsonElement table)) continue;
            foreach (JsonElement row in table.EnumerateArray())
            {
                double[] want = Deviations.Numbers(row);
                ReliabilityBin bin = width.Bins[(int)want[0]];
                deviations.Compare($"bin {want[0]} of {bins}", "closed_form", [want[0], bin.Count, bin.MeanProbability, bin.Frequency], want);
            }
        }

        LogisticCalibration plain = LogisticCalibration.Fit(logit, y), smoothed = LogisticCalibration.FitSmoothed(logit, y);
        Fitted("calibration_slope", plain.Slope);
        Fitted("calibration_intercept_with_slope", plain.Intercept);
        Fitted("slope_se", plain.SlopeError);
        Fitted("intercept_se", plain.InterceptError);
        Fitted("calibration_in_the_large_offset", LogisticCalibration.InTheLarge(logit, y));
        Map("platt_plain_a_b", plain);
        Map("platt_smoothed_a_b", smoothed);
        TemperatureScaling binary = TemperatureScaling.Fit(logit, y);
        Fitted("temperature", binary.Temperature);
        Fitted("nll_before", binary.LossBefore);
        Fitted("nll_after_temperature", binary.LossAfter);
        TemperatureScaling classes = TemperatureScaling.Fit(
            inputs.Doubles("multiclass_logits"), inputs.Integers("multiclass_y"), inputs.Width("multiclass_logits"));
        Fitted("multiclass_temperature", classes.Temperature);
        Fitted("multiclass_nll_before", classes.LossBefore);
        Fitted("multiclass_nll_after", classes.LossAfter);
        BetaCalibration beta = BetaCalibration.Fit(p, y);
        Fitted("beta_calibration_a_b_c_unconstrained", beta.A, beta.B, beta.C);

        IsotonicCalibration isotonic = IsotonicCalibration.Fit(logit, y);
        deviations.Compare("isotonic x", "isotonic", [.. isotonic.X], expected.Numbers("isotonic_x_thresholds"));
        deviations.Compare("isotonic y", "isotonic", [.. isotonic.Y], expected.Numbers("isotonic_y_thresholds"));
        deviations.Compare(
            "isotonic map", "isotonic", [.. expected.Numbers("isotonic_query_x").Select(isotonic.Apply)], expected.Numbers("isotonic_query_y"));

        void Closed(string name, double actual) => deviations.Compare(name, "closed_form", actual, expected.Number(name));
        void Fitted(string name, params double[] actual) => deviations.Compare(name, "fitted", actual, expected.Numbers(name));
        void Map(string name, LogisticCalibration map)
        {
            deviations.Compare($"a of {name}", "fitted", map.Slope, expected.GetProperty(name).Number("a"));
            deviations.Compare($"b of {name}", "fitted", map.Intercept, expected.GetProperty(name).Number("b"));
        }
    }

    public static void Conformal(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        var inputs = new MetricsInputs(golden, files);
        foreach (JsonProperty entry in files.Json().EnumerateObject())
        {
            double[] parameters = MetricsJson.NumbersIn(entry.Name);
            if (entry.Name == "qhat_rule") Quantiles(entry.Value, deviations);
            else if (entry.Name.StartsWith("risk_control_", StringComparison.Ordinal)) Risk(inputs, entry, parameters[^1], deviations);
            else if (entry.Name.StartsWith("regression_", StringComparison.Ordinal) || entry.Name.StartsWith("cqr_", StringComparison.Ordinal))
                Numbers(golden, inputs, entry, parameters[^1], deviations);
            else Classes(golden, inputs, entry, parameters[^1], deviations);
        }
    }

    private static void Classes(GoldenCase golden, MetricsInputs inputs, JsonProperty entry, double alpha, Deviations deviations)
    {
        string name = entry.Name;
        bool byClass = name.StartsWith("class_conditional_", StringComparison.Ordinal);
        ConformalRule rule =
            name.Contains("raps", StringComparison.Ordinal)
                ? new ConformalRule.Raps(golden.Config.GetProperty("raps_lambda").GetDouble(), golden.Config.GetProperty("raps_k").GetInt32())
            : name.Contains("aps", StringComparison.Ordinal) ? new ConformalRule.Aps(name.Contains("randomised", StringComparison.Ordinal))
            : name.Contains("lac", StringComparison.Ordinal) ? new ConformalRule.Lac()
            : throw new InvalidDataException($"{golden.Path} has the unknown rule '{name}'.");
        double[] testP = inputs.Doubles("test_p"), testU = inputs.Doubles("test_u");
        int classes = inputs.Width("test_p");
        ConformalClasses predictor = ConformalClasses.Calibrate(
            rule, inputs.Doubles("cal_p"), inputs.Integers("cal_y"), inputs.Doubles("cal_u"), alpha, byClass);
        bool[][] sets = [.. Enumerable.Range(0, testU.Length).Select(row => predictor.Set(testP.AsSpan(row * classes, classes), testU[row]))];
        SetFigures figures = SetFigures.Of(sets, inputs.Integers("test_y"));
        deviations.Compare(
            $"threshold of {name}", "qhat", byClass ? [.. predictor.Quantiles] : [predictor.Quantiles[0]],
            entry.Value.Numbers(byClass ? "qhat_per_class" : "qhat"));
        double[] masks = [.. sets.Select(s => (double)s.Select((held, c) => held ? 1L << c : 0).Sum())];
        deviations.Compare($"sets of {name}", "sets", masks, entry.Value.Numbers("sets_as_bitmask"));
        deviations.Compare(
            $"figures of {name}", "values", [figures.Coverage, figures.MeanSize, figures.Empty],
            [entry.Value.Number("coverage"), entry.Value.Number("mean_size"), entry.Value.Number("empty")]);
    }

    private static void Numbers(GoldenCase golden, MetricsInputs inputs, JsonProperty entry, double alpha, Deviations deviations)
    {
        double[] y = inputs.Doubles("reg_y"), prediction = inputs.Doubles("reg_pred"), sigma = inputs.Doubles("reg_sigma");
        int rows = golden.Config.GetProperty("regression_calibration_rows").GetInt32();
        bool quantiles = entry.Name.StartsWith("cqr_", StringComparison.Ordinal),
            scaled = entry.Name.Contains("normalised", StringComparison.Ordinal);
        double[] lower = quantiles ? [.. prediction.Zip(sigma, (m, s) => m - s)] : prediction;
        double[] upper = quantiles ? [.. prediction.Zip(sigma, (m, s) => m + s)] : prediction;
        double[] scale = [.. sigma.Select(s => scaled ? s : 1)];
        ConformalNumbers predictor = ConformalNumbers.Calibrate(y.AsSpan(0, rows), lower.AsSpan(0, rows), upper.AsSpan(0, rows),
            scale.AsSpan(0, rows), alpha);
        int[] test = [.. Enumerable.Range(rows, y.Length - rows)];
        deviations.Compare($"threshold of {entry.Name}", "qhat", predictor.Quantile, entry.Value.Number("qhat"));
        deviations.Compare(
            $"coverage of {entry.Name}", "values",
                test.Average(k => predictor.Covers(y[k], lower[k], upper[k], scale[k]) ? 1.0 : 0), entry.Value.Number("coverage"));
        if (!entry.Value.TryGetProperty("mean_width", out JsonElement width)) return;
        double mean = test.Average(k => predictor.Interval(lower[k], upper[k], scale[k]) is (double low, double high) ? high - low : 0);
        deviations.Compare($"width of {entry.Name}", "values", mean, Deviations.Number(width));
    }

    private static void Risk(MetricsInputs inputs, JsonProperty entry, double alpha, Deviations deviations)
    {
        RiskControl control = RiskControl.Calibrate(inputs.Doubles("ml_p"), inputs.Flags("ml_y"), inputs.Width("ml_p"), alpha);
        deviations.Compare("lambda", "lambda_hat", control.Threshold, entry.Value.Number("lambda_hat"));
        deviations.Compare("false negative rate", "values", control.FalseNegativeRate, entry.Value.Number("fnr_at_lambda"));
    }

    // As in n19_alpha0.05: of the scores 0 … n − 1.
    private static void Quantiles(JsonElement rules, Deviations deviations)
    {
        foreach (JsonProperty rule in rules.EnumerateObject())
        {
            if (rule.Name == "k") continue;
            double[] parameters = MetricsJson.NumbersIn(rule.Name);
            double actual = ConformalQuantile.Of(Enumerable.Range(0, (int)parameters[0]).Select(k => (double)k), parameters[1]);
            deviations.Compare(rule.Name, "qhat", actual, Deviations.Number(rule.Value));
        }
    }
}
