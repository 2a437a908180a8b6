// The published models that simulation builds on: the oscillator with its recorded phases, and the dipole of Gaussians.
using System.Text.Json;
using Einthoven.Signals.Simulation;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Golden.Kinds;

internal static class SimulationKinds
{
    public static void Oscillator(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        SafeTensorsFile tensors = files.Tensors();
        JsonElement config = golden.Config;
        double[] start = Deviations.Numbers(config.GetProperty("initial_state"));
        var options = new EcgsynOptions
        {
            SamplingRateHz = Number(config, "fs_hz"),
            HeartRateBpm = Number(config, "hr_bpm"),
            HeartRateStdBpm = Number(config, "hr_std_bpm"),
            LowToHighRatio = Number(config, "lf_hf"),
            Angles = Deviations.Numbers(config.GetProperty("theta_rad")),
            Strengths = Deviations.Numbers(config.GetProperty("a")),
            Widths = Deviations.Numbers(config.GetProperty("b")),
            Start = (start[0], start[1], start[2]),
        };
        EcgsynRun run = Ecgsyn.Run(options, tensors[golden.Array("phase")!].ToDoubles());
        Compare("rr", run.Rr);
        Compare("rr_samples", run.RrPerSample);
        Compare("state", [.. Enumerable.Range(0, run.Millivolts.Length).SelectMany(i => run.State.Select(part => part[i]))]);
        Compare("output", run.Millivolts);

        void Compare(string role, double[] actual) => deviations.Compare(role, "same_rk4", actual, tensors[golden.Array(role)!].ToDoubles());
    }

    public static void Dipole(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        SafeTensorsFile tensors = files.Tensors();
        JsonElement config = golden.Config;
        var dipole = new GaussianDipole(Bells(config.GetProperty("x")), Bells(config.GetProperty("y")), Bells(config.GetProperty("z")));
        double[] phases = GaussianDipole.Phases(config.GetProperty("n").GetInt32(), Number(config, "fs_hz"), Number(config, "heart_hz"), Number(config, "theta0_rad"));
        double[][] vector = dipole.At(phases);
        deviations.Compare("theta", "theta", phases, tensors[golden.Array("theta")!].ToDoubles());
        deviations.Compare("xyz", "xyz", [.. vector.SelectMany(axis => axis)], tensors[golden.Array("xyz")!].ToDoubles());
        deviations.Compare("leads", "leads", [.. GaussianDipole.Leads(vector).SelectMany(lead => lead)], tensors[golden.Array("leads")!].ToDoubles());
    }

    private static PhaseGaussian[] Bells(JsonElement axis)
    {
        double[] t = Deviations.Numbers(axis.GetProperty("t")), a = Deviations.Numbers(axis.GetProperty("a")), b = Deviations.Numbers(axis.GetProperty("b"));
        return [.. t.Select((angle, k) => new PhaseGaussian(angle, a[k], b[k]))];
    }

    private static double Number(JsonElement json, string name) => json.GetProperty(name).GetDouble();
}
