// ECG-FM's augmentations from their recorded draws, and its pairing of segments.
using System.Text.Json;
using Einthoven.Training.Augmentation;
using Einthoven.Training.Data;

namespace Einthoven.Golden.Kinds;

internal static class DataKinds
{
    private static readonly string[] s_leads = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"];

    /// <summary>Every augmentation on the same window.</summary>
    public static void Augment(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        GoldenArray input = files.Input();
        var format = new WindowFormat(s_leads, golden.Config.GetProperty("fs_hz").GetDouble());
        foreach (JsonElement entry in files.Json("cases").GetProperty("cases").EnumerateArray())
        {
            string key = entry.GetProperty("key").GetString()!;
            float[] window = [.. input.Floats];
            Draw[] draws = [.. entry.GetProperty("draws").EnumerateArray().Select(d => new Draw(d, files))];
            WindowAugmentation augmentation = Build(entry.GetProperty("class").GetString()!, entry.GetProperty("parameters"));
            bool applied = augmentation.Applies(draws[0].Values[0]);
            deviations.Equal($"{key} is applied", applied, entry.GetProperty("applied").GetBoolean());
            if (applied) Apply(augmentation, window, format, draws.AsSpan(1));
            deviations.Compare(key, "values", [.. window.Select(v => (double)v)], input.Shape, files.Tensors()[$"{key}.output"]);
        }
    }

    /// <summary>The published manifest of pairs from the published list of segments.</summary>
    public static void CmscManifest(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement example = files.Json();
        string[] input = Lines(example, "input_lines"), expected = Lines(example, "output_lines");
        string[] actual = [input[0], Path.GetExtension(input[1].Split('\t')[0])[1..], .. input.Skip(1).Select(Segment.Parse).GroupBy(s => s.Record).SelectMany(Pairs)];
        deviations.Equal("number of lines", actual.Length, expected.Length);
        for (int k = 0; k < Math.Min(actual.Length, expected.Length); k++) deviations.Equal($"line {k + 1}", actual[k], expected[k]);
    }

    private static IEnumerable<string> Pairs(IEnumerable<Segment> record) =>
        SegmentPairs.Of(record.Select(s => s.Number), SegmentPairing.Published)
            .Select(pair => $"{record.First().Record}\t{record.First().Samples}\t0\t{pair.First},{pair.Second}");

    private static string[] Lines(JsonElement json, string name) => [.. json.GetProperty(name).EnumerateArray().Select(l => l.GetString()!)];

    private static WindowAugmentation Build(string name, JsonElement p)
    {
        LimbLeads limbs = p.TryGetProperty("dependency", out JsonElement dependency) && dependency.GetBoolean() ? LimbLeads.Recomputed : LimbLeads.Independent;
        double probability = p.GetProperty("p").GetDouble();
        return name switch
        {
            "PowerlineNoise" => new PowerlineNoise { Probability = probability, LimbLeads = limbs },
            "EMGNoise" => new EmgNoise { Probability = probability, LimbLeads = limbs },
            "BaselineShift" => new BaselineShift { Probability = probability, LimbLeads = limbs, PublishedAmplitude = true },
            "BaselineWander" => new BaselineWander { Probability = probability, LimbLeads = limbs },
            "RandomLeadsMask" => new RandomLeadMasking { Probability = probability, LeadProbability = p.GetProperty("mask_leads_prob").GetDouble() },
            _ => throw new InvalidDataException($"the augmentation '{name}' is none of the published ones"),
        };
    }

    // The draws in the published order, after the first that decides.
    private static void Apply(WindowAugmentation augmentation, float[] window, WindowFormat format, ReadOnlySpan<Draw> draws)
    {
        switch (augmentation)
        {
            case PowerlineNoise powerline:
                double frequency = draws[1].Values[0] > 0.5 ? 50 : 60;
                powerline.Apply(window, format, new PowerlineDraw(draws[0].Values[0], frequency, draws[2].Values[0]));
                break;
            case EmgNoise emg:
                emg.Apply(window, format, draws[0].Values, [.. draws[1].Values.Select(v => (float)v)]);
                break;
            case BaselineShift shift:
                var stretches = new ShiftedStretch[(draws.Length - 2) / 2];
                for (int k = 0; k < stretches.Length; k++) stretches[k] = new ShiftedStretch(draws[3 + (2 * k)].Values[0], draws[2 + (2 * k)].Values[0]);
                shift.Apply(window, format, draws[0].Values, draws[1].Values[0], stretches);
                break;
            case BaselineWander wander:
                var waves = new SlowWave[(draws.Length - 2) / 2];
                for (int k = 0; k < waves.Length; k++)
                    waves[k] = new SlowWave(draws[1].Values[k], draws[2 + (2 * k)].Values[0], draws[3 + (2 * k)].Values[0]);
                wander.Apply(window, format, draws[0].Values, waves);
                break;
            case RandomLeadMasking masking:
                masking.Apply(window, draws[0].Values);
                break;
        }
    }

    /// <summary>One recorded call of the random generator: its numbers in order.</summary>
    private sealed class Draw(JsonElement json, GoldenFiles files)
    {
        public double[] Values { get; } = json.TryGetProperty("result_tensor", out JsonElement name)
            ? files.Tensors()[name.GetString()!].ToDoubles()
            : Deviations.Numbers(json.GetProperty("result"));
    }

    /// <summary>A line of the list of segments: the record's stem, an underscore, the number, a tab, the samples.</summary>
    private sealed record Segment(string Record, int Number, string Samples)
    {
        public static Segment Parse(string line)
        {
            string[] fields = line.Split('\t');
            string stem = Path.ChangeExtension(fields[0], null);
            int at = stem.LastIndexOf('_');
            return new Segment(stem[..at], int.Parse(stem.AsSpan(at + 1)), fields[1]);
        }
    }
}
