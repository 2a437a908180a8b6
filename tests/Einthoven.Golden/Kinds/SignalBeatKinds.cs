// Detection, delineation and averaging of beats, and the normal limits.
using System.Text.Json;
using Einthoven.Signals;
using Einthoven.Signals.Beats;

namespace Einthoven.Golden.Kinds;

internal static class SignalBeatKinds
{
    public static void Detection(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement config = golden.Config;
        double rate = config.GetProperty("fs_hz").GetDouble();
        double[] millivolts = Millivolts(config, files);
        var record = new EcgRecord("golden", "made", rate, millivolts.Length, [new EcgLead(config.GetProperty("channel").GetString()!, "mV", rate, millivolts)]);
        int[] found = [.. BeatSeries.Of(record).Beats.Select(b => (int)Math.Round(b.Marks.RPeak!.Value * rate))];
        int[] reference = [.. files.Json().GetProperty("reference_beats").EnumerateArray().Select(b => b.GetInt32())];
        BeatMatching matching = BeatMatching.Of(reference, found, rate, config.GetProperty("match_window_samples").GetInt32() * 1000 / rate);
        double sensitivity = (double)matching.TruePositives / reference.Length, ppv = (double)matching.TruePositives / Math.Max(1, found.Length);
        AtLeast(deviations, "sensitivity", sensitivity, config.GetProperty("minimum_sensitivity").GetDouble());
        AtLeast(deviations, "positive predictivity", ppv, config.GetProperty("minimum_ppv").GetDouble());
        AtLeast(deviations, "minus the spread in ms", -matching.ErrorSdMs, -config.GetProperty("maximum_sd_ms").GetDouble());
    }

    public static void Template(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement config = golden.Config, expected = files.Json();
        double[] millivolts = Millivolts(config, files);
        string symbol = config.GetProperty("symbol").GetString()!;
        JsonElement symbols = expected.GetProperty("reference_symbols");
        int[] beats = [.. expected.GetProperty("reference_beats").EnumerateArray().Select(b => b.GetInt32()).Where((_, i) => symbols[i].GetString() == symbol)];
        int[] window = [.. config.GetProperty("window_samples").EnumerateArray().Select(w => w.GetInt32())];
        int level = (int)Math.Round(config.GetProperty("offset_seconds").GetDouble() * config.GetProperty("fs_hz").GetDouble());
        TemplateBeat template = TemplateBeat.Of(millivolts, beats, window[0], window[1], level)!;
        deviations.Equal("beats", template.Correlations.Length, config.GetProperty("beats").GetInt32());
        foreach ((string role, double[] values) in new[] { ("median", template.Median), ("mean", template.Mean), ("correlation", template.Correlations) })
            deviations.Compare(role, "values", values, files.Tensors()[golden.Array(role)!].ToDoubles());
    }

    public static void Delineation(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement config = golden.Config, expected = files.Json();
        double rate = config.GetProperty("fs_hz").GetDouble(), unit = config.GetProperty("microvolts_per_unit").GetDouble() / 1000;
        GoldenArray input = files.Input();
        int n = (int)input.Shape[1];
        EcgLead[] leads = [.. config.GetProperty("leads").EnumerateArray().Select((name, c) =>
            new EcgLead(name.GetString()!, "mV", rate, input.Values[(c * n)..((c + 1) * n)].Select(v => v * unit).ToArray()))];
        EcgMeasurements measured = EcgMeasurements.Of(new EcgRecord("golden", "made", rate, n, leads));
        JsonElement[] beats = [.. expected.GetProperty("beats").EnumerateArray()];
        deviations.Equal("beats", measured.Series.Beats.Count, beats.Length);
        (string Part, string Reference, Func<WaveMarks, double?> Mark)[] marks =
        [
            ("qrs_on_ms", "qrs_on", m => m.QrsOn), ("qrs_off_ms", "qrs_off", m => m.QrsOff), ("p_on_ms", "p_on_5_percent", m => m.POn),
            ("p_off_ms", "p_off_5_percent", m => m.POff), ("t_end_ms", "t_off_tangent", m => m.TOff),
        ];
        foreach ((JsonElement beat, Beat found) in beats.Zip(measured.Series.Beats))
        {
            foreach ((string part, string reference, Func<WaveMarks, double?> mark) in marks)
            {
                // Present where the reference has it, absent where it has none.
                double actual = mark(found.Marks) * 1000 ?? double.NaN;
                double wanted = beat.TryGetProperty(reference, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() * 1000 / rate : double.NaN;
                if (golden.HasTolerance(part)) deviations.Compare(part, part, actual, wanted);
                else deviations.Equal($"presence of {reference}", double.IsNaN(actual), double.IsNaN(wanted));
            }
        }
        Figures(golden, deviations, measured, expected.GetProperty("global_of_beat_1"));
        Levels(golden, deviations, measured, leads, beats);
    }

    public static void Limits(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        using FileStream stream = File.OpenRead(golden.File("resource"));
        NormalLimits limits = NormalLimits.Parse(stream);
        foreach (NormalRange range in limits.Ranges)
        {
            double[] given = [.. new[] { range.Low, range.Middle, range.High }.OfType<double>()];
            deviations.Equal($"order of {range.Parameter} ({range.Source}, {range.FromAge} years)", given.SequenceEqual(given.Order()), true);
            deviations.Equal($"source of {range.Parameter}", limits.Sources.ContainsKey(range.Source), true);
        }
    }

    private static void Figures(GoldenCase golden, Deviations deviations, EcgMeasurements measured, JsonElement figures)
    {
        foreach ((string name, double? axis) in new[]
        {
            ("qrs_axis_from_net_area_deg", measured.AxisQrsDeg), ("p_axis_from_net_area_deg", measured.AxisPDeg), ("t_axis_from_net_area_deg", measured.AxisTDeg),
        })
        {
            if (!figures.TryGetProperty(name, out JsonElement value)) continue;
            double wanted = Deviations.Number(value);
            // 179 and -179 degrees are neighbours.
            deviations.Compare(name, "axis_deg", axis is { } a ? wanted + Math.IEEERemainder(a - wanted, 360) : double.NaN, wanted);
        }
        foreach ((string name, Func<LeadAmplitudes, double?> amplitude) in new (string, Func<LeadAmplitudes, double?>)[]
        {
            ("r_amplitude_mv", a => Math.Max(a.R ?? 0, a.RPrime ?? 0)),
            ("s_or_q_amplitude_mv", a => new[] { a.Q, a.S, a.SPrime, a.QS }.OfType<double>().Append(0).Min()),
        })
        {
            if (figures.TryGetProperty(name, out JsonElement value))
                deviations.Compare(name, "amplitude_uv", [.. measured.Leads.Select(l => amplitude(l) * 1000 ?? double.NaN)], [.. Deviations.Numbers(value).Select(v => v * 1000)]);
        }
    }

    // ST levels are read where QRS ends, which has a tolerance of its own: a level is right that the lead has within it. The beats are
    // alike but for noise, which in two single samples is more than the tolerance: the reference is the median over its beats.
    private static void Levels(GoldenCase golden, Deviations deviations, EcgMeasurements measured, EcgLead[] leads, JsonElement[] beats)
    {
        double rate = leads[0].SamplingRateHz;
        int reach = (int)Math.Round(golden.Tolerance("qrs_off_ms").Bound(0, 0) * rate / 1000), before = (int)(0.016 * rate);
        for (int l = 0; l < leads.Length; l++)
        {
            double[] x = leads[l].Samples.ToArray();
            double Level(int afterEnd) => Middle(beats.Where(b => b.GetProperty("qrs_off").GetInt32() + afterEnd < x.Length).Select(b =>
                x[b.GetProperty("qrs_off").GetInt32() + afterEnd] - x[(b.GetProperty("qrs_on").GetInt32() - before)..b.GetProperty("qrs_on").GetInt32()].Average()));
            foreach ((int afterMs, double? level) in new[] { (0, measured.Leads[l].J), (60, measured.Leads[l].J60), (80, measured.Leads[l].J80) })
            {
                int at = (int)(afterMs * rate / 1000);
                double[] near = [.. Enumerable.Range(at - reach, 2 * reach + 1).Select(Level)];
                double actual = level ?? double.NaN;
                deviations.Compare($"level {afterMs} ms after J in {leads[l].Name}", "amplitude_uv", actual * 1000, Math.Clamp(actual, near.Min(), near.Max()) * 1000);
            }
        }
    }

    private static double Middle(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static void AtLeast(Deviations deviations, string what, double value, double least)
    {
        deviations.Equal($"{what} of {value:F4} reaches {least:F4}", value >= least, true);
    }

    private static double[] Millivolts(JsonElement config, GoldenFiles files)
    {
        double gain = config.GetProperty("gain_per_mv").GetDouble(), baseline = config.GetProperty("baseline").GetDouble();
        return [.. files.Input().Values.Select(v => (v - baseline) / gain)];
    }
}
