// Net1D at its published size, predicting and training, beside the same arithmetic in PyTorch: same batch, same run, taking turns.
using System.Globalization;
using Einthoven.Models.EcgFounder;
using Einthoven.Torch;
using Einthoven.Training.Objectives;

namespace Einthoven.Bench;

internal static class Net1DSpeed
{
    private const int Rows = 8;
    private const int Samples = 5000;
    private const int Rounds = 7;

    internal static void Run()
    {
        // Processor time on one thread: it stays comparable where other work shares the cores.
        TorchRuntime.Threads = 1;
        using Net1D network = new(new Net1DConfig());
        network.Initialize(new PhiloxRandom(1));
        var objective = new MultiLabelObjective(network);
        using Adam adam = new([.. network.NamedParameters().Select(p => new OptimizedParameter(p.Name, p.Tensor, Decay: true))], weightDecay: 1e-5);
        using Scope scope = new();
        Tensor windows = new PhiloxRandom(2).NormalTensor([Rows, 12, Samples]);
        TrainingBatch batch = new(windows, new PhiloxRandom(3).UniformTensor([Rows, 150]).Lt(0.1).To(ScalarType.Float32));
        using PythonReference? python = PythonReference.Start("net1d_reference.py", $"{Rows}");
        Console.WriteLine($"{Rows} windows of 12 × {Samples}, one thread, {Rounds} rounds; windows a second of processor time, fastest round (median)");
        foreach (bool training in (bool[])[false, true])
        {
            List<double> single = [], half = [], reference = [];
            for (int round = -1; round < Rounds; round++)
            {
                double[] seconds = [Time(ScalarType.Float32, training), Time(ScalarType.BFloat16, training), python is null ? double.NaN : python.Run(training ? "train" : "infer")];
                if (round < 0) continue; // the first pass is for caches and code generation
                foreach ((List<double> list, double value) in new[] { single, half, reference }.Zip(seconds)) list.Add(value);
            }

            Print(training, "C# float32 ", single, reference);
            Print(training, "C# bfloat16", half, reference);
            if (python is not null) Print(training, "Python fp32", reference, reference);
        }

        if (python is null) Console.WriteLine($"Python      {PythonReference.Missing}");

        double Time(ScalarType type, bool training)
        {
            network.ComputeType = type;
            TimeSpan before = Environment.CpuUsage.TotalTime;
            using Scope inner = new();
            if (training)
            {
                network.ClearGradients();
                ObjectiveResult result = objective.Compute(batch, new(new PhiloxRandom(4), adam.Steps, true));
                (result.Total() / result.SampleSize).Backward();
                adam.Step(1e-4);
            }
            else
            {
                network.Eval();
                using GradModeGuard noGrad = GradMode.Off();
                network.Forward(windows);
            }

            return (Environment.CpuUsage.TotalTime - before).TotalSeconds;
        }
    }

    private static void Print(bool training, string who, List<double> seconds, List<double> reference)
    {
        double best = seconds.Min(), middle = seconds.Order().ElementAt(seconds.Count / 2);
        string beside = who[0] == 'P' || double.IsNaN(reference[0]) ? "" : string.Create(CultureInfo.InvariantCulture, $"; {reference.Min() / best:F2} × Python");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(training ? "training " : "inference")} {who} {Rows / best:F1} ({Rows / middle:F1}){beside}"));
    }
}
