// One denoising step of full-size SSSD-ECG beside the same arithmetic in PyTorch, with kernels made at every step and made once.
using System.Diagnostics;
using System.Globalization;
using Einthoven.Models.Generating;
using Einthoven.Models.SssdEcg;
using Einthoven.Torch;

namespace Einthoven.Bench;

internal static class SssdSpeed
{
    private const int Rows = 8;
    private const int Rounds = 2;
    private const int SampleSteps = 200;

    // All blocks are alike: where time is short, a few of them tell the ratios.
    private const string BlocksVariable = "SSSD_BLOCKS";

    /// <summary>Processor time on one thread: neighbours on the machine hardly change it.</summary>
    internal static void Run()
    {
        TorchRuntime.Threads = 1;
        var config = new SssdEcgConfig();
        if (int.TryParse(Environment.GetEnvironmentVariable(BlocksVariable), CultureInfo.InvariantCulture, out int blocks)) config = config with { Blocks = blocks };
        using var network = new SssdEcgNetwork(config);
        network.Initialize(new PhiloxRandom(1));
        network.Eval();
        using var scope = new Scope();
        using GradModeGuard noGrad = GradMode.Off();
        Tensor noisy = new PhiloxRandom(2).NormalTensor([Rows, config.Leads, config.InternalLength]);
        var told = new DiffusionConditions(new PhiloxRandom(3).UniformTensor([Rows, config.Labels]).Gt(0.9).To(ScalarType.Float32));
        long[] steps = [.. Enumerable.Range(0, Rows).Select(k => (long)k * 20)];
        Console.WriteLine($"SSSD-ECG: {config.Blocks} blocks, {network.ParameterCount:N0} parameters, {Rows} recordings of {config.Leads} × {config.InternalLength}, one thread, processor seconds, fastest of {Rounds}");
        double first = Once(ScalarType.Float32), single = Fastest(() => Once(ScalarType.Float32)), half = Fastest(() => Once(ScalarType.BFloat16));
        Tell("first step, kernels included", first);
        Tell("a step: float32", single);
        Tell("a step: bfloat16", half);
        Tell($"{SampleSteps} steps: float32", first + ((SampleSteps - 1) * single));
        Tell($"{SampleSteps} steps: bfloat16", first + ((SampleSteps - 1) * half));
        using PythonReference? python = PythonReference.Start("sssd_reference.py", Number(Rows), Number(config.Blocks));
        if (python is null)
        {
            Console.WriteLine(PythonReference.Missing);
            return;
        }

        double begin = python.Run("kept"), kept = Fastest(() => python.Run("kept")), rebuilt = python.Run("rebuild");
        Tell("PyTorch, a step, kernels kept", kept);
        Tell("PyTorch, a step, kernels made again", rebuilt);
        Compare("a step", kept / single, kept / half, rebuilt / single, rebuilt / half);
        double whole = begin + ((SampleSteps - 1) * kept), again = SampleSteps * rebuilt;
        (double ours, double oursHalf) = (first + ((SampleSteps - 1) * single), first + ((SampleSteps - 1) * half));
        Compare($"{SampleSteps} steps", whole / ours, whole / oursHalf, again / ours, again / oursHalf);

        double Once(ScalarType type)
        {
            network.ComputeType = type;
            using var inner = new Scope();
            TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
            network.Forward(noisy, steps, told);
            return (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds;
        }
    }

    private static double Fastest(Func<double> run) => Enumerable.Range(0, Rounds).Min(_ => run());

    private static void Tell(string what, double seconds) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {what,-40} {seconds,9:F2} s"));

    private static void Compare(string what, double kept, double keptHalf, double again, double againHalf) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{what}: PyTorch takes {kept:F2} times as long with kept kernels (bfloat16 {keptHalf:F2}), {again:F1} times with kernels made again (bfloat16 {againHalf:F1})"));

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
