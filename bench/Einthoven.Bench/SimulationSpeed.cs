// How fast recordings are simulated: ten seconds, twelve leads, 500 Hz, light noise; by processor time, so that other work on the machine does not count.
using System.Diagnostics;
using Einthoven.Signals.Simulation;

namespace Einthoven.Bench;

internal static class SimulationSpeed
{
    internal static void Run()
    {
        foreach (string rhythm in new[] { "sinus", "pvc", "af", "flutter", "vt" })
        {
            Best(rhythm, 100);
            Console.WriteLine($"{rhythm}: {Best(rhythm, 500):F0} recordings/s");
        }
    }

    private static double Best(string rhythm, int count)
    {
        double best = 0;
        for (int round = 0; round < 3; round++)
        {
            using var self = Process.GetCurrentProcess();
            TimeSpan start = self.TotalProcessorTime;
            for (int k = 0; k < count; k++) EcgSimulator.Run(new SimulationOptions { Rhythm = rhythm, Seed = (ulong)k });
            self.Refresh();
            best = Math.Max(best, count / (self.TotalProcessorTime - start).TotalSeconds);
        }
        return best;
    }
}
