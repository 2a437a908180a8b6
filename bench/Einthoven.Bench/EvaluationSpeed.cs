// Seconds for a whole report with intervals, at the size of PTB-XL's test fold, on the calling thread alone.
using System.Diagnostics;
using Einthoven.Evaluation;

namespace Einthoven.Bench;

internal static class EvaluationSpeed
{
    public static void Run()
    {
        const int Rows = 2200, Labels = 71;
        var random = new Random(1);
        double[] scores = new double[Rows * Labels];
        float[] truths = new float[scores.Length];
        for (int cell = 0; cell < scores.Length; cell++)
        {
            // Prevalences from 0.2 % to 40 %, as there.
            double prevalence = 0.002 * Math.Pow(200, cell % Labels / (Labels - 1.0));
            truths[cell] = random.NextDouble() < prevalence ? 1 : 0;
            scores[cell] = Math.Clamp((0.3 * truths[cell]) + (0.7 * random.NextDouble()), 0, 1);
        }

        string[] patients = [.. Enumerable.Range(0, Rows).Select(k => $"{k * 7 / 8}")];
        var table = new ScoreTable([.. Enumerable.Range(0, Labels).Select(k => $"label {k}")], patients, scores, truths);
        EvaluationReport.Of(table, new() { Resamples = 10 });
        long start = Stopwatch.GetTimestamp();
        EvaluationReport report = EvaluationReport.Of(table);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Console.WriteLine($"{Labels} labels, {Rows} rows, {report.Clusters} patients, {report.Options.Resamples} draws, {report.Macro.Count} figures: {seconds:F2} s");
        start = Stopwatch.GetTimestamp();
        PairedDifference.Of(table, table);
        Console.WriteLine($"paired difference of two such tables: {Stopwatch.GetElapsedTime(start).TotalSeconds:F2} s");
    }
}
