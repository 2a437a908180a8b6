// einthoven simulate: recordings whose every beat and label is known.

using System.CommandLine;
using Einthoven.Cli.Output;
using Einthoven.Signals.Formats.Wfdb;
using Einthoven.Signals.Simulation;

namespace Einthoven.Cli.Verbs;

internal static class SimulateVerb
{
    private const string All = "all";

    public static Command Create()
    {
        string rhythms = string.Join(", ", SimulationLabels.All.Where(label => label.IsRhythm).Select(label => label.Key));
        string morphologies = string.Join(", ", SimulationLabels.All.Where(label => !label.IsRhythm).Select(label => label.Key));
        var verb = new Verb("simulate", "Makes 12-lead ECGs whose every beat, boundary and label is known.",
            "einthoven simulate --out simulated",
            "einthoven simulate --out simulated --rhythm af,flutter --count 20 --seed 7",
            "einthoven simulate --out simulated --rhythm sinus --with rbbb,lafb --heart-rate 70",
            "einthoven simulate --out simulated --rhythm all --noise heavy --rate 250 --seconds 60",
            "einthoven simulate --out simulated --swap RA/LA --noise none");
        Option<string> folder = new("--out") { Description = "Folder for the recordings (WFDB) and their truth (JSON, CSV), made where missing", HelpName = "DIR", Required = true };
        Option<string> rhythm = new("--rhythm") { Description = $"One or more, separated by commas, or all: {rhythms}", HelpName = "NAMES", DefaultValueFactory = _ => "sinus" };
        Option<string?> with = new("--with") { Description = $"Morphologies that every recording has, separated by commas: {morphologies}", HelpName = "NAMES" };
        Option<int?> count = SharedOptions.Count("--count", "Recordings of each rhythm (1)");
        Option<long> seed = new("--seed") { Description = "Seed of the first recording; the next ones count on", HelpName = "N", DefaultValueFactory = _ => 1 };
        Option<double> rate = new("--rate") { Description = "Samples a second", HelpName = "HZ", DefaultValueFactory = _ => 500 };
        Option<double> seconds = new("--seconds") { Description = "Length", HelpName = "S", DefaultValueFactory = _ => 10 };
        Option<double?> heartRate = new("--heart-rate") { Description = "Ventricular rate a minute (usual for the rhythm)", HelpName = "BPM" };
        Option<string> noise = new("--noise") { Description = "none, light, heavy", HelpName = "none|light|heavy", DefaultValueFactory = _ => "light" };
        noise.AcceptOnlyFromAmong("none", "light", "heavy");
        Option<double?> mains = new("--mains") { Description = "Frequency of the mains (50)", HelpName = "HZ" };
        Option<string?> swap = new("--swap") { Description = "Two cables that are swapped, such as RA/LA or V1/V2", HelpName = "A/B" };
        Option<string?> lost = new("--lost") { Description = "An electrode that loses contact for a while", HelpName = "NAME" };
        Option<double?> clip = new("--clip") { Description = "Limit of the amplifier in mV (none)", HelpName = "MV" };
        foreach (Option option in new Option[] { folder, rhythm, with, count, seed, rate, seconds, heartRate, noise, mains, swap, lost, clip })
            verb.Add(option);

        verb.SetAction(call =>
        {
            if (call.GetValue(seed) < 0) throw new UsageException("--seed must be 0 or more.");
            if (call.GetValue(clip) is <= 0) throw new UsageException("--clip must be a positive voltage in mV.");
            SimulatedNoise level = call.GetRequiredValue(noise) switch { "none" => SimulatedNoise.None, "heavy" => SimulatedNoise.Heavy, _ => SimulatedNoise.Light };
            var options = new SimulationOptions
            {
                Morphologies = Names(call.GetValue(with)),
                SamplingRateHz = call.GetValue(rate),
                Seconds = call.GetValue(seconds),
                HeartRateBpm = call.GetValue(heartRate),
                Noise = level with
                {
                    MainsHz = call.GetValue(mains) ?? level.MainsHz,
                    Reversal = call.GetValue(swap),
                    ContactLoss = call.GetValue(lost),
                    SaturationMillivolts = call.GetValue(clip) ?? level.SaturationMillivolts,
                },
            };
            string[] chosen = call.GetRequiredValue(rhythm) == All
                ? [.. SimulationLabels.All.Where(label => label.IsRhythm).Select(label => label.Key)]
                : Names(call.GetRequiredValue(rhythm));
            try
            {
                return Run(call.GetRequiredValue(folder), chosen, options, (ulong)call.GetValue(seed), call.GetValue(count) ?? 1);
            }
            catch (ArgumentException wrong)
            {
                throw new UsageException(wrong.Message);
            }
        });
        return verb;
    }

    private static int Run(string folder, string[] rhythms, SimulationOptions options, ulong seed, int count)
    {
        Directory.CreateDirectory(folder);
        using var beats = new OutputTarget(Path.Combine(folder, "beats.csv"));
        beats.Text.WriteLine(TruthWriter.BeatHeading);
        using var progress = new ProgressLine(rhythms.Length * count);
        foreach (string rhythm in rhythms)
        {
            for (int k = 0; k < count; k++)
            {
                EcgSimulation made = EcgSimulator.Run(options with { Rhythm = rhythm, Seed = seed + (ulong)k });
                string stem = Path.Combine(folder, made.Record.Id);
                WfdbWriter.Write(made.Record, stem + ".hea");
                using (FileStream truth = File.Create(stem + ".truth.json")) TruthWriter.WriteJson(made.Truth, truth);
                for (int beat = 0; beat < made.Truth.Beats.Count; beat++) beats.Text.WriteLine(TruthWriter.BeatRow(made.Record.Id, beat, made.Truth.Beats[beat]));
                progress.Clear();
                Console.WriteLine($"{stem}.hea");
                progress.Advance();
            }
        }
        beats.Complete();
        return ExitStatus.Done;
    }

    private static string[] Names(string? list) => (list ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
