// Recordings for the benchmarks: simulated, so that no data are needed.
using Einthoven.Models;
using Einthoven.Signals;
using Einthoven.Signals.Simulation;

namespace Einthoven.Bench;

internal static class BenchRecordings
{
    // Half of them sinus, as among real ones: what is measured takes longer where beats differ.
    private static readonly string[] s_rhythms = ["sinus", "af", "sinus", "pvc", "sinus", "tachycardia", "sinus", "pac", "sinus", "flutter", "sinus", "bigeminy", "sinus", "svt"];

    /// <summary>Ten seconds of the leads that a model wants, at 500 Hz, lightly disturbed: a new recording for every index.</summary>
    internal static EcgRecord Make(EcgModel model, int index) =>
        EcgSimulator.Run(new SimulationOptions { Rhythm = s_rhythms[index % s_rhythms.Length], Seed = (ulong)index + 1, Noise = SimulatedNoise.Light }).Record
            .Only([.. model.Description.Input.Leads]);
}
