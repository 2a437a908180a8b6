// What few steps cost: recordings of the embedded generator by few-step samplers beside those that DDIM makes of the same noise in every step.
using System.Diagnostics;
using System.Globalization;
using Einthoven.Models.Generating;
using Einthoven.Models.Packages;
using Einthoven.Signals;
using Einthoven.Signals.Dsp;

namespace Einthoven.Bench;

internal static class SamplerError
{
    private static readonly string[] s_sets = ["NORM,SR", "NORM,SBRAD", "STACH", "AFIB", "CLBBB,SR", "CRBBB,SR", "PACE", "LVH,SR"];

    private static readonly int[] s_steps = [10, 15, 25, 50];

    private static readonly double[] s_guidance = [1, 2];

    private const int Each = 3;

    internal static void Run()
    {
        using EcgGenerator generator = EcgGenerator.Load(ModelCatalog.DefaultGenerator);
        int all = generator.Network.Schedule.Steps;
        GenerationRequest[] requests = [.. Enumerable.Range(0, Each * s_sets.Length).Select(k =>
            new GenerationRequest(s_sets[k % s_sets.Length], generator.Labels.Vector(s_sets[k % s_sets.Length].Split(',')), (ulong)k))];
        Console.WriteLine($"{requests.Length} recordings of {s_sets.Length} sets of statements, guidance 1 and 2; DDIM with {all} steps is what the others should be. Difference: its root mean square over that of the recording.");
        Console.WriteLine("| guidance | sampler | steps | difference, median (10 % to 90 %) | correlation, median | ms a recording |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (double guidance in s_guidance)
        {
            double[][] reference = Make(GenerationSampler.Ddim, all, guidance, out double whole);
            Print(guidance, GenerationSampler.Ddim, all, reference, reference, whole);
            foreach (GenerationSampler sampler in new[] { GenerationSampler.Ddim, GenerationSampler.SecondOrder })
            {
                foreach (int steps in s_steps)
                    Print(guidance, sampler, steps, reference, Make(sampler, steps, guidance, out double time), time);
            }
        }

        double[][] Make(GenerationSampler sampler, int steps, double guidance, out double milliseconds)
        {
            long start = Stopwatch.GetTimestamp();
            EcgRecord[] made = [.. generator.Generate(requests, new GenerationOptions { Seed = 1, Sampler = sampler, Steps = steps, Guidance = guidance, Batch = 8 })];
            milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds / made.Length;
            return [.. made.Select(record => record.Leads.SelectMany(lead => lead.Samples.ToArray()).ToArray())];
        }
    }

    private static void Print(double guidance, GenerationSampler sampler, int steps, double[][] reference, double[][] made, double milliseconds)
    {
        double[] errors = [.. reference.Zip(made, (a, b) => Math.Sqrt(a.Zip(b, (x, y) => (x - y) * (x - y)).Sum() / a.Sum(x => x * x)))];
        double[] correlations = [.. reference.Zip(made, (a, b) => Statistics.Correlation(a, b))];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {guidance} | {(sampler == GenerationSampler.Ddim ? "DDIM" : "DPM-Solver++ (2)")} | {steps} | {Statistics.Median(errors):0.00} ({Statistics.Quantile(errors, 0.1):0.00} to {Statistics.Quantile(errors, 0.9):0.00}) | {Statistics.Median(correlations):0.00} | {milliseconds:0} |"));
    }
}
