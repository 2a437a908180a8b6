// How well simulated sinus rhythm can be told from real: a logistic regression on what is measured, scored on recordings it was not fitted to.
using System.Globalization;
using Einthoven.Evaluation;
using Einthoven.Signals;
using Einthoven.Signals.Beats;
using Einthoven.Signals.Quality;
using Einthoven.Signals.Simulation;

namespace Einthoven.Bench;

internal static class SimulationRealism
{
    private const int Folds = 5, Steps = 600;
    private const double Rate = 0.3, Decay = 0.01;

    private sealed record Sample(double?[] Figures, float IsSimulated, int Person);

    /// <summary>Reads DIR/labels.csv (record, patient, labels_source), takes a recording a patient that is labelled normal, and simulates as many.</summary>
    public static void Run(string folder)
    {
        string[] head = File.ReadLines(Path.Combine(folder, "labels.csv")).First().Split(',');
        int patient = Array.IndexOf(head, "patient"), label = Array.IndexOf(head, "labels_source");
        var samples = new List<Sample>();
        foreach (string[] row in File.ReadLines(Path.Combine(folder, "labels.csv")).Skip(1).Select(l => l.Split(',')).Where(f => IsNormal(f[label])).DistinctBy(f => f[patient]))
            samples.Add(new(Figures(EcgRecord.Read(Path.Combine(folder, row[0] + ".hea"))), 0, samples.Count));
        int real = samples.Count;
        for (int k = 0; k < real; k++)
            samples.Add(new(Figures(EcgSimulator.Run(new SimulationOptions { Seed = (ulong)(k + 1) }).Record), 1, real + k));
        Console.WriteLine($"{real} real recordings, one a patient, and {real} simulated");
        for (int c = 0; c < s_names.Length; c++) Console.WriteLine($"  {s_names[c],-14} real {Spread(samples[..real], c),-14} simulated {Spread(samples[real..], c)}");
        Score("all figures", samples, _ => true);
        foreach ((string group, int from, int to) in Groups) Score(group, samples, i => i >= from && i < to);
    }

    private static readonly string[] s_names = ["rate /min", "P ms", "PR ms", "QRS ms", "QTcF ms", "P axis", "QRS axis", "T axis", "ln SDNN", "ln RMSSD"];

    private static string Spread(IReadOnlyList<Sample> samples, int figure)
    {
        double[] values = [.. samples.Select(s => s.Figures[figure]).OfType<double>()];
        double mean = values.Average();
        return string.Create(CultureInfo.InvariantCulture, $"{mean:0.#} ± {Math.Sqrt(values.Average(v => (v - mean) * (v - mean))):0.#}");
    }

    private static readonly (string Name, int From, int To)[] Groups =
    [
        ("rate, intervals and axes", 0, 8), ("RR variability", 8, 10), ("amplitudes of all leads", 10, 10 + 12 * 5), ("noise, hum and wander", 10 + 12 * 5, 10 + 12 * 5 + 3 * 12),
    ];

    private static bool IsNormal(string labels) => labels.Split('|', ';').Any(l => l.Trim().StartsWith("NORM", StringComparison.Ordinal));

    private static double?[] Figures(EcgRecord record)
    {
        EcgMeasurements m = EcgMeasurements.Of(record);
        List<double?> figures =
        [
            m.HeartRateBpm, m.PMs, m.PrMs, m.QrsMs, m.QtcFridericiaMs, m.AxisPDeg, m.AxisQrsDeg, m.AxisTDeg,
            Log(m.Variability?.SdnnMs), Log(m.Variability?.RmssdMs),
        ];
        foreach (string name in LeadNames.Standard12)
        {
            LeadAmplitudes? lead = m.Leads.FirstOrDefault(l => l.Lead == name);
            figures.AddRange([lead?.P, lead?.QrsPeakToPeak, lead?.R ?? 0, lead?.J60, lead?.T]);
        }
        foreach (string name in LeadNames.Standard12)
        {
            LeadFigures quality = LeadFigures.Of(record.Lead(name).Samples.ToArray(), record.SamplingRateHz);
            figures.AddRange([Log(quality.Wander), Log(quality.Mains), Log(quality.Noise)]);
        }
        return [.. figures];
    }

    private static double? Log(double? value) => value is { } v ? Math.Log(Math.Max(v, 1e-4)) : null;

    // Every recording is scored by a model fitted to the other folds; no patient has two.
    private static void Score(string name, List<Sample> samples, Func<int, bool> use)
    {
        float[] scores = new float[samples.Count];
        for (int fold = 0; fold < Folds; fold++)
        {
            Sample[] others = [.. samples.Where((_, i) => i % Folds != fold)];
            Func<Sample, double> model = Fit(others, [.. Enumerable.Range(0, samples[0].Figures.Length).Where(use)]);
            for (int i = fold; i < samples.Count; i += Folds) scores[i] = (float)model(samples[i]);
        }
        Print(name, scores, [.. samples.Select(s => s.IsSimulated)]);
    }

    private static void Print(string name, float[] scores, float[] labels)
    {
        double[] values = [.. scores.Select(s => (double)s)];
        (double low, double high) = Interval(values, labels);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-26} AUROC {Auroc.Of(values, labels):F3} ({low:F3} to {high:F3})"));
    }

    // Bootstrap over recordings, percentiles.
    private static (double Low, double High) Interval(double[] scores, float[] labels)
    {
        var random = new Random(1);
        double[] areas = new double[1000];
        for (int k = 0; k < areas.Length; k++)
        {
            int[] draw = [.. Enumerable.Range(0, scores.Length).Select(_ => random.Next(scores.Length))];
            areas[k] = Auroc.Of([.. draw.Select(i => scores[i])], [.. draw.Select(i => labels[i])]);
        }
        Array.Sort(areas);
        return (areas[24], areas[974]);
    }

    // Logistic regression by gradient descent on standardised figures and their squares; a missing figure counts as the mean and has its own flag.
    private static Func<Sample, double> Fit(Sample[] samples, int[] used)
    {
        (double Mean, double Spread)[] scale = [.. used.Select(c =>
        {
            double[] present = [.. samples.Select(s => s.Figures[c]).OfType<double>().DefaultIfEmpty(0)];
            double mean = present.Average();
            return (mean, Math.Max(Math.Sqrt(present.Average(v => (v - mean) * (v - mean))), 1e-9));
        })];
        double[] Row(Sample s) =>
        [
            1,
            .. used.SelectMany((c, k) =>
            {
                double? value = s.Figures[c];
                double z = value is { } v ? Math.Clamp((v - scale[k].Mean) / scale[k].Spread, -4, 4) : 0;
                return new[] { z, z * z - 1, value is null ? 1 : 0 };
            }),
        ];
        double[][] rows = [.. samples.Select(Row)];
        double[] weights = new double[rows[0].Length], gradient = new double[weights.Length];
        for (int step = 0; step < Steps; step++)
        {
            Array.Clear(gradient);
            for (int i = 0; i < rows.Length; i++)
            {
                double error = 1 / (1 + Math.Exp(-Dot(rows[i], weights))) - samples[i].IsSimulated;
                for (int k = 0; k < gradient.Length; k++) gradient[k] += error * rows[i][k] / rows.Length;
            }
            for (int k = 0; k < weights.Length; k++) weights[k] -= Rate * (gradient[k] + (k == 0 ? 0 : Decay * weights[k]));
        }
        return s => Dot(Row(s), weights);
    }

    private static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }
}
