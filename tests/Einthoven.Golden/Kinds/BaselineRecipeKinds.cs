// How the PTB-XL benchmark cuts recordings into windows and scales them.
using System.Text.Json;
using Einthoven.Models.Contracts;

namespace Einthoven.Golden.Kinds;

internal static class BaselineRecipeKinds
{
    /// <summary>Starts and ends of the windows of each recording.</summary>
    public static void Windows(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        foreach (JsonElement cut in files.Json().EnumerateArray())
        {
            int samples = cut.GetProperty("length").GetInt32(), window = cut.GetProperty("chunk").GetInt32(), stride = cut.GetProperty("stride").GetInt32();
            double[] actual = [.. WindowCuts.Of(samples, window, stride, cut.GetProperty("min_chunk").GetInt32()).SelectMany(w => new double[] { w.Start, w.End })];
            deviations.Compare($"windows of {window} in {samples}", "values", actual, Deviations.Numbers(cut.GetProperty("start_end")));
        }
    }

    /// <summary>One mean and deviation for everything, and the recordings scaled by them.</summary>
    public static void StandardScaler(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement expected = files.Json();
        double[][] records = [.. expected.GetProperty("records").EnumerateArray().Select(r => Deviations.Numbers(r))];
        FixedScale scale = FixedScale.OverAll(records.Select(r => new ReadOnlyMemory<double>(r)), 1);
        deviations.Compare("mean", "values", scale.OffsetMillivolts, expected.GetProperty("mean").GetDouble());
        deviations.Compare("deviation", "values", scale.Millivolts[0], expected.GetProperty("std_population").GetDouble());
        double[] scaled = [.. records.SelectMany(r => r).Select(v => (v - scale.OffsetMillivolts) / scale.Millivolts[0])];
        deviations.Compare("scaled", "values", scaled, Deviations.Numbers(expected.GetProperty("out")));
    }
}
