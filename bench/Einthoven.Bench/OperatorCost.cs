// What a call costs when the arithmetic costs nothing: adding two tensors of eight elements.
using System.Diagnostics;
using System.Globalization;
using Einthoven.Torch;

namespace Einthoven.Bench;

internal static class OperatorCost
{
    private const int Calls = 200_000;
    private const int Rounds = 7;

    // The same loop in Python, best of as many rounds; prints nanoseconds a call.
    private const string Python = """
        import sys, time
        try:
            import torch
        except ImportError:
            sys.exit(3)
        torch.set_num_threads(1)
        a, b, n, best = torch.ones(8), torch.ones(8), 200000, 1e9
        with torch.no_grad():
            for _ in range(7):
                start = time.perf_counter()
                for _ in range(n):
                    c = torch.add(a, b)
                best = min(best, time.perf_counter() - start)
        print(best / n * 1e9)
        """;

    internal static void Run()
    {
        using var scope = new Scope();
        using var noGrad = GradMode.Off();
        Tensor a = Tensor.Ones(8), b = Tensor.Ones(8);
        double best = double.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            for (int k = 0; k < Calls; k += 100)
            {
                using var inner = new Scope();
                for (int j = 0; j < 100; j++) _ = a + b;
            }
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalNanoseconds / Calls);
        }
        Console.WriteLine($"C#      {best:F0} ns a call (scoped, handles freed)");
        if (PythonNanoseconds() is { } python)
            Console.WriteLine($"Python  {python:F0} ns a call; C# / Python = {best / python:F2}");
        else
            Console.WriteLine("Python  no torch for /usr/bin/python3 (Debian: python3-torch): nothing to compare with");
    }

    private static double? PythonNanoseconds()
    {
        string interpreter = File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";
        using Process? process = Process.Start(new ProcessStartInfo(interpreter, ["-c", Python]) { RedirectStandardOutput = true, RedirectStandardError = true });
        if (process is null) return null;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? double.Parse(output, CultureInfo.InvariantCulture) : null;
    }
}
