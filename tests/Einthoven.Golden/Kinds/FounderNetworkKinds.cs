// Net1D's stages, gradients and parameters, and attention pooling with a learned query.
using System.Text.Json;
using Einthoven.Models.EcgFounder;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Golden.Kinds;

internal static class FounderNetworkKinds
{
    private const string GradientPrefix = "grad.";
    private const string RunningPrefix = "after.";

    /// <summary>Every activation, the loss, every gradient that the file lists, and running statistics after a pass in training.</summary>
    public static void Small(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        using Scope scope = new();
        using Net1D network = Build(golden, files);
        SafeTensorsFile expected = files.Tensors();
        HashSet<string> seen = [];
        GoldenArray input = files.Input(), target = files.Input("target");
        Tensor x = Tensor.From(input.Floats, input.Shape);
        x.RequiresGrad = true;
        Tensor logits = network.Forward(x, (stage, value) => Compare(stage, "activations", value));
        Tensor loss = Losses.BinaryCrossEntropyMean(logits, Tensor.From(target.Floats, target.Shape));
        loss.Backward();
        Compare("logits", "activations", logits);
        deviations.Compare("loss", "loss", loss.Item(), expected["loss"].ToDoubles()[0]);
        seen.UnionWith(["loss", Field("input"), Field("target")]);
        Compare(GradientPrefix + "x", "gradients", x.Grad!);
        foreach ((string name, Tensor parameter) in network.NamedParameters())
        {
            bool listed = expected.TryGet(GradientPrefix + name, out _);
            deviations.Equal($"{name} has a gradient", parameter.Grad is not null, listed);
            if (parameter.Grad is { } gradient) Compare(GradientPrefix + name, "gradients", gradient);
        }

        foreach ((string name, Tensor buffer) in network.NamedBuffers()) Compare(RunningPrefix + name, "running", buffer);
        foreach (CheckpointTensor tensor in expected.Tensors)
            if (!seen.Contains(tensor.Name)) deviations.Fail($"{tensor.Name}: the network has nothing of that name");

        string Field(string name) => golden.Field(name) is { } field && field.TryGetProperty("tensor", out JsonElement tensor) ? tensor.GetString()! : "";

        void Compare(string name, string part, Tensor value)
        {
            if (!expected.TryGet(name, out CheckpointTensor? reference)) return;
            seen.Add(name);
            deviations.Compare(name, part, value.ToArray<double>(), value.Shape, reference);
        }
    }

    /// <summary>A published preset at full size: stages by summary, features and logits in full, the number of parameters.</summary>
    public static void Full(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        using Scope scope = new();
        using GradModeGuard noGrad = GradMode.Off();
        using Net1D network = Build(golden, files);
        JsonElement summary = files.Json("summary");
        if (summary.TryGetProperty("param_count", out JsonElement count)) deviations.Equal("parameters", network.ParameterCount, count.GetInt64());
        JsonElement stages = summary.GetProperty("stages");
        SafeTensorsFile expected = files.Tensors();
        HashSet<string> seen = [];
        GoldenArray input = files.Input();
        Dictionary<string, int> last = golden.Config.GetProperty("m_blocks_list").EnumerateArray()
            .Select((blocks, stage) => (Name: $"stage{stage}", Last: blocks.GetInt32() - 1)).ToDictionary(s => s.Name, s => s.Last);
        Tensor logits = network.Forward(Tensor.From(input.Floats, input.Shape), (stage, value) =>
        {
            if (stage == "features") deviations.Compare(stage, stage, value.ToArray<double>(), value.Shape, expected[stage]);
            // A stage's output is that of its last block.
            string name = stage == "stem.out" ? "stem" : stage.Split('.') is [var of, var block] && last.TryGetValue(of, out int k) && block == $"block{k}" ? of : "";
            if (!stages.TryGetProperty(name, out JsonElement figures)) return;
            seen.Add(name);
            deviations.Equal($"shape of {name}", string.Join(',', value.Shape), string.Join(',', figures.GetProperty("shape").EnumerateArray()));
            deviations.Summary(name, "stages", value.ToArray<double>(), figures);
        });
        deviations.Compare("logits", "logits", logits.ToArray<double>(), logits.Shape, expected["logits"]);
        foreach (JsonProperty stage in stages.EnumerateObject())
            if (!seen.Contains(stage.Name)) deviations.Fail($"{stage.Name}: the network has no such stage");
    }

    /// <summary>Names, shapes, kinds and order of the state dictionary.</summary>
    public static void Parameters(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        using Net1D network = new(Config(golden.Config));
        HashSet<string> parameters = [.. network.NamedParameters().Select(p => p.Name)];
        string[] actual = [.. network.State().Select(t => $"{t.Name} [{string.Join(", ", t.Tensor.Shape)}] {(parameters.Contains(t.Name) ? "param" : "buffer")}")];
        string[] listed = [.. files.Json().EnumerateArray().Select(t => $"{t[0].GetString()} [{string.Join(", ", t[1].EnumerateArray())}] {t[2].GetString()}")];
        deviations.Equal("number of tensors", actual.Length, listed.Length);
        for (int i = 0; i < Math.Min(actual.Length, listed.Length); i++) deviations.Equal($"tensor {i}", actual[i], listed[i]);
    }

    /// <summary>Output and gradients of the sum of its squares.</summary>
    public static void QueryPool(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement config = golden.Config;
        string loss = config.GetProperty("loss").GetString()!;
        if (loss != "sum_of_squares") throw new InvalidDataException($"the loss '{loss}' is none of cases.schema.md");
        using Scope scope = new();
        using QueryAttentionPool pool = new(
            config.GetProperty("embed").GetInt64(), config.GetProperty("heads").GetInt64(), config.GetProperty("outputs").GetInt64());
        Weights.Load(pool, golden, files);
        GoldenArray input = files.Input();
        Tensor x = Tensor.From(input.Floats, input.Shape);
        x.RequiresGrad = true;
        Tensor output = pool.Forward(x);
        output.Square().Sum().Backward();
        SafeTensorsFile expected = files.Tensors();
        deviations.Compare("out", "activations", output.ToArray<double>(), output.Shape, expected["out"]);
        foreach ((string name, Tensor leaf) in pool.NamedParameters().Append((Name: "x", Tensor: x)))
        {
            Tensor gradient = leaf.Grad ?? throw new InvalidOperationException($"{name} has no gradient");
            deviations.Compare($"gradient of {name}", "gradients", gradient.ToArray<double>(), gradient.Shape, expected[GradientPrefix + name]);
        }
    }

    /// <summary>The network of a case with its weights, in the case's mode.</summary>
    internal static Net1D Build(GoldenCase golden, GoldenFiles files)
    {
        Net1D network = new(Config(golden.Config));
        Weights.Load(network, golden, files);
        if (golden.Training) network.Train(new PhiloxRandom(0));
        return network;
    }

    // Dropout is off in every case, whatever the authors' switch says.
    private static Net1DConfig Config(JsonElement json) => new()
    {
        Leads = json.GetProperty("in_channels").GetInt32(),
        StemWidth = json.GetProperty("base_filters").GetInt32(),
        Ratio = json.GetProperty("ratio").GetDouble(),
        Widths = json.Integers("filter_list"),
        Blocks = json.Integers("m_blocks_list"),
        Kernel = json.GetProperty("kernel_size").GetInt32(),
        Stride = json.GetProperty("stride").GetInt32(),
        GroupWidth = json.GetProperty("groups_width").GetInt32(),
        Labels = json.GetProperty("n_classes").GetInt32(),
        BatchNorm = json.GetProperty("use_bn").GetBoolean(),
    };
}
