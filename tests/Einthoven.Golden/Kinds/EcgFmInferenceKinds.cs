// ECG-FM from a recording to findings: resampling, standardisation, windows, logits, embedding, attention, aggregation.
using System.Text.Json;
using Einthoven.Models;
using Einthoven.Models.Contracts;
using Einthoven.Models.EcgFm;
using Einthoven.Models.Packages;
using Einthoven.Signals;
using Einthoven.Signals.Dsp;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Golden.Kinds;

internal static class EcgFmInferenceKinds
{
    /// <summary>Resampled, then standardised as in training and as in inference.</summary>
    public static void Preprocess(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        double rate = golden.Config.GetProperty("fs_out_hz").GetDouble(), epsilon = golden.Config.GetProperty("quickstart_epsilon").GetDouble();
        SafeTensorsFile tensors = files.Tensors();
        foreach (JsonElement entry in files.Json().EnumerateArray())
        {
            string key = entry.GetProperty("key").GetString()!;
            CheckpointTensor input = tensors[$"{key}.input"];
            double[][] leads = Rows(input.ToDoubles(), (int)input.Shape[0]);
            double[][] resampled = [.. leads.Select(l => LinearResampler.Resample(l, entry.GetProperty("sample_rate").GetDouble(), rate))];
            deviations.Equal($"{key}: samples", resampled[0].Length, entry.GetProperty("out").GetInt32());
            Compare($"{key}.resampled", resampled);
            Compare($"{key}.pipeline", Standardized(resampled, 0));
            Compare($"{key}.quickstart", Standardized(resampled, epsilon));
        }

        void Compare(string name, double[][] leads) =>
            deviations.Compare(name, "values", [.. leads.SelectMany(l => l)], [leads.Length, leads[0].Length], tensors[name]);
    }

    /// <summary>One recording, by the product's own road.</summary>
    public static void EndToEnd(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement config = golden.Config, expected = files.Json();
        EcgRecord record = EcgRecord.Read(golden.File("record"));
        InputContract contract = EcgFmImporter.InputContract with
        {
            SamplingRateHz = config.GetProperty("fs_hz").GetDouble(),
            WindowSamples = config.GetProperty("segment_samples").GetInt32(),
            StrideSamples = config.GetProperty("segment_samples").GetInt32(),
            Normalization = new Standardize { Epsilon = config.GetProperty("std_epsilon").GetDouble() },
        };
        Windows windows = contract.Apply(record);
        deviations.Equal("windows", windows.Count, config.GetProperty("segments").GetInt32());
        CompareSignals(golden, files, deviations, record, windows, contract);
        CompareNetwork(golden, files, deviations, windows);
        ComparePrediction(golden, files, deviations, record, contract, expected.GetProperty("aggregated"));
    }

    private static void CompareSignals(
        GoldenCase golden, GoldenFiles files, Deviations deviations, EcgRecord record, Windows windows, InputContract contract)
    {
        JsonElement expected = files.Json();
        double[][] resampled = [.. contract.Leads.Select(name =>
            LinearResampler.Resample(record.Lead(name).Samples.Span, record.SamplingRateHz, contract.SamplingRateHz))];
        deviations.Equal("samples after resampling", resampled[0].Length, expected.GetProperty("resampled_samples").GetInt32());
        (double Mean, double Std)[] moments = [.. resampled.Select(l => Standardization.Moments(l))];
        deviations.Compare("means", "statistics", [.. moments.Select(m => m.Mean)], Deviations.Numbers(expected.GetProperty("lead_mean_after_resampling")));
        deviations.Compare("deviations", "statistics", [.. moments.Select(m => m.Std)], Deviations.Numbers(expected.GetProperty("lead_std_after_resampling")));

        double[] values = [.. windows.Values.ToArray().Select(v => (double)v)];
        if (golden.Array("segments") is string segments)
            deviations.Compare("windows", "segments", values, [windows.Count, windows.Leads, windows.Samples], files.Tensors()[segments]);
        JsonElement first = expected.GetProperty("first_8_samples_lead_II_of_each_segment");
        int leadII = contract.Leads.ToList().IndexOf("II");
        for (int w = 0; w < windows.Count; w++)
        {
            double[] reference = Deviations.Numbers(first[w]);
            int start = ((w * windows.Leads) + leadII) * windows.Samples;
            deviations.Compare($"lead II of window {w}", "segments", values.AsSpan(start, reference.Length), reference);
        }
    }

    private static void CompareNetwork(GoldenCase golden, GoldenFiles files, Deviations deviations, Windows windows)
    {
        JsonElement model = golden.Config.GetProperty("model"), probabilities = files.Json().GetProperty("segment_probabilities");
        JsonElement labels = files.Json("expected", atKey: false).GetProperty("labels");
        string stem = golden.Array("stem")!, last = $"layer{model.GetProperty("layers").GetInt32() - 1}_attn_weights";
        using Scope scope = new();
        using GradModeGuard noGrad = GradMode.Off();
        using EcgFmClassifier network = EcgFmBuild.Classifier(golden, files, model);
        Dictionary<string, (double[] Values, long[] Shape)> rows = [];
        network.Forward(Tensor.From(windows.Values.Span, windows.Count, windows.Leads, windows.Samples), (stage, value) =>
        {
            if (stage is "pooled" or "logits" or "probabilities") rows[stage] = (value.ToArray<double>(), value.Shape[1..]);
            if (stage != last) return;
            Tensor maxima = value.Amax([-1]); // [windows, frames]: the most attended frame's share for each query
            rows["attn_max"] = (maxima.ToArray<double>(), maxima.Shape[1..]);
        });

        for (int w = 0; w < windows.Count; w++)
        {
            Compare("logits", "logits", "logits", w);
            Compare("pooled", "embedding", "embedding", w);
            Compare("attn_max", "attn_max", "attention", w);
            double[] actual = Row("probabilities", w);
            for (int label = 0; label < actual.Length; label++)
            {
                string name = labels[label].GetString()!;
                deviations.Compare($"probability of {name} in window {w}", "probabilities", actual[label], probabilities[w].GetProperty(name).GetDouble());
            }
        }

        void Compare(string stage, string name, string part, int window) =>
            deviations.Compare($"{name} of window {window}", part, Row(stage, window), rows[stage].Shape, files.Tensors()[$"{stem}.{window}.{name}"]);

        double[] Row(string stage, int window) => Rows(rows[stage].Values, windows.Count)[window];
    }

    private static void ComparePrediction(
        GoldenCase golden, GoldenFiles files, Deviations deviations, EcgRecord record, InputContract contract, JsonElement aggregated)
    {
        JsonElement whole = files.Json("expected", atKey: false), aggregation = whole.GetProperty("aggregation");
        ModelDescription description = new()
        {
            Name = "golden",
            Family = EcgFmImporter.Family,
            Configuration = EcgFmImporter.WriteConfig(EcgFmBuild.Config(golden.Config.GetProperty("model"))),
            Input = contract,
            Labels = [.. whole.GetProperty("labels").EnumerateArray().Select(name => new ModelLabel
            {
                Name = name.GetString()!,
                Aggregation = aggregation.GetProperty(name.GetString()!).GetString() == "max" ? Aggregation.Max : Aggregation.Mean,
            })],
        };
        string root = EcgFmBuild.Root(golden);
        IEnumerable<CheckpointTensor> weights = files.Tensors("weights").Tensors
            .Where(t => t.Name.StartsWith(root, StringComparison.Ordinal))
            .Select(t => t with { Name = WeightNormConv1d.ModernName(t.Name[root.Length..]) });
        using EcgModel model = EcgModel.Create(description, weights);
        foreach (Finding finding in model.Predict(record).Labels)
            deviations.Compare($"probability of {finding.Label}", "probabilities", finding.Probability, aggregated.GetProperty(finding.Label).GetDouble());
    }

    private static double[][] Standardized(double[][] leads, double epsilon)
    {
        double[][] copy = [.. leads.Select(l => (double[])l.Clone())];
        foreach (double[] lead in copy) Standardization.Apply(lead, epsilon);
        return copy;
    }

    private static double[][] Rows(double[] values, int rows) => [.. values.Chunk(values.Length / rows)];
}
