// The PTB-XL benchmark's one-cycle schedule, and its optimiser under it.
using System.Globalization;
using System.Text.Json;
using Einthoven.Torch;
using Einthoven.Training.Trainer;

namespace Einthoven.Golden.Kinds;

internal static class BaselineScheduleKinds
{
    /// <summary>Rates and first decays of every stored step: lists over all steps, or objects of single ones.</summary>
    public static void OneCycle(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        OneCycleSchedule schedule = Build(golden.Config);
        foreach (JsonProperty series in files.Json().EnumerateObject())
        {
            if (series.Name.StartsWith("lr_", StringComparison.Ordinal) && series.Name != "lr_max") Compare(series, schedule.Rate);
            else if (series.Name.StartsWith("mom_", StringComparison.Ordinal)) Compare(series, update => schedule.Beta1(update)!.Value);
        }

        void Compare(JsonProperty series, Func<long, double> at)
        {
            if (series.Value.ValueKind == JsonValueKind.Array)
            {
                double[] expected = Deviations.Numbers(series.Value);
                deviations.Compare(series.Name, series.Name, [.. expected.Select((_, k) => at(k))], expected);
                return;
            }
            foreach (JsonProperty step in series.Value.EnumerateObject())
                deviations.Compare($"{series.Name} {step.Name}", series.Name, at(long.Parse(step.Name, CultureInfo.InvariantCulture)), step.Value.GetDouble());
        }
    }

    /// <summary>Weights after each step on the sum of (w − g)² and a share of w⁴.</summary>
    public static void AdamSteps(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement config = golden.Config, expected = files.Json();
        OneCycleSchedule schedule = Build(config);
        double quartic = config.GetProperty("quartic_weight").GetDouble();
        double[] start = Deviations.Numbers(expected.GetProperty("w0")), goal = Deviations.Numbers(expected.GetProperty("g"));
        using Scope scope = new();
        Tensor w = Tensor.From(start, start.Length);
        w.RequiresGrad = true;
        using AdamW adam = new(
            [new("w", w, Decay: true)], 0, config.GetProperty("beta2").GetDouble(), config.GetProperty("eps").GetDouble(), config.GetProperty("weight_decay").GetDouble());
        int step = 0;
        foreach (JsonElement after in expected.GetProperty("w_after_each_step").EnumerateArray())
        {
            double[] now = w.ToArray<double>();
            w.Grad = Tensor.From([.. now.Select((v, k) => (2 * (v - goal[k])) + (4 * quartic * v * v * v))], now.Length);
            adam.Step(schedule.Rate(step), schedule.Beta1(step));
            deviations.Compare($"weights after step {step}", "weights", w.ToArray<double>(), Deviations.Numbers(after));
            step++;
        }
        deviations.Equal("steps", step, config.GetProperty("steps").GetInt32());
    }

    private static OneCycleSchedule Build(JsonElement c) => new(
        c.GetProperty("lr_max").GetDouble(), c.GetProperty("steps").GetInt64(), c.GetProperty("warm_fraction").GetDouble(),
        c.GetProperty("div").GetDouble(), c.GetProperty("final_div").GetDouble(),
        c.GetProperty("momentum")[0].GetDouble(), c.GetProperty("momentum")[1].GetDouble());
}
