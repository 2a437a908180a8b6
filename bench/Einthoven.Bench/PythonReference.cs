// The same arithmetic in Debian's PyTorch, in a process of its own that does a piece for every line it is sent and answers with seconds.
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Einthoven.Torch;

namespace Einthoven.Bench;

internal sealed class PythonReference : IDisposable
{
    private const string Interpreter = "/usr/bin/python3";
    private readonly Process _process;

    private PythonReference(Process process) => _process = process;

    /// <summary>What to say where there is nothing to compare with.</summary>
    internal static string Missing => $"no torch for {Interpreter} (Debian: python3-torch): nothing to compare with";

    /// <summary>Starts an embedded script with these arguments and this process's number of threads behind them; null where Python has no torch.</summary>
    internal static PythonReference? Start(string script, params string[] arguments)
    {
        if (!File.Exists(Interpreter)) return null;
        using (Process probe = Process.Start(new ProcessStartInfo(Interpreter, ["-c", "import torch"]) { RedirectStandardError = true })!)
        {
            probe.WaitForExit();
            if (probe.ExitCode != 0) return null;
        }

        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Einthoven.Bench.{script}")!;
        using StreamReader reader = new(stream);
        return new(Process.Start(new ProcessStartInfo(
            Interpreter, ["-c", reader.ReadToEnd(), .. arguments, TorchRuntime.Threads.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!);
    }

    /// <summary>Seconds that a piece took.</summary>
    internal double Run(string piece)
    {
        _process.StandardInput.WriteLine(piece);
        string line = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("the Python reference ended early");
        return double.Parse(line, CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.Dispose();
    }
}
