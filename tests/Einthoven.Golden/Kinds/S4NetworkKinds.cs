// The S4 classifier: every stage and gradient, full size, and the names of published checkpoints.
using System.Text.Json;
using Einthoven.Models.EcgCpc;
using Einthoven.Models.S4;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Golden.Kinds;

internal static class S4NetworkKinds
{
    /// <summary>Every stage, logits, loss, gradients; logits of fewer samples with the same kernels.</summary>
    public static void Classifier(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        SafeTensorsFile expected = files.Tensors();
        using Scope scope = new();
        using S4Classifier network = Build(golden);
        Weights.Load(network, golden, files);
        if (golden.Training) network.Train(new PhiloxRandom(0));
        GoldenArray input = files.Input(), target = files.Input("target");
        Tensor x = Tensor.From(input.Floats, input.Shape);
        x.RequiresGrad = true;
        HashSet<string> seen = [];
        Tensor logits = network.Forward(x, (stage, value) => S4Stages.Compare(stage, value, expected, seen, deviations));
        S4Stages.RequireAll(expected, seen, deviations);
        Tensor loss = Losses.BinaryCrossEntropyMean(logits, Tensor.From(target.Floats, target.Shape));
        deviations.Compare("loss", "values", loss.Item(), expected["loss"].ToDoubles()[0]);
        loss.Backward();
        S4Stages.Gradients(network, golden.Field("input")!.Value.GetProperty("tensor").GetString()!, x, expected, deviations);

        if (golden.Array("short_logits") is not string name) return;
        using GradModeGuard noGrad = GradMode.Off();
        Tensor shorter = network.Forward(x.Narrow(2, 0, golden.Config.GetProperty("short_length").GetInt32()));
        deviations.Compare(name, "values", shorter.ToArray<double>(), shorter.Shape, expected[name]);
    }

    /// <summary>Full size: logits, loss, norms of the gradients.</summary>
    public static void ClassifierFull(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        SafeTensorsFile expected = files.Tensors();
        using Scope scope = new();
        using S4Classifier network = Build(golden);
        Weights.Load(network, golden, files);
        GoldenArray input = files.Input(), target = files.Input("target");
        Tensor logits = network.Forward(Tensor.From(input.Floats, input.Shape));
        deviations.Compare("logits", "values", logits.ToArray<double>(), logits.Shape, expected["logits"]);
        Tensor loss = Losses.BinaryCrossEntropyMean(logits, Tensor.From(target.Floats, target.Shape));
        deviations.Compare("loss", "values", loss.Item(), expected["loss"].ToDoubles()[0]);
        loss.Backward();
        foreach ((string name, Tensor parameter) in network.NamedParameters())
            deviations.Compare($"gradient norm of {name}", "gradient_norms", parameter.Grad!.Norm().Item(), expected[$"gradnorm.{name}"].ToDoubles()[0]);
    }

    /// <summary>Names, shapes and roles of the published checkpoints.</summary>
    public static void CheckpointNames(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        foreach (string name in golden.Config.GetProperty("networks").EnumerateArray().Select(n => n.GetString()!))
        {
            JsonElement expected = files.Json().GetProperty(name), tensors = expected.GetProperty("tensors");
            bool classifier = tensors.TryGetProperty("decoder.weight", out _);
            using Module network = classifier ? new S4Classifier(new()) : new EcgCpcPretraining(new());
            IReadOnlyList<(string Name, long[] Shape)> published = classifier ? S4Family.PublishedNames(new()) : EcgCpcFamily.PublishedNames(new());
            HashSet<string> trained = [.. network.NamedParameters().Select(p => p.Name)];
            deviations.Equal("trained values", network.ParameterCount, expected.GetProperty("trainable_values").GetInt64());
            HashSet<string> seen = [];
            foreach ((string tensor, long[] shape) in published)
            {
                string pattern = tensors.TryGetProperty(tensor, out _) ? tensor : Numbered(tensor);
                seen.Add(pattern);
                if (!tensors.TryGetProperty(pattern, out JsonElement listed))
                {
                    deviations.Fail($"{name}: {tensor} is not published");
                    continue;
                }

                deviations.Equal($"shape of {tensor}", string.Join(',', shape), string.Join(',', listed.GetProperty("shape").EnumerateArray()));
                deviations.Equal($"role of {tensor}", trained.Contains(tensor) ? "trainable" : "buffer", listed.GetProperty("role").GetString());
            }

            foreach (JsonProperty listed in tensors.EnumerateObject())
                if (!seen.Contains(listed.Name)) deviations.Fail($"{name}: the network lacks {listed.Name}");
        }
    }

    // The last number between dots stands for all layers.
    private static string Numbered(string name)
    {
        string[] parts = name.Split('.');
        int at = Array.FindIndex(parts, p => p is "s4_layers" or "norms") + 1;
        parts[at] = "{n}";
        return string.Join('.', parts);
    }

    private static S4Classifier Build(GoldenCase golden)
    {
        JsonElement c = golden.Config;
        return new(new()
        {
            Leads = Integer("in_channels"),
            Labels = Integer("classes"),
            Width = Integer("width"),
            States = Integer("state"),
            Layers = Integer("layers"),
            InternalLength = Integer("length"),
            Bidirectional = c.GetProperty("bidirectional").GetBoolean(),
            PreNorm = c.GetProperty("prenorm").GetBoolean(),
            Dropout = c.GetProperty("dropout").GetDouble(),
        });

        int Integer(string name) => c.GetProperty(name).GetInt32();
    }
}

/// <summary>What the S4 networks' kinds share.</summary>
internal static class S4Stages
{
    private const string Prefix = "stage.";

    /// <summary>Compares a stage that the file stores; the reference may have an axis of one more for the kernels.</summary>
    public static void Compare(string stage, Tensor value, SafeTensorsFile expected, HashSet<string> seen, Deviations deviations)
    {
        if (!expected.TryGet(Prefix + stage, out CheckpointTensor? reference)) return;
        seen.Add(Prefix + stage);
        using Tensor shaped = reference.Shape.Length == value.Dim + 1 ? value.Unsqueeze(1) : value.Contiguous();
        deviations.Compare(stage, "values", shaped.ToArray<double>(), shaped.Shape, reference);
    }

    public static void RequireAll(SafeTensorsFile expected, HashSet<string> seen, Deviations deviations)
    {
        foreach (CheckpointTensor tensor in expected.Tensors.Where(t => t.Name.StartsWith(Prefix, StringComparison.Ordinal)))
            if (!seen.Contains(tensor.Name)) deviations.Fail($"{tensor.Name}: the network has no such stage");
    }

    public static void Gradients(Module network, string inputName, Tensor input, SafeTensorsFile expected, Deviations deviations)
    {
        Compare(inputName, input);
        foreach ((string name, Tensor parameter) in network.NamedParameters()) Compare(name, parameter);

        void Compare(string name, Tensor leaf) =>
            deviations.Compare($"gradient of {name}", "gradients", leaf.Grad!.ToArray<double>(), leaf.Shape, expected[$"grad.{name}"]);
    }
}
