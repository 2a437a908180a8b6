// ECG-FM's fine-tuning step, its optimiser, and its linear probe.
using System.Text.Json;
using Einthoven.Models.EcgFm;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Golden.Kinds;

internal static class EcgFmTrainingKinds
{
    /// <summary>Logits, loss, gradients divided by the number of targets, and which parameters have none.</summary>
    public static void FinetuneStep(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        string loss = golden.Config.GetProperty("loss").GetString()!;
        if (loss != "bce_with_logits_sum") throw new InvalidDataException($"the loss '{loss}' is none of cases.schema.md");
        using Scope scope = new();
        using EcgFmClassifier network = EcgFmBuild.Classifier(golden, files, golden.Config);
        if (golden.Training) network.Train(new PhiloxRandom(0));
        JsonElement expected = files.Json();
        GoldenArray input = files.Input(), target = files.Input("target");
        Tensor? positiveWeight = expected.TryGetProperty("pos_weight", out JsonElement weights)
            ? Tensor.From([.. Deviations.Numbers(weights).Select(w => (float)w)], weights.GetArrayLength())
            : null;

        Tensor logits = network.Forward(Tensor.From(input.Floats, input.Shape));
        Tensor sum = Losses.BinaryCrossEntropySum(logits, Tensor.From(target.Floats, target.Shape), positiveWeight);
        (sum / logits.Elements).Backward();

        SafeTensorsFile reference = files.Tensors();
        deviations.Compare("logits", "logits", logits.ToArray<double>(), logits.Shape, reference["logits"]);
        deviations.Compare("loss", "loss", sum.Item(), expected.GetProperty("loss_sum").GetDouble());
        deviations.Equal("sample size", logits.Elements, expected.GetProperty("sample_size").GetInt64());
        HashSet<string> without = [.. expected.GetProperty("parameters_without_gradient").EnumerateArray().Select(n => n.GetString()!)];
        foreach ((string name, Tensor parameter) in network.NamedParameters())
        {
            Tensor? gradient = parameter.Grad;
            deviations.Equal($"{name} has no gradient", gradient is null, without.Contains(name));
            if (gradient is null || without.Contains(name)) continue;
            bool zero = name.EndsWith("self_attn.k_proj.bias", StringComparison.Ordinal) && golden.HasTolerance("k_proj_bias_gradients");
            deviations.Compare(
                $"gradient of {name}", zero ? "k_proj_bias_gradients" : "gradients", gradient.ToArray<double>(), gradient.Shape, Reference(name));
        }

        CheckpointTensor Reference(string name) => reference.TryGet(name, out CheckpointTensor? tensor) ? tensor : reference[OldName(name)];
    }

    /// <summary>Parameters after each step of given gradients, moments at the end.</summary>
    public static void Adam(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement config = golden.Config, expected = files.Json();
        SafeTensorsFile tensors = files.Tensors();
        string prefix = golden.Array("prefix")!, initial = golden.Array("initial")!, gradients = golden.Array("gradients")!;
        using Scope scope = new();
        List<OptimizedParameter> parameters = [];
        foreach (CheckpointTensor start in tensors.Tensors.Where(t => t.Name.StartsWith(initial, StringComparison.Ordinal)))
        {
            Tensor parameter = Tensor.From(start.ToFloats(), start.Shape);
            parameter.RequiresGrad = true;
            parameters.Add(new(start.Name[initial.Length..], parameter, Decay: true));
        }

        using FairseqAdam adam = new(
            parameters, config.GetProperty("betas")[0].GetDouble(), config.GetProperty("betas")[1].GetDouble(),
            config.GetProperty("eps").GetDouble(), config.GetProperty("weight_decay").GetDouble());
        double peak = config.GetProperty("peak_lr").GetDouble(), clip = config.GetProperty("clip_norm").GetDouble();
        int warmup = config.GetProperty("warmup_updates").GetInt32(), steps = config.GetProperty("steps").GetInt32();
        for (int step = 0; step < steps; step++)
        {
            foreach (OptimizedParameter p in parameters) p.Tensor.Grad = Tensor.From(Row(tensors[gradients + p.Name], step), p.Tensor.Shape);
            double norm = GradientNorm.Clip(parameters.Select(p => p.Tensor), clip);
            double rate = step < warmup ? peak * (step + 1) / warmup : peak;
            adam.Step(rate);
            deviations.Compare($"norm at step {step}", "grad_norm", norm, expected.GetProperty("grad_norm_before_clip")[step].GetDouble());
            deviations.Compare($"rate at step {step}", "lr", rate, expected.GetProperty("lr")[step].GetDouble());
            foreach (OptimizedParameter p in parameters)
            {
                deviations.Compare(
                    $"{p.Name} after step {step}", "parameters", p.Tensor.ToArray<double>(),
                    [.. Row(tensors[prefix + p.Name], step).Select(v => (double)v)]);
            }
        }

        foreach ((string name, Tensor moment) in adam.State())
            deviations.Compare(name, "moments", moment.ToArray<double>(), moment.Shape, tensors[prefix + name]);
    }

    /// <summary>A linear head on fixed features: loss before, weights and bias after each step.</summary>
    public static void LinearProbe(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement config = golden.Config, expected = files.Json();
        string optimizer = config.GetProperty("optimizer").GetString()!, loss = config.GetProperty("loss").GetString()!;
        if (optimizer != "adam" || loss != "bce_with_logits_mean")
            throw new InvalidDataException($"the optimizer '{optimizer}' or loss '{loss}' is none of cases.schema.md");
        using Scope scope = new();
        Tensor features = Matrix(expected.GetProperty("x")), target = Matrix(expected.GetProperty("y"));
        using Linear head = new(features.Size(1), target.Size(1));
        using (GradMode.Off()) head.Weight.CopyFrom(Matrix(expected.GetProperty("initial_weight")));

        // PyTorch's Adam is AdamW without decay.
        using AdamW adam = new(
            [new("weight", head.Weight, Decay: false), new("bias", head.Bias!, Decay: false)],
            config.GetProperty("betas")[0].GetDouble(), config.GetProperty("betas")[1].GetDouble(), config.GetProperty("eps").GetDouble(), weightDecay: 0);
        int steps = config.GetProperty("steps").GetInt32();
        deviations.Equal("steps", steps, expected.GetProperty("steps").GetArrayLength());
        for (int step = 0; step < steps; step++)
        {
            JsonElement after = expected.GetProperty("steps")[step];
            head.ClearGradients();
            Tensor mean = Losses.BinaryCrossEntropyMean(head.Forward(features), target);
            mean.Backward();
            adam.Step(config.GetProperty("learning_rate").GetDouble());
            deviations.Compare($"loss of step {step}", "values", mean.Item(), after.GetProperty("loss").GetDouble());
            deviations.Compare($"weight after step {step}", "values", head.Weight.ToArray<double>(), Deviations.Numbers(after.GetProperty("weight")));
            deviations.Compare($"bias after step {step}", "values", head.Bias!.ToArray<double>(), Deviations.Numbers(after.GetProperty("bias")));
        }

        static Tensor Matrix(JsonElement rows) =>
            Tensor.From([.. Deviations.Numbers(rows).Select(v => (float)v)], rows.GetArrayLength(), rows[0].GetArrayLength());
    }

    private static float[] Row(CheckpointTensor stacked, int row)
    {
        float[] all = stacked.ToFloats();
        int each = all.Length / (int)stacked.Shape[0];
        return all[(row * each)..((row + 1) * each)];
    }

    // Files before 2025 name the parts of the weight-normed convolution otherwise.
    internal static string OldName(string name) => name
        .Replace("parametrizations.weight.original0", "weight_g", StringComparison.Ordinal)
        .Replace("parametrizations.weight.original1", "weight_v", StringComparison.Ordinal);
}
