// Starts the processes of a run on this machine and ends them together.

using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Einthoven.Cli.Verbs;

internal static class ProcessLauncher
{
    /// <summary>Runs this very command in several processes, each with its rank in the environment, as any launcher does.</summary>
    /// <returns>The first exit status that is not 0; the other processes are ended as soon as one fails.</returns>
    public static int Run(int processes, int? threads)
    {
        int perProcess = threads ?? Math.Max(1, Environment.ProcessorCount / processes);
        string port = FreePort().ToString(CultureInfo.InvariantCulture);
        Process[] started = [.. Enumerable.Range(0, processes).Select(rank => Start(rank, processes, port, perProcess))];
        Console.CancelKeyPress += (_, pressed) => pressed.Cancel = true; // the processes get the signal too, save and end
        int status = ExitStatus.Done;
        var running = started.ToList();
        while (running.Count > 0)
        {
            Task.WhenAny(running.Select(process => process.WaitForExitAsync())).GetAwaiter().GetResult();
            foreach (Process ended in running.Where(process => process.HasExited).ToList())
            {
                running.Remove(ended);
                if (ended.ExitCode == 0 || status != ExitStatus.Done)
                    continue;
                status = ended.ExitCode is ExitStatus.SomeFailed or ExitStatus.WrongCall or ExitStatus.Interrupted ? ended.ExitCode : ExitStatus.SomeFailed;
                int rank = Array.IndexOf(started, ended);
                if (status != ExitStatus.Interrupted)
                    Console.Error.WriteLine($"einthoven: process {rank} of {processes} ended with status {ended.ExitCode}; the others are stopped. The same call with --resume goes on.");
                // The others cannot go on alone; those that notice by themselves are given a moment to say so.
                foreach (Process other in running.Where(process => !process.WaitForExit(TimeSpan.FromSeconds(status == ExitStatus.Interrupted ? 60 : 10))))
                    other.Kill(entireProcessTree: true);
            }
        }

        foreach (Process process in started)
            process.Dispose();
        return status;
    }

    private static Process Start(int rank, int size, string port, int threads)
    {
        string program = Environment.ProcessPath!;
        string[] arguments = Environment.GetCommandLineArgs();
        // Started as "dotnet einthoven.dll …" the first argument is the assembly, which dotnet needs again.
        bool hosted = Path.GetFileNameWithoutExtension(program) == "dotnet";
        var start = new ProcessStartInfo(program, hosted ? arguments : arguments.Skip(1)) { UseShellExecute = false };
        start.Environment["RANK"] = rank.ToString(CultureInfo.InvariantCulture);
        start.Environment["WORLD_SIZE"] = size.ToString(CultureInfo.InvariantCulture);
        start.Environment["MASTER_ADDR"] = "127.0.0.1";
        start.Environment["MASTER_PORT"] = port;
        start.Environment["OMP_NUM_THREADS"] = threads.ToString(CultureInfo.InvariantCulture);
        return Process.Start(start)!;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
