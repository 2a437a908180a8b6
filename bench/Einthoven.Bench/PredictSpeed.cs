// How fast the embedded model answers, recording by recording and in batches.
using System.Diagnostics;
using Einthoven.Models;
using Einthoven.Torch;

namespace Einthoven.Bench;

internal static class PredictSpeed
{
    internal static void Run()
    {
        using EcgModel model = EcgModel.Load("einthoven-mini");
        PreparedRecord[] records = [.. Enumerable.Range(0, 64).Select(k => model.Prepare(BenchRecordings.Make(model, k)))];
        foreach (int threads in new[] { 1, Environment.ProcessorCount }.Distinct())
        {
            TorchRuntime.Threads = threads;
            for (int k = 0; k < 20; k++) model.Predict([records[k]]);
            double[] milliseconds = [.. Enumerable.Range(0, 500).Select(k => Time(() => model.Predict([records[k % 64]])) * 1e3).Order()];
            Console.WriteLine($"{threads} thread(s): one ECG at a time, median {milliseconds[250]:F1} ms, 99th percentile {milliseconds[495]:F1} ms (network only)");
            foreach (int batch in new[] { 16, 64 })
                Console.WriteLine($"{threads} thread(s): batches of {batch}, {64 / Enumerable.Range(0, 10).Min(_ => Time(() => model.Predict(records, batch))):F0} windows/s");
        }
    }

    private static double Time(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
