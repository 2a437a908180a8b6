// A full-size WCR step beside the same arithmetic in PyTorch: same batch, same run, taking turns.
using System.Diagnostics;
using System.Globalization;
using Einthoven.Models.EcgFm;
using Einthoven.Torch;
using Einthoven.Training.Objectives;

namespace Einthoven.Bench;

internal static class WcrStep
{
    private const int Rows = 8;
    private const int Samples = 2500;
    private const int Rounds = 5;

    internal static void Run()
    {
        EcgFmPreset preset = EcgFmPreset.Get("base");
        using EcgFmPretraining network = new(preset.Network with { InputDropout = 0.1, FeatureGradientFactor = 0.1 }, preset.Heads);
        network.Initialize(new PhiloxRandom(1));
        WcrObjective objective = new(network, new(), new());
        using FairseqAdam adam = new([.. network.NamedParameters().Select(p => new OptimizedParameter(p.Name, p.Tensor, Decay: true))], 0.9, 0.98, 1e-6, 0.01);
        using Scope scope = new();
        TrainingBatch batch = new(
            new PhiloxRandom(2).NormalTensor([Rows, 12, Samples]),
            RecordIds: [.. Enumerable.Range(0, Rows).Select(r => (long)(r / 2))],
            Segments: [.. Enumerable.Range(0, Rows).Select(r => r % 2)]);
        using PythonReference? python = PythonReference.Start("wcr_reference.py", Rows.ToString(CultureInfo.InvariantCulture));

        List<double> single = [], half = [], reference = [], gemm = [], halfGemm = [];
        for (int round = -1; round < Rounds; round++)
        {
            double[] seconds =
            [
                Step(ScalarType.Float32), Step(ScalarType.BFloat16), python?.Run("step") ?? double.NaN,
                Product(ScalarType.Float32), Product(ScalarType.BFloat16),
            ];
            if (round < 0) continue; // the first pass is for caches and code generation
            foreach ((List<double> list, double value) in new[] { single, half, reference, gemm, halfGemm }.Zip(seconds)) list.Add(value);
        }

        double work = 3 * Rows * ForwardFlops(preset.Network);
        Console.WriteLine($"{Rows} windows, {TorchRuntime.Threads} thread(s), {Rounds} rounds, medians; {work / Rows / 1e9:F1} GFLOP a window and step, positional convolution counted directly");
        Print("C# float32 ", single, gemm);
        Print("C# bfloat16", half, halfGemm);
        if (python == null)
        {
            Console.WriteLine($"Python      {PythonReference.Missing}");
            return;
        }

        Print("Python fp32", reference, gemm);
        Console.WriteLine($"C# float32 / Python float32 = {Median(reference) / Median(single):F2}; C# bfloat16 / Python float32 = {Median(reference) / Median(half):F2}");

        void Print(string who, List<double> seconds, List<double> product) => Console.WriteLine(
            $"{who} {Rows / Median(seconds):F2} windows/s ({seconds.Min():F2} to {seconds.Max():F2} s), {work / Median(seconds) / 1e9:F0} GFLOP/s = "
            + $"{work / Median(seconds) * Median(product):P0} of the matrix product's {1 / Median(product) / 1e9:F0}");

        double Step(ScalarType type)
        {
            network.Encoder.ComputeType = type;
            long start = Stopwatch.GetTimestamp();
            using Scope inner = new();
            network.ClearGradients();
            ObjectiveResult result = objective.Compute(batch, new(new PhiloxRandom(3, (ulong)adam.Steps), adam.Steps, true));
            (result.Total() / result.SampleSize).Backward();
            adam.Step(5e-5);
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
    }

    /// <summary>Seconds a floating-point operation in the feed-forward part's product.</summary>
    private static double Product(ScalarType type)
    {
        const long A = Rows * 156, B = 768, C = 3072;
        using Scope scope = new();
        using GradModeGuard noGrad = GradMode.Off();
        PhiloxRandom random = new(4);
        Tensor a = random.NormalTensor([A, B]).To(type), b = random.NormalTensor([B, C]).To(type);
        double best = double.MaxValue;
        for (int k = 0; k < 12; k++)
        {
            long start = Stopwatch.GetTimestamp();
            a.Matmul(b).Dispose();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return best / (2.0 * A * B * C);
    }

    private static double ForwardFlops(EcgFmConfig c)
    {
        double flops = 0;
        long samples = Samples;
        int width = c.Leads;
        foreach (ConvLayer layer in c.ConvLayers)
        {
            samples = ((samples - layer.Kernel) / layer.Stride) + 1;
            flops += 2.0 * samples * layer.Width * layer.Kernel * width;
            width = layer.Width;
        }

        double position = (double)c.Width * c.Width / c.ConvPosGroups * c.ConvPos;
        double layers = c.Layers * ((4.0 * c.Width * c.Width) + (2.0 * c.Width * c.FeedForward) + (2.0 * samples * c.Width));
        return flops + (2 * samples * ((width * (double)c.Width) + position + layers));
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
