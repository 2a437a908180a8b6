// ECG-JEPA's classifier and its windows, the full-size network, and the presets' parameters.
using System.Text.Json;
using Einthoven.Models.Jepa;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;
using Einthoven.Training.Objectives;

namespace Einthoven.Golden.Kinds;

internal static class JepaNetworkKinds
{
    /// <summary>Features, logits, both losses, gradients of the cross-entropy of each label.</summary>
    public static void Classifier(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        SafeTensorsFile expected = files.Tensors();
        using Scope scope = new();
        using JepaClassifier network = Load(golden, files);
        if (golden.Training) network.Train(new PhiloxRandom(0));
        GoldenArray input = files.Input(), target = files.Input("target");
        Tensor logits = network.Forward(Tensor.From(input.Floats, input.Shape), (stage, value) =>
        {
            if (stage == "features") Compare("features", value);
        });
        Compare("logits", logits);
        Tensor loss = Losses.BinaryCrossEntropyMean(logits, Tensor.From(target.Floats, target.Shape.Length > 0 ? target.Shape : logits.Shape));
        deviations.Compare("bce", "loss", loss.Item(), expected[golden.Array("bce")!].ToDoubles()[0]);
        if (golden.Array("cross_entropy") is string name && golden.Array("single_label_target") is string single)
        {
            Tensor classes = Tensor.From(expected[single].ToFloats(), expected[single].Shape).Argmax(1);
            Tensor crossEntropy = Losses.CrossEntropySum(logits, classes) / logits.Size(0);
            deviations.Compare("cross entropy", "loss", crossEntropy.Item(), expected[name].ToDoubles()[0]);
        }

        loss.Backward();
        if (golden.Array("gradients") is string prefix) Gradients(network, prefix, expected, deviations);

        void Compare(string role, Tensor value) => deviations.Compare(role, "forward", value.ToArray<double>(), value.Shape, expected[golden.Array(role)!]);
    }

    /// <summary>Where windows begin, the logits of each, their mean, and its sigmoid.</summary>
    public static void Windows(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        SafeTensorsFile expected = files.Tensors();
        using Scope scope = new();
        using GradModeGuard noGrad = GradMode.Off();
        using JepaClassifier network = Load(golden, files);
        GoldenArray input = files.Input();
        (int window, int stride) = (JepaBuild.Whole(golden.Config, "window"), JepaBuild.Whole(golden.Config, "stride"));
        if (golden.Array("starts") is string starts)
        {
            double[] cuts = [.. Models.Contracts.WindowCuts.Of((int)input.Shape[^1], window, stride, window).Select(c => (double)c.Start)];
            deviations.Compare("starts", "integers", cuts, expected[starts].ToDoubles());
        }

        Tensor logits = network.ForwardWindows(Tensor.From(input.Floats, input.Shape), window, stride);   // [records, windows, classes]
        Tensor mean = logits.Mean([1]);
        Compare("window_logits", logits);
        Compare("logits", mean);
        Compare("probabilities", mean.Sigmoid());

        void Compare(string role, Tensor value) => deviations.Compare(role, "forward", value.ToArray<double>(), value.Shape, expected[golden.Array(role)!]);
    }

    /// <summary>Full size: every stage by statistics and some tokens, and the loss for the kept patches.</summary>
    public static void Full(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        SafeTensorsFile expected = files.Tensors();
        JsonElement summary = files.Json("summary", atKey: false), stages = summary.GetProperty(golden.Array("stages")!);
        using Scope scope = new();
        using GradModeGuard noGrad = GradMode.Off();
        using JepaPretraining network = JepaBuild.Pretraining(golden.Config);
        Weights.Load(network, golden, files);
        if (golden.Config.GetProperty("target_is_copy").GetBoolean()) network.FollowEncoder(0);
        GoldenArray input = files.Input();
        Tensor x = Tensor.From(input.Floats, input.Shape);
        HashSet<string> unmasked = Names("unmasked"), masked = Names("masked"), seen = [];
        network.Encoder.Forward(x, observe: (stage, value) => { if (unmasked.Contains(stage)) Compare(stage, value); });
        int patches = network.Encoder.PatchesOf(x.Size(2));
        int[] kept = [.. summary.GetProperty(golden.Array("keep")!).EnumerateArray().Select(k => k.GetInt32())];
        JepaObjective objective = new(network, new())
        {
            Recorded = new([kept], [BlockMasking.Others(kept, patches)]),
            Stages = (stage, value) => { if (masked.Contains(stage)) Compare(stage, value); },
        };
        ObjectiveResult result = objective.Compute(new(x), new(new PhiloxRandom(0), 0, Training: false));
        deviations.Compare("loss", "loss", result.Total().Item() / result.SampleSize, summary.GetProperty(golden.Array("loss")!).GetDouble());
        foreach (string stage in unmasked.Concat(masked)) if (!seen.Contains(stage)) deviations.Fail($"{stage}: the network has no such stage");

        HashSet<string> Names(string role) => [.. golden.Field("arrays")!.Value.GetProperty(role).EnumerateArray().Select(n => n.GetString()!)];

        void Compare(string stage, Tensor value)
        {
            seen.Add(stage);
            JsonElement of = stages.GetProperty(stage);
            deviations.Equal($"shape of {stage}", string.Join(',', value.Shape), string.Join(',', of.GetProperty("shape").EnumerateArray()));
            double[] values = value.ToArray<double>();
            foreach (string figure in (string[])["mean", "std", "min", "max", "sum_abs"])
                if (of.TryGetProperty(figure, out JsonElement reference)) deviations.Compare($"{figure} of {stage}", "statistics", Statistic(figure, values), reference.GetDouble());
            long[] tokens = [.. of.GetProperty("tokens").EnumerateArray().Select(t => t.GetInt64())];
            Tensor rows = value.Select(0, 0).IndexSelect(0, Tensor.From(tokens, tokens.Length));
            deviations.Compare(stage, "forward", rows.ToArray<double>(), rows.Shape, expected[stage + golden.Array("tokens_suffix")]);
        }
    }

    /// <summary>Full size: logits.</summary>
    public static void FullClassifier(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        using Scope scope = new();
        using GradModeGuard noGrad = GradMode.Off();
        using JepaClassifier network = Load(golden, files);
        GoldenArray input = files.Input();
        Tensor logits = network.Forward(Tensor.From(input.Floats, input.Shape));
        deviations.Compare("logits", "forward", logits.ToArray<double>(), logits.Shape, files.Tensors()[golden.Array("logits")!]);
    }

    /// <summary>Counts, names and shapes; block 0 stands for all.</summary>
    public static void Parameters(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement expected = files.Json();
        JepaConfig config = JepaBuild.Config(golden.Config);
        using JepaPretraining network = JepaBuild.Pretraining(golden.Config);
        deviations.Equal("encoder", network.Encoder.ParameterCount, expected.GetProperty("encoder").GetInt64());
        deviations.Equal("predictor", network.Predictor.ParameterCount, expected.GetProperty("predictor").GetInt64());
        deviations.Equal("entries", network.State().Count(), expected.GetProperty("state_dict_entries").GetInt32());
        Names("tensors", network.NamedParameters());
        foreach ((JepaHead head, string count) in new[] { (JepaHead.Attention, "attention_pool_"), (JepaHead.Mean, "linear_fc_") })
        {
            using JepaClassifier classifier = new(config with { Head = head });
            (string Name, Tensor Tensor)[] own = [.. classifier.NamedParameters().Where(p => p.Name.StartsWith(classifier.HeadPrefix, StringComparison.Ordinal))];
            deviations.Equal(count, own.Sum(p => p.Tensor.Elements), expected.GetProperty(count + config.Labels).GetInt64());
            if (head == JepaHead.Attention) Names("classifier_tensors", own);
        }

        void Names(string list, IEnumerable<(string Name, Tensor Tensor)> own)
        {
            Dictionary<string, string> shapes = own.Where(p => !p.Name.Contains("blocks.", StringComparison.Ordinal) || p.Name.Contains("blocks.0.", StringComparison.Ordinal))
                .ToDictionary(p => p.Name, p => string.Join(',', p.Tensor.Shape));
            foreach (JsonProperty tensor in expected.GetProperty(list).EnumerateObject())
            {
                deviations.Equal($"shape of {tensor.Name}", shapes.GetValueOrDefault(tensor.Name, "absent"), string.Join(',', tensor.Value.EnumerateArray()));
                shapes.Remove(tensor.Name);
            }

            foreach (string name in shapes.Keys) deviations.Fail($"{name} is not published");
        }
    }

    /// <summary>Gradients under a prefix, each listed once; parameters of which the file has none may have any.</summary>
    public static void Gradients(Module network, string prefix, SafeTensorsFile expected, Deviations deviations)
    {
        Dictionary<string, Tensor> own = network.NamedParameters().ToDictionary(p => p.Name, p => p.Tensor);
        foreach (CheckpointTensor tensor in expected.Tensors.Where(t => t.Name.StartsWith(prefix, StringComparison.Ordinal)))
        {
            string name = tensor.Name[prefix.Length..];
            if (own.TryGetValue(name, out Tensor? parameter) && parameter.Grad is { } gradient)
                deviations.Compare($"gradient of {name}", "gradients", gradient.ToArray<double>(), gradient.Shape, tensor);
            else deviations.Fail($"{name} has no gradient");
        }
    }

    private static double Statistic(string figure, double[] values) => figure switch
    {
        "min" => values.Min(),
        "max" => values.Max(),
        "sum_abs" => values.Sum(Math.Abs),
        _ => SummaryStatistics.Of(figure, values),
    };

    private static JepaClassifier Load(GoldenCase golden, GoldenFiles files)
    {
        JepaClassifier network = new(JepaBuild.Config(golden.Config));
        Weights.Load(network, golden, files);
        return network;
    }
}
