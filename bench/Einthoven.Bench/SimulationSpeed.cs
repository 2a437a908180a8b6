// How fast recordings are simulated: ten seconds, twelve leads, 500 Hz, light noise, one core.
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
            long start = Stopwatch.GetTimestamp();
            for (int k = 0; k < count; k++) EcgSimulator.Run(new SimulationOptions { Rhythm = rhythm, Seed = (ulong)k });
            best = Math.Max(best, count / Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        return best;
    }
}
