// QT corrections, axes, voltage indices, variability, quality indices, and the matching of beats.
using System.Text.Json;
using Einthoven.Signals.Beats;
using Einthoven.Signals.Quality;

namespace Einthoven.Golden.Kinds;

internal static class SignalMeasureKinds
{
    public static void Qtc(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        Dictionary<string, Func<double, double, double>> formulas = new()
        {
            ["bazett"] = QtCorrection.Bazett,
            ["fridericia"] = QtCorrection.Fridericia,
            ["framingham"] = QtCorrection.Framingham,
            ["hodges"] = QtCorrection.Hodges,
            ["rautaharju"] = QtCorrection.Rautaharju,
            ["dmitrienko"] = QtCorrection.Dmitrienko,
        };
        foreach (JsonElement row in files.Json().EnumerateArray())
        {
            foreach ((string name, Func<double, double, double> formula) in formulas)
                deviations.Compare(name, "values", formula(Of(row, "qt_ms"), Of(row, "rr_s")), Of(row, name));
        }
    }

    public static void Axis(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        foreach (JsonElement row in files.Json().EnumerateArray())
        {
            double? axis = FrontalAxis.FromLeadsOneAndAvf(Of(row, "net_I"), Of(row, "net_aVF"));
            deviations.Compare("axis", "values", axis ?? double.NaN, Of(row, "axis_deg"));
            deviations.Equal("class", axis is { } a ? FrontalAxis.Classify(a).ToString().ToLowerInvariant() : null, row.GetProperty("adult_class").GetString());
        }
    }

    public static void AxisFromOneAndThree(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        foreach (JsonElement row in files.Json().EnumerateArray())
            deviations.Compare("axis", "values", FrontalAxis.FromLeadsOneAndThree(Of(row, "net_I"), Of(row, "net_III")) ?? double.NaN, Of(row, "axis_deg"));
    }

    public static void Voltage(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        foreach (JsonElement row in files.Json().EnumerateArray())
        {
            bool female = row.GetProperty("sex").GetString() == "F";
            double sokolow = VoltageIndices.SokolowLyon(Of(row, "SV1"), Of(row, "RV5"), Of(row, "RV6"));
            double cornell = VoltageIndices.Cornell(Of(row, "RaVL"), Of(row, "SV3"));
            double product = VoltageIndices.CornellProduct(Of(row, "RaVL"), Of(row, "SV3"), Of(row, "qrs_ms"), female);
            double gubner = VoltageIndices.Gubner(Of(row, "RI"), Of(row, "SIII"));
            deviations.Compare("indices", "values", [sokolow, cornell, product, gubner],
                [Of(row, "sokolow_lyon_mv"), Of(row, "cornell_mv"), Of(row, "cornell_product_mv_ms"), Of(row, "gubner_mv")]);
            bool[] positive =
            [
                VoltageIndices.IsSokolowLyonPositive(sokolow), VoltageIndices.IsCornellPositive(cornell, female), VoltageIndices.IsCornellProductPositive(product),
                VoltageIndices.IsGubnerPositive(gubner), VoltageIndices.IsRAvlPositive(Of(row, "RaVL")),
            ];
            string[] fields = ["sokolow_positive", "cornell_positive", "cornell_product_positive", "gubner_positive", "RaVL_positive"];
            for (int i = 0; i < fields.Length; i++) deviations.Equal(fields[i], positive[i], row.GetProperty(fields[i]).GetBoolean());
        }
    }

    public static void Variability(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        foreach (JsonElement row in files.Json().EnumerateArray())
        {
            double[] intervals = Deviations.Numbers(row.GetProperty("rr_ms"));
            HeartRateVariability hrv = HeartRateVariability.Of(intervals)!;
            JsonElement expected = row.GetProperty("result");
            Dictionary<string, double?> figures = new()
            {
                ["mean_nn_ms"] = hrv.MeanMs,
                ["hr_bpm_of_mean"] = 60000 / hrv.MeanMs,
                ["mean_hr_bpm"] = hrv.MeanRateBpm,
                ["sdnn_ms_ddof1"] = hrv.SdnnMs,
                ["sdnn_ms_ddof0"] = hrv.SdnnPopulationMs,
                ["rmssd_ms"] = hrv.RmssdMs,
                ["sdsd_ms_ddof1"] = hrv.SdsdMs,
                ["nn50"] = hrv.Nn50,
                ["nn20"] = hrv.Nn20,
                ["pnn50_percent_of_differences"] = hrv.Pnn50,
                ["pnn20_percent_of_differences"] = hrv.Pnn20,
                ["median_nn_ms"] = hrv.MedianMs,
                ["mad_nn_ms"] = hrv.MadMs,
                ["sd1_ms"] = hrv.Sd1Ms,
                ["sd2_ms"] = hrv.Sd2Ms,
            };
            foreach ((string name, double? value) in figures)
                if (expected.TryGetProperty(name, out JsonElement reference)) deviations.Compare(name, "values", value ?? double.NaN, Deviations.Number(reference));
            if (!expected.TryGetProperty("freq", out JsonElement bands)) continue;
            RateSpectrum spectrum = RateSpectrum.Of(intervals);
            deviations.Compare("bands", "values", [spectrum.VeryLow, spectrum.Low, spectrum.High, spectrum.Ratio, spectrum.LowNormalized],
                [Of(bands, "vlf_ms2"), Of(bands, "lf_ms2"), Of(bands, "hf_ms2"), Of(bands, "lf_hf"), Of(bands, "lf_nu")]);
        }
    }

    public static void Quality(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        SignalIndices indices = SignalIndices.Of(files.Input().Values, golden.Config.GetProperty("fs_hz").GetDouble(), golden.Config.GetProperty("nperseg").GetInt32());
        Dictionary<string, double?> figures = new()
        {
            ["kSQI_pearson"] = indices.Kurtosis,
            ["kSQI_fisher"] = indices.Kurtosis - 3,
            ["sSQI"] = indices.Skewness,
            ["pSQI"] = indices.QrsPowerShare,
            ["basSQI"] = indices.BaselinePowerIndex,
            ["fSQI_5_20"] = indices.BandShare,
            ["mains50_fraction"] = indices.Mains50Share,
            ["flat_fraction_lt_1uV"] = indices.FlatShare1uV,
            ["flat_fraction_lt_10uV"] = indices.FlatShare10uV,
            ["longest_flat_run_samples"] = indices.LongestFlatRun,
            ["peak_to_peak_mv"] = indices.PeakToPeak,
            ["max_abs_mv"] = indices.MaxAbs,
            ["clipped_fraction"] = indices.ClippedShare,
            ["max_abs_step_mv"] = indices.MaxStep,
        };
        foreach (JsonProperty figure in files.Json().GetProperty("index").EnumerateObject())
            if (figures.TryGetValue(figure.Name, out double? value)) deviations.Compare(figure.Name, "values", value ?? double.NaN, Deviations.Number(figure.Value));
    }

    public static void DetectorAgreement(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        foreach (JsonElement row in files.Json().EnumerateArray())
        {
            int[] first = Integers(row, "detector1"), second = Integers(row, "detector2");
            // A rate of 1000 makes milliseconds of samples.
            int matched = BeatMatching.Of(first, second, 1000, Of(row, "window_samples")).TruePositives;
            deviations.Compare("matched", "values", matched, Of(row, "matched"));
            deviations.Compare("bSQI", "values", SignalIndices.DetectorAgreement(matched, first.Length, second.Length), Of(row, "bSQI"));
        }
    }

    public static void Matching(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        foreach (JsonElement row in files.Json().EnumerateArray())
        {
            string name = row.GetProperty("name").GetString()!;
            BeatMatching matching = BeatMatching.Of(Integers(row, "ref"), Integers(row, "test"), Of(row, "fs_hz"), Of(row, "window_ms"));
            string pairs = string.Join(' ', matching.Pairs.Select(p => $"{p.Reference}:{p.Test}"));
            deviations.Equal($"{name}: pairs", pairs, string.Join(' ', row.GetProperty("pairs_ref_test").EnumerateArray().Select(p => $"{p[0]}:{p[1]}")));
            JsonElement bxb = row.GetProperty("bxb");
            deviations.Compare($"{name}: counts", "integers", [matching.TruePositives, matching.FalseNegatives, matching.FalsePositives], [Of(bxb, "tp"), Of(bxb, "fn"), Of(bxb, "fp")]);
            deviations.Compare($"{name}: errors", "ratios", [matching.MeanErrorMs, matching.ErrorSdMs], [Of(bxb, "mean_ms"), Of(bxb, "sd_ms_ddof1")]);
        }
    }

    public static void Classes(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        foreach (JsonElement row in files.Json().EnumerateArray())
        {
            var table = new BeatClassTable();
            foreach (JsonElement pair in row.GetProperty("pairs").EnumerateArray()) table.Add(pair[0].GetString()![0], pair[1].GetString()![0]);
            foreach (JsonProperty count in row.GetProperty("counts").EnumerateObject())
                deviations.Compare(count.Name, "integers", table[count.Name[0], count.Name[1]], count.Value.GetInt32());
            (int tp, int fn, int fp) = table.Ventricular;
            deviations.Compare("VEB", "integers", [tp, fn, fp], [Of(row, "veb_tp"), Of(row, "veb_fn"), Of(row, "veb_fp")]);
            deviations.Compare("VEB scores", "ratios", [Share(tp, fn), Share(tp, fp)], [Of(row, "veb_se"), Of(row, "veb_ppv")]);
            (tp, fn, fp) = table.Supraventricular;
            deviations.Compare("SVEB", "integers", [tp, fn, fp], [Of(row, "sveb_tp"), Of(row, "sveb_fn"), Of(row, "sveb_fp")]);
            deviations.Compare("SVEB scores", "ratios", [Share(tp, fn), Share(tp, fp)], [Of(row, "sveb_se"), Of(row, "sveb_ppv")]);
            deviations.Compare("QRS scores", "ratios", [Share(table.Found, table.Missed), Share(table.Found, table.Extra)], [Of(row, "qrs_se"), Of(row, "qrs_ppv")]);
        }
    }

    private static double Share(int tp, int other) => tp + other == 0 ? double.NaN : (double)tp / (tp + other);

    private static int[] Integers(JsonElement row, string name) => [.. row.GetProperty(name).EnumerateArray().Select(v => v.GetInt32())];

    private static double Of(JsonElement row, string name) => Deviations.Number(row.GetProperty(name));
}
