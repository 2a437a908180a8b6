// ECG-JEPA's preparation of recordings in half precision, and the table of its sources.
using System.Text.Json;
using Einthoven.Models.Jepa;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Golden.Kinds;

internal static class JepaDataKinds
{
    /// <summary>Missing samples filled, lead by lead.</summary>
    public static void Gaps(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        GoldenArray input = files.Input();
        float[] samples = input.Floats;
        JepaPreparation.FillGaps(samples, (int)input.Shape[^1]);
        Compare("output", "values", samples, golden, files, deviations);
    }

    /// <summary>Scaled by the statistics of a source, rounded, and put into the order of the leads.</summary>
    public static void Pretraining(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement c = golden.Config;
        bool half = c.GetProperty("half_precision").GetBoolean();
        JepaLeadStatistics given = new(Floats(c, "mean"), Floats(c, "std"));
        float[] samples = files.Input().Floats;
        (half ? given.Rounded() : given).Apply(samples, c.GetProperty("clip").GetSingle(), half);
        Compare("normalised", "values", samples, golden, files, deviations);
        Compare("output", "values", JepaPreparation.Reorder(samples, JepaPreparation.LeadOrder(Texts(c, "leads_in"), Texts(c, "leads_out"))), golden, files, deviations);
    }

    /// <summary>Statistics of training recordings; then scaled by those that are stored.</summary>
    public static void Finetuning(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement c = golden.Config;
        GoldenArray input = files.Input();
        float[] samples = input.Floats;
        JepaLeadStatistics measured = JepaLeadStatistics.Measure(samples, (int)input.Shape[^1]);
        Compare("mean", "statistics", [.. measured.Means], golden, files, deviations);
        Compare("std", "statistics", [.. measured.Deviations], golden, files, deviations);
        SafeTensorsFile expected = files.Tensors();
        JepaLeadStatistics stored = new(expected[golden.Array("mean")!].ToFloats(), expected[golden.Array("std")!].ToFloats());
        stored.Apply(samples, c.GetProperty("clip").GetSingle(), c.GetProperty("half_precision").GetBoolean());
        Compare("output", "values", samples, golden, files, deviations);
    }

    /// <summary>Ten sources whose weights add up to 1, and every number of the table.</summary>
    public static void Datasets(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement expected = files.Json();
        deviations.Equal("sources", JepaSource.All.Count, expected.EnumerateObject().Count());
        deviations.Within("sum of the weights", JepaSource.All.Sum(s => s.SamplingWeight), 1, 1e-12);
        foreach (JsonProperty source in expected.EnumerateObject())
        {
            if (JepaSource.All.SingleOrDefault(s => s.Name == source.Name) is not { } own)
            {
                deviations.Fail($"{source.Name} is missing");
                continue;
            }

            JsonElement table = source.Value;
            deviations.Compare($"{own.Name} rate", "values", own.SamplingRateHz, table.GetProperty("rate_hz").GetDouble());
            deviations.Compare($"{own.Name} weight", "values", own.SamplingWeight, table.GetProperty("sampling_weight_all").GetDouble());
            deviations.Compare($"{own.Name} records", "values", own.Records, table.GetProperty("records").GetDouble());
            deviations.Compare($"{own.Name} seconds", "values", own.Seconds, table.GetProperty("seconds").GetDouble());
            deviations.Equal($"{own.Name} leads", string.Join(' ', own.Leads).ToLowerInvariant(), string.Join(' ', Texts(table, "leads")).ToLowerInvariant());
            deviations.Equal($"{own.Name} means", string.Join(' ', own.Means), string.Join(' ', Floats(table, "mean")));
            deviations.Equal($"{own.Name} deviations", string.Join(' ', own.Deviations), string.Join(' ', Floats(table, "std")));
        }
    }

    private static void Compare(string role, string part, float[] values, GoldenCase golden, GoldenFiles files, Deviations deviations) =>
        deviations.Compare(role, part, [.. values.Select(v => (double)v)], files.Tensors()[golden.Array(role)!].ToDoubles());

    private static float[] Floats(JsonElement c, string name) => [.. c.GetProperty(name).EnumerateArray().Select(v => v.GetSingle())];

    private static string[] Texts(JsonElement c, string name) => [.. c.GetProperty(name).EnumerateArray().Select(v => v.GetString()!)];
}
