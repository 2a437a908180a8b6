// Inference and training of a network beside the same arithmetic in PyTorch: same windows, same run, taking turns.
using System.Diagnostics;
using System.Globalization;
using Einthoven.Models;
using Einthoven.Torch;

namespace Einthoven.Bench;

internal static class NetworkSpeed
{
    private const int Batch = 64;
    private const int Samples = 250;
    private const int Labels = 71;
    private const int Rounds = 5;

    /// <summary>The S4 classifier. The reference makes its kernels by Cauchy sums at every call, as published, and once more with kept ones.</summary>
    internal static void S4() => Run("s4", "s4_reference.py", [("inference, PyTorch's kernels kept", false, "infer-kept"), ("inference", false, "infer"), ("training", true, "train")]);

    /// <summary>xresnet1d101.</summary>
    internal static void XResNet() => Run("xresnet1d", "xresnet_reference.py", [("inference", false, "infer"), ("training", true, "train")]);

    private static void Run(string family, string script, (string Name, bool Training, string Piece)[] pieces)
    {
        using EcgNetwork network = ModelFamilies.Get(family).Create(System.Text.Json.JsonDocument.Parse("{}").RootElement, Labels);
        network.Initialize(new PhiloxRandom(1));
        using AdamW adam = new([.. network.NamedParameters().Select(p => new OptimizedParameter(p.Name, p.Tensor, Decay: true))], weightDecay: 0.001);
        using Scope scope = new();
        Tensor windows = new PhiloxRandom(2).NormalTensor([Batch, 12, Samples]), labels = new PhiloxRandom(3).UniformTensor([Batch, Labels]).Gt(0.9).To(ScalarType.Float32);
        using PythonReference? python = PythonReference.Start(script, Batch.ToString(CultureInfo.InvariantCulture));
        Console.WriteLine($"{family}: {network.ParameterCount:N0} parameters, {Batch} windows of 12 × {Samples}, {TorchRuntime.Threads} thread(s), {Rounds} rounds by turns: median (fastest), windows/s");
        foreach ((string name, bool training, string piece) in pieces)
        {
            List<double> single = [], half = [], reference = [];
            for (int round = -1; round < Rounds; round++)
            {
                double[] seconds = [Once(training, ScalarType.Float32), Once(training, ScalarType.BFloat16), python?.Run(piece) ?? double.NaN];
                if (round < 0) continue; // the first pass is for caches and code generation
                single.Add(seconds[0]);
                half.Add(seconds[1]);
                reference.Add(seconds[2]);
            }

            string compared = python is null
                ? PythonReference.Missing
                : $"PyTorch float32 {Rate(reference)}; ratio float32 {Median(reference) / Median(single):F2} (fastest {reference.Min() / single.Min():F2}), bfloat16 {Median(reference) / Median(half):F2}";
            Console.WriteLine($"{name}: float32 {Rate(single)}, bfloat16 {Rate(half)}; {compared}");
        }

        double Once(bool training, ScalarType type)
        {
            network.ComputeType = type;
            if (training) network.Train(new PhiloxRandom(4, (ulong)adam.Steps));
            else network.Eval();
            long start = Stopwatch.GetTimestamp();
            using Scope inner = new();
            if (training)
            {
                network.ClearGradients();
                Losses.BinaryCrossEntropyMean(network.Forward(windows), labels).Backward();
                adam.Step(1e-3);
            }
            else
            {
                using GradModeGuard noGrad = GradMode.Off();
                network.Forward(windows);
            }

            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
    }

    private static string Rate(List<double> seconds) => $"{Batch / Median(seconds):F0} ({Batch / seconds.Min():F0})";

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
