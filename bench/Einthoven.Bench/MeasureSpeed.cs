// What it costs to find, delineate and measure the beats of a ten-second twelve-lead recording on one core.
using Einthoven.Signals;
using Einthoven.Signals.Beats;

namespace Einthoven.Bench;

internal static class MeasureSpeed
{
    private const int Repeats = 5;

    /// <summary>Times the sample recordings of the repository, or those of a folder.</summary>
    public static void Run(string folder)
    {
        EcgRecord[] records = [.. EcgInputs.Expand([folder]).Inputs.Where(i => i.Error is null).Select(i => EcgRecord.Read(i.Path)).Where(r => r.SamplingRateHz > 0)];
        foreach (EcgRecord record in records) _ = BeatSeries.Of(record);
        double[] milliseconds = [.. Enumerable.Range(0, 2).SelectMany(round => records.Select(r =>
        {
            // Processor time, so that what else the machine does is not counted; its clock is coarse, hence a few at once.
            TimeSpan start = Environment.CpuUsage.TotalTime;
            for (int i = 0; i < Repeats; i++) _ = BeatSeries.Of(r);
            return (Environment.CpuUsage.TotalTime - start).TotalMilliseconds / Repeats * 10 / r.Duration.TotalSeconds;
        })).Order()];
        Console.WriteLine($"{records.Length} recordings, per 10 s: median {milliseconds[milliseconds.Length / 2]:F1} ms, 90th percentile {milliseconds[milliseconds.Length * 9 / 10]:F1} ms of processor time, one thread");
    }
}
