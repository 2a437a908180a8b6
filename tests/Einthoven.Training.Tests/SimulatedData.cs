// A made-up data set with heartbeats to measure.
using Einthoven.Models.Contracts;
using Einthoven.Signals;
using Einthoven.Signals.Simulation;
using Einthoven.Training.Data;

namespace Einthoven.Training.Tests;

internal static class SimulatedData
{
    public const int Samples = 600;

    public static readonly string[] Leads = ["I", "II"];

    public static InputContract Contract { get; } = SineData.Contract with { WindowSamples = Samples, StrideSamples = Samples };

    /// <summary>Sinus rhythm or atrial fibrillation: the label says which.</summary>
    public static Manifest Make(string folder)
    {
        var rows = new List<ManifestRow>();
        for (int k = 0; k < 48; k++)
        {
            bool fibrillates = k % 2 == 1;
            EcgRecord record = EcgSimulator.Run(new SimulationOptions { Rhythm = fibrillates ? "af" : "sinus", Seed = (ulong)k + 1, Seconds = Samples / 100.0, SamplingRateHz = 100 }).Record;
            string path = Path.Combine(folder, $"{k}.csv");
            double[][] leads = [.. Leads.Select(name => record.Lead(name).Samples.ToArray())];
            File.WriteAllLines(path, Enumerable.Range(0, Samples).Select(t => $"{t / 100.0},{leads[0][t]:F4},{leads[1][t]:F4}").Prepend("time,I,II"));
            rows.Add(new ManifestRow($"{k}", path, $"p{k}", k < 32 ? "1" : "2", fibrillates ? [1, 0] : [0, 1]));
        }
        return new Manifest("simulated", ["fibrillation", "sinus"], rows);
    }
}
