// How fast the embedded model answers, recording by recording and in batches.
using System.Diagnostics;
using Einthoven.Models;
using Einthoven.Models.Contracts;
using Einthoven.Models.Packages;
using Einthoven.Torch;

namespace Einthoven.Bench;

internal static class PredictSpeed
{
    internal static void Run()
    {
        Kernels();
        using EcgModel model = EcgModel.Load(ModelCatalog.DefaultModel);
        PreparedRecord[] records = [.. Enumerable.Range(0, 64).Select(k => model.Prepare(BenchRecordings.Make(model, k)))];
        foreach (int threads in new[] { 1, Environment.ProcessorCount }.Distinct())
        {
            TorchRuntime.Threads = threads;
            // Two seconds, so that the code is compiled for good before anything is timed.
            for (int k = 0; k < 300; k++) model.Predict([records[k % 64]]);
            double[] milliseconds = [.. Enumerable.Range(0, 500).Select(k => Time(() => model.Predict([records[k % 64]])) * 1e3).Order()];
            Console.WriteLine($"{threads} thread(s): one ECG at a time, median {milliseconds[250]:F1} ms, 99th percentile {milliseconds[495]:F1} ms (network only)");
            foreach (int batch in new[] { 16, 64 })
                Console.WriteLine($"{threads} thread(s): batches of {batch}, {64 / Enumerable.Range(0, 10).Min(_ => Time(() => model.Predict(records, batch))):F0} windows/s");
        }
    }

    // The same weights as they were loaded and readied for inference, turn about.
    private static void Kernels()
    {
        using ModelPackage package = ModelCatalog.Open(ModelCatalog.DefaultModel);
        using EcgModel readied = EcgModel.Load(package);
        using EcgNetwork loaded = EcgModel.CreateNetwork(package.Description);
        using var scope = new Scope();
        using var noGrad = GradMode.Off();
        loaded.Load(readied.Network.State().ToDictionary(entry => entry.Name, entry => entry.Tensor));
        loaded.Eval();
        TorchRuntime.Threads = 1;
        InputContract input = package.Description.Input;
        Tensor window = Tensor.From(input.Apply(BenchRecordings.Make(readied, 0))[0].ToArray(), 1, input.Leads.Count, input.WindowSamples);
        double[][] milliseconds = [new double[300], new double[300]];
        for (int k = 0; k < 300; k++)
        {
            milliseconds[0][k] = Time(() => loaded.Forward(window).Dispose()) * 1e3;
            milliseconds[1][k] = Time(() => readied.Network.Forward(window).Dispose()) * 1e3;
        }

        foreach (double[] times in milliseconds) Array.Sort(times);
        Console.WriteLine($"1 thread(s): forward pass of one window, as loaded {milliseconds[0][150]:F1} ms, readied for inference {milliseconds[1][150]:F1} ms: {milliseconds[0][150] / milliseconds[1][150]:F2}x");
    }

    private static double Time(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
