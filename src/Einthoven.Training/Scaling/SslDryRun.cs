// What a comparison would take, without doing it: every pretraining and every kind of reading tried on random windows.
using System.Diagnostics;
using System.Globalization;
using Einthoven.Models;
using Einthoven.Models.Probes;
using Einthoven.Torch;
using Einthoven.Training.Data;
using Einthoven.Training.Objectives;
using Einthoven.Training.Probing;
using Einthoven.Training.Recipes;
using Einthoven.Training.Trainer;

namespace Einthoven.Training.Scaling;

/// <summary>Estimates the time of a comparison.</summary>
public static class SslDryRun
{
    private const int Batch = 32;

    /// <summary>A line a method, and the whole.</summary>
    /// <param name="recipe">The comparison.</param>
    /// <param name="manifest">On which recordings.</param>
    /// <param name="device">Where to compute.</param>
    /// <exception cref="ArgumentException">A recipe does not work.</exception>
    /// <exception cref="DatasetException">A split is empty.</exception>
    public static IEnumerable<string> Describe(SslRecipe recipe, Manifest manifest, Device device)
    {
        var study = new SslStudy(recipe, manifest, new RunOptions("", false, "", device, _ => { }));
        int training = manifest.InSplits([.. recipe.TrainSplits]).Count, validation = manifest.InSplits([.. recipe.ValidationSplits]).Count;
        int records = training + validation + manifest.InSplits([.. recipe.TestSplits]).Count;
        double all = 0;
        foreach (SslMethod method in recipe.Methods)
        {
            double pretraining = method.Random ? 0 : DryRun.Seconds(PretrainedEncoders.RecipeOf(recipe, method), manifest, device);
            using EcgNetwork network = PretrainedEncoders.Drawn(recipe, method).Create(1, Streams.Initialization(recipe.Seed), load: false);
            network.To(device);
            (double window, int positions, int width) = Encoding(network, recipe, device);
            double features = 0, reading = 0;
            Dictionary<EncoderReading, double> update = [];
            SslStudy.Step[] steps = [.. study.Steps.Where(s => s.Method == method)];
            foreach (SslStudy.Step step in steps)
            {
                bool frozen = step.Reading.Reading != EncoderReading.Finetune, attends = step.Reading.Reading == EncoderReading.Attention;
                int batch = frozen ? study.ProbeOf(step.Reading).Batch : step.Cell.Share.Batch;
                if (!update.TryGetValue(step.Reading.Reading, out double each))
                {
                    each = frozen
                        ? Head(study.ProbeOf(step.Reading), attends ? positions : 1, width, manifest.Labels.Count, device)
                        : Whole(study.FinetuneOf(method) with { Batch = batch }, manifest.Labels.Count, device);
                    update[step.Reading.Reading] = each;
                }

                double share = step.Cell.Share.Share * training;
                reading += each * Math.Max(1, share / batch) * (frozen ? step.Cell.Share.ProbeEpochs : step.Cell.Share.Epochs);
                if (attends) features += window * (share + records - training);
            }

            // Pooled features are computed once for each choice of leads.
            features += window * records * steps.Where(s => s.Reading.Reading == EncoderReading.Linear).Select(s => s.Cell.Part).Distinct().Count();
            all += pretraining + features + reading;
            yield return Text($"{method.Name}: pretraining {Minutes(pretraining)}, features {Minutes(features)}, {steps.Length} cells {Minutes(reading)}");
        }

        yield return Text($"about {Minutes(all)} in all with {TorchRuntime.Threads} threads, without packing, validation and intervals; timed on random windows");
    }

    private static (double SecondsPerWindow, int Positions, int Width) Encoding(EcgNetwork network, SslRecipe recipe, Device device)
    {
        network.Eval();
        using var noGrad = GradMode.Off();
        double best = double.PositiveInfinity;
        (int positions, int width) = (0, 0);
        // The first pass also allocates.
        for (int k = 0; k < 2; k++)
        {
            using var scope = new Scope();
            Tensor windows = new PhiloxRandom(recipe.Seed).NormalTensor([Batch, recipe.Input.Leads.Count, recipe.Input.WindowSamples]).To(device);
            long begun = Stopwatch.GetTimestamp();
            Tensor features = network.Encode(windows);
            best = Math.Min(best, Stopwatch.GetElapsedTime(begun).TotalSeconds / Batch);
            (positions, width) = ((int)features.Size(1), (int)features.Size(2));
        }

        return (best, positions, width);
    }

    private static double Head(ProbeRecipe recipe, int positions, int width, int labels, Device device)
    {
        using var objective = new MultiLabelObjective(new HeadNetwork(new ProbeHead(recipe.Pooling, width, recipe.Heads, labels)));
        objective.Network.Initialize(Streams.Initialization(recipe.Seed));
        int read = recipe.Pooling.Width(width);
        return UpdateProbe.Measure(recipe, objective, _ => { }, device, rows =>
            new HostBatch(rows, positions, read, DryRun.Windows(rows * positions * read, recipe.Seed), new float[rows * labels])).SecondsPerUpdate;
    }

    private static double Whole(FinetuneRecipe recipe, int labels, Device device)
    {
        EcgNetwork network = ModelFamilies.Get(recipe.Family).Create(recipe.Network, labels);
        using IObjective objective = new MultiLabelObjective(network);
        network.Initialize(Streams.Initialization(recipe.Seed));
        int leads = recipe.Input.Leads.Count, samples = recipe.Augmentation.SamplesOf(recipe.Input);
        return UpdateProbe.Measure(recipe, objective, type => network.ComputeType = type, device, rows =>
            new HostBatch(rows, leads, samples, DryRun.Windows(rows * leads * samples, recipe.Seed), new float[rows * labels])).SecondsPerUpdate;
    }

    private static string Minutes(double seconds) => seconds == 0 ? "none" : seconds < 5400 ? Text($"{seconds / 60:F1} min") : Text($"{seconds / 3600:F1} h");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
