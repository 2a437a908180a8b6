// SSSD-ECG's diffusion: schedule, noising, sampling with recorded noise, training, leads and labels.
using System.Globalization;
using System.Text.Json;
using Einthoven.Models.Generating;
using Einthoven.Models.SssdEcg;
using Einthoven.Models.Vocabularies;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;
using Einthoven.Training.Objectives;

namespace Einthoven.Golden.Kinds;

internal static class SssdDiffusionKinds
{
    /// <summary>Every list of the schedule that the file holds in single precision, and the embeddings of some steps.</summary>
    public static void Schedule(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        SafeTensorsFile expected = files.Tensors();
        NoiseSchedule schedule = SssdBuild.Schedule(golden.Config);
        (string Name, IReadOnlyList<float> Values)[] lists =
        [
            ("beta", schedule.Beta), ("alpha", schedule.Alpha), ("alpha_bar", schedule.AlphaBar), ("sigma", schedule.Sigma), ("coef_eps", schedule.NoiseFactor),
            ("inv_sqrt_alpha", schedule.InverseSqrtAlpha), ("sqrt_alpha_bar", schedule.SqrtAlphaBar),
            ("sqrt_one_minus_alpha_bar", schedule.SqrtOneMinusAlphaBar),
        ];
        foreach ((string name, IReadOnlyList<float> values) in lists)
            deviations.Compare(name, "schedule", [.. values.Select(v => (double)v)], expected[name].ToDoubles());
        long[] steps = expected[golden.Array("embed_steps")!].ToInt64s();
        JsonElement names = golden.Field("arrays")!.Value.GetProperty("embeddings"), widths = golden.Config.GetProperty("embed_widths");
        for (int k = 0; k < names.GetArrayLength(); k++)
        {
            using Scope scope = new();
            string name = names[k].GetString()!;
            Tensor waves = StepEmbedding.Of(steps, widths[k].GetInt32());
            deviations.Compare(name, "embeddings", waves.ToArray<double>(), waves.Shape, expected[name]);
        }
    }

    /// <summary>Noised signals, each row to a step of its own.</summary>
    public static void ForwardNoise(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        SafeTensorsFile expected = files.Tensors();
        using Scope scope = new();
        GoldenArray clean = files.Input(), noise = GoldenArray.Of(expected[golden.Array("noise")!]);
        Tensor noised = DiffusionStep.Noise(
            SssdBuild.Schedule(golden.Config), Tensor.From(clean.Floats, clean.Shape), Tensor.From(noise.Floats, noise.Shape), expected[golden.Array("step")!].ToInt64s());
        string name = golden.Array("output")!;
        deviations.Compare(name, "values", noised.ToArray<double>(), noised.Shape, expected[name]);
    }

    /// <summary>The reverse process with recorded noise: noise and signals of every step, twelve leads at the end.</summary>
    public static void Sampling(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        SafeTensorsFile expected = files.Tensors();
        using Scope scope = new();
        using GradModeGuard noGrad = GradMode.Off();
        using SssdEcgNetwork network = SssdBuild.Network(golden, files);
        GoldenArray noise = GoldenArray.Of(expected[golden.Array("noise")!]);                 // [steps, batch, leads, samples]
        Tensor recorded = Tensor.From(noise.Floats, noise.Shape);
        NoiseSchedule schedule = SssdBuild.Schedule(golden.Config);
        List<double> seen = [], signals = [];
        Tensor x = DiffusionSampler.AllSteps(
            schedule, Predict(network, SssdBuild.Conditions(golden, files)), recorded.Select(0, 0), t => recorded.Select(0, schedule.Steps - t),
            (_, predicted, after) =>
            {
                seen.AddRange(predicted.ToArray<double>());
                signals.AddRange(after.ToArray<double>());
            });
        deviations.Compare("eps", "values", [.. seen], expected[golden.Array("eps")!].ToDoubles());
        deviations.Compare("x", "values", [.. signals], expected[golden.Array("x")!].ToDoubles());
        Leads("x12", x.ToArray<float>(), (int)x.Size(0), golden, expected[golden.Array("x12")!], deviations);
    }

    /// <summary>All steps with noise by formula: signals after some of them.</summary>
    public static void SamplingFormula(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        SafeTensorsFile expected = files.Tensors();
        JsonElement noise = golden.Field("arrays")!.Value.GetProperty("noise"), after = golden.Field("arrays")!.Value.GetProperty("x_after");
        using Scope scope = new();
        using GradModeGuard noGrad = GradMode.Off();
        using SssdEcgNetwork network = SssdBuild.Network(golden, files);
        GoldenArray start = files.Input();
        HashSet<string> compared = [];
        _ = DiffusionSampler.AllSteps(
            SssdBuild.Schedule(golden.Config), Predict(network, SssdBuild.Conditions(golden, files)), Tensor.From(start.Floats, start.Shape),
            t =>
            {
                string name = noise.GetProperty("formula").GetString()!.Replace("{t}", t.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
                return Tensor.From([.. FormulaInputs.Values(noise.GetProperty("rule").GetString()!, name, start.Shape).Select(v => (float)v)], start.Shape);
            },
            (t, _, signals) =>
            {
                string step = t.ToString(CultureInfo.InvariantCulture);
                if (!after.TryGetProperty(step, out JsonElement name)) return;
                compared.Add(step);
                deviations.Compare($"x after {step}", "values", signals.ToArray<double>(), signals.Shape, expected[name.GetString()!]);
            });
        deviations.Equal("steps compared", compared.Count, after.EnumerateObject().Count());
    }

    /// <summary>Updates of the optimiser: losses, some parameters, the output at the end.</summary>
    public static void Train(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement config = golden.Config;
        if (config.GetProperty("optimizer").GetString() != "adam") throw new InvalidDataException("only Adam is described");
        SafeTensorsFile expected = files.Tensors();
        using Scope scope = new();
        using SssdEcgNetwork network = SssdBuild.Network(golden, files);
        string[] frozen = [.. config.GetProperty("frozen").EnumerateArray().Select(f => "." + f.GetString())];
        foreach ((string name, _) in network.NamedParameters())
            deviations.Equal($"{name} learns", frozen.Any(f => name.EndsWith("kernel" + f, StringComparison.Ordinal)), false);
        using Adam adam = new(
            [.. network.NamedParameters().Select(p => new OptimizedParameter(p.Name, p.Tensor, Decay: true))], config.GetProperty("betas")[0].GetDouble(),
            config.GetProperty("betas")[1].GetDouble(), config.GetProperty("eps").GetDouble(), config.GetProperty("weight_decay").GetDouble());
        GoldenArray clean = files.Input(), noise = GoldenArray.Of(expected[golden.Array("noise")!]), labels = GoldenArray.Of(expected[golden.Array("label")!]);
        Tensor x = Tensor.From(clean.Floats, clean.Shape), z = Tensor.From(noise.Floats, noise.Shape), told = Tensor.From(labels.Floats, labels.Shape);
        long[] steps = expected[golden.Array("step")!].ToInt64s();
        int batch = (int)clean.Shape[1];
        double[] losses = expected[golden.Array("losses")!].ToDoubles();
        deviations.Equal("updates", config.GetProperty("updates").GetInt32(), losses.Length);
        DiffusionObjective objective = new(network, new(), SssdBuild.Schedule(config));
        for (int k = 0; k < losses.Length; k++)
        {
            using Scope one = new();
            ObjectiveResult result = objective.Compute(
                new(x.Select(0, k), told.Select(0, k)), z.Select(0, k), steps[(k * batch)..((k + 1) * batch)], told: null);
            Tensor mean = result.Total() / result.SampleSize;
            network.ClearGradients();
            mean.Backward();
            adam.Step(config.GetProperty("learning_rate").GetDouble());
            deviations.Compare($"loss of update {k}", "values", mean.Item(), losses[k]);
        }

        string prefix = golden.Array("after")!;
        Dictionary<string, Tensor> state = network.State().ToDictionary(t => SssdEcgCheckpoint.OldName(t.Name), t => t.Tensor);
        foreach (CheckpointTensor after in expected.Tensors.Where(t => t.Name.StartsWith(prefix, StringComparison.Ordinal)))
            deviations.Compare(after.Name, "values", state[after.Name[prefix.Length..]].ToArray<double>(), after.Shape, after);
        using GradModeGuard noGrad = GradMode.Off();
        network.Eval();
        Tensor output = network.Forward(z.Select(0, 0), steps[..batch], new(told.Select(0, 0)));
        deviations.Compare("output after", "values", output.ToArray<double>(), output.Shape, expected[golden.Array("output_after")!]);
    }

    /// <summary>Twelve leads from eight, in the orders of the case.</summary>
    public static void TwelveLeads(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        GoldenArray made = files.Input();
        Leads("leads", made.Floats, (int)made.Shape[0], golden, files.Tensors()[golden.Array("output")!], deviations);
    }

    /// <summary>Order and groups of the labels.</summary>
    public static void Labels(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement list = files.Json("list");
        string[] order = [.. list.GetProperty("order").EnumerateArray().Select(l => l.GetString()!)];
        deviations.Equal("count", PtbXlStatements.All.Count, golden.Config.GetProperty("count").GetInt32());
        deviations.Equal("order", string.Join(' ', PtbXlStatements.All.Select(s => s.Code)), string.Join(' ', order));
        foreach (JsonProperty group in list.GetProperty("groups").EnumerateObject())
        {
            string[] own = [.. PtbXlStatements.All.Where(s => group.Name switch { "diagnostic" => s.IsDiagnostic, "form" => s.IsForm, _ => s.IsRhythm }).Select(s => s.Code)];
            deviations.Equal(group.Name, string.Join(' ', own), string.Join(' ', group.Value.EnumerateArray().Select(l => l.GetString()!).Order(StringComparer.Ordinal)));
        }
    }

    private static NoisePrediction Predict(SssdEcgNetwork network, DiffusionConditions conditions) =>
        (noisy, step) => network.Forward(noisy, [.. Enumerable.Repeat((long)step, (int)noisy.Size(0))], conditions);

    private static void Leads(string what, float[] made, int batch, GoldenCase golden, CheckpointTensor expected, Deviations deviations)
    {
        string[] from = Names("lead_order_8"), to = Names("lead_order_12");
        int each = made.Length / batch;
        double[] twelve = [.. Enumerable.Range(0, batch).SelectMany(row => LeadDerivation.Derive(made.AsSpan(row * each, each), from, to)).Select(v => (double)v)];
        deviations.Compare(what, "values", twelve, [batch, to.Length, each / from.Length], expected);

        string[] Names(string key) => [.. golden.Config.GetProperty(key).EnumerateArray().Select(l => l.GetString()!)];
    }
}
