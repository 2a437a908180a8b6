// Learning rates of ECG-FM's framework.
using System.Text.Json;
using Einthoven.Training.Trainer;

namespace Einthoven.Golden.Kinds;

internal static class EcgFmScheduleKinds
{
    /// <summary>The rate at each stored number of updates, and before the first.</summary>
    public static void LearningRate(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        ILearningRateSchedule schedule = Build(golden.Config);
        JsonElement expected = files.Json();
        foreach (JsonElement row in expected.GetProperty(golden.Array("rows") ?? "rows").EnumerateArray())
            deviations.Compare($"rate after {row[0]} updates", "lr", schedule.Rate(row[0].GetInt64()), row[1].GetDouble());
        if (golden.Array("after_construction") is string name && expected.GetProperty(name) is { ValueKind: JsonValueKind.Number } first)
            deviations.Compare("first rate", "lr", schedule.Rate(0), first.GetDouble());
    }

    private static ILearningRateSchedule Build(JsonElement c)
    {
        double[] rates = Deviations.Numbers(c.GetProperty("lr"));
        string schedule = c.GetProperty("schedule").GetString()!;
        return schedule switch
        {
            "fixed" => new FixedSchedule(rates, Whole("warmup_updates") ?? 0, Whole("updates_per_epoch"), Whole("force_anneal"), Number("lr_shrink") ?? 0.1),
            "step" => new StepSchedule(rates[0], Whole("warmup_updates") ?? 0, Number("min_lr") ?? 0, Whole("lr_decay_period") ?? 25_000, Number("lr_decay") ?? 0.5),
            "tri_stage" => TriStage(rates[0]),
            _ => throw new InvalidDataException($"the schedule '{schedule}' is none of cases.schema.md"),
        };

        TriStageSchedule TriStage(double peak)
        {
            double initial = Number("init_lr_scale") ?? 0.01, final = Number("final_lr_scale") ?? 0.01;
            if (c.GetProperty("phase_ratio") is { ValueKind: JsonValueKind.Array } ratio)
                return TriStageSchedule.ByShares(peak, ratio[0].GetDouble(), ratio[1].GetDouble(), ratio[2].GetDouble(), Whole("max_update")!.Value, initial, final);
            JsonElement updates = c.GetProperty("stage_updates");
            return new(peak, updates[0].GetInt64(), updates[1].GetInt64(), updates[2].GetInt64(), initial, final);
        }

        double? Number(string name) => c.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

        long? Whole(string name) => Number(name) is { } value ? (long)value : null;
    }
}
