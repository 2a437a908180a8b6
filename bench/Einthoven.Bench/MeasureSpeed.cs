// What it costs to find, delineate and measure the beats of a ten-second twelve-lead recording on one core.
using System.Diagnostics;
using Einthoven.Signals;
using Einthoven.Signals.Beats;

namespace Einthoven.Bench;

internal static class MeasureSpeed
{
    /// <summary>Times the sample recordings of the repository, or those of a folder.</summary>
    public static void Run(string folder)
    {
        EcgRecord[] records = [.. EcgInputs.Expand([folder]).Inputs.Where(i => i.Error is null).Select(i => EcgRecord.Read(i.Path)).Where(r => r.SamplingRateHz > 0)];
        foreach (EcgRecord record in records) _ = BeatSeries.Of(record);
        double[] milliseconds = [.. Enumerable.Range(0, 20).SelectMany(round => records.Select(r =>
        {
            long start = Stopwatch.GetTimestamp();
            _ = BeatSeries.Of(r);
            return Stopwatch.GetElapsedTime(start).TotalMilliseconds * 10 / r.Duration.TotalSeconds;
        })).Order()];
        Console.WriteLine($"{records.Length} recordings, per 10 s: median {milliseconds[milliseconds.Length / 2]:F1} ms, 90th percentile {milliseconds[milliseconds.Length * 9 / 10]:F1} ms, one thread");
    }
}
