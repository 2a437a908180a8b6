// A pretraining step of ST-MEM's base network beside the same arithmetic in PyTorch: same batch, same run, taking turns.
using System.Globalization;
using Einthoven.Models.MaskedAutoencoders;
using Einthoven.Torch;
using Einthoven.Training.Objectives;

namespace Einthoven.Bench;

internal static class StMemStep
{
    private const int Rows = 8;
    private const int Rounds = 7;

    internal static void Run()
    {
        // Processor time on one thread: it stays comparable where other work shares the cores.
        TorchRuntime.Threads = 1;
        MaskedAutoencoderConfig config = new();
        ReconstructionOptions options = new();
        using MaskedAutoencoder network = new(config, options.Decoder, PatchScheme.LeadPatches);
        network.Initialize(new PhiloxRandom(1));
        MaskedAutoencoderObjective objective = new(network, options);
        using AdamW adam = new([.. network.NamedParameters().Select(p => new OptimizedParameter(p.Name, p.Tensor, Decay: true))], 0.9, 0.95, 1e-8, 0.01);
        using Scope scope = new();
        TrainingBatch batch = new(new PhiloxRandom(2).NormalTensor([Rows, config.Leads, config.Samples]));
        using PythonReference? python = PythonReference.Start("stmem_reference.py", Rows.ToString(CultureInfo.InvariantCulture));
        Console.WriteLine($"{Rows} windows of {config.Leads} × {config.Samples}, {network.ParameterCount:N0} parameters, one thread, {Rounds} rounds; windows a second of processor time, fastest round (median)");
        List<double> single = [], half = [], reference = [];
        for (int round = -1; round < Rounds; round++)
        {
            double[] seconds = [Step(ScalarType.Float32), Step(ScalarType.BFloat16), python?.Run("step") ?? double.NaN];
            if (round < 0) continue; // the first pass is for caches and code generation
            foreach ((List<double> list, double value) in new[] { single, half, reference }.Zip(seconds)) list.Add(value);
        }

        Print("C# float32 ", single);
        Print("C# bfloat16", half);
        if (python is null) Console.WriteLine($"Python      {PythonReference.Missing}");
        else Print("Python fp32", reference);

        void Print(string who, List<double> seconds)
        {
            string beside = ReferenceEquals(seconds, reference) || python is null ? ""
                : string.Create(CultureInfo.InvariantCulture, $"; {reference.Min() / seconds.Min():F2} × Python (medians {Median(reference) / Median(seconds):F2})");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{who} {Rows / seconds.Min():F2} ({Rows / Median(seconds):F2}){beside}"));
        }

        double Step(ScalarType type)
        {
            network.Encoder.ComputeType = type;
            TimeSpan before = Environment.CpuUsage.TotalTime;
            using Scope inner = new();
            network.ClearGradients();
            ObjectiveResult result = objective.Compute(batch, new(new PhiloxRandom(3, (ulong)adam.Steps), adam.Steps, true));
            (result.Total() / result.SampleSize).Backward();
            adam.Step(1e-3);
            return (Environment.CpuUsage.TotalTime - before).TotalSeconds;
        }
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
