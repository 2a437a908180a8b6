// The supervised networks of the PTB-XL benchmark: every stage, logits, gradients, statistics, and the names of their states.
using System.Text.Json;
using Einthoven.Models;
using Einthoven.Models.FcnWang;
using Einthoven.Models.Inception1d;
using Einthoven.Models.Lstm;
using Einthoven.Models.ResNetWang;
using Einthoven.Models.XResNet;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Golden.Kinds;

internal static class BaselineKinds
{
    /// <summary>A small network: activations, logits, loss, gradients, and in training the statistics after one pass.</summary>
    public static void Small(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        using Scope scope = new();
        using EcgNetwork network = Build(golden);
        Weights.Load(network, golden, files);
        if (golden.Training) network.Train(new PhiloxRandom(0));
        SafeTensorsFile expected = files.Tensors();
        HashSet<string> seen = [];
        GoldenArray input = files.Input(), target = files.Input("target");
        Tensor x = Tensor.From(input.Floats, input.Shape);
        x.RequiresGrad = true;
        Tensor logits = network.Forward(x, (stage, value) =>
        {
            if (stage != "logits") Compare($"act.{stage}", "activations", value);
        });
        Compare("logits", "logits", logits);
        Tensor loss = Losses.BinaryCrossEntropyMean(logits, Tensor.From(target.Floats, target.Shape));
        Compare("loss", "loss", loss);
        loss.Backward();
        Compare("grad.x", "gradients", x.Grad!);
        foreach ((string name, Tensor parameter) in network.NamedParameters()) Compare($"grad.{name}", "gradients", parameter.Grad!);
        if (golden.Training)
            foreach ((string name, Tensor buffer) in network.NamedBuffers().Where(b => !b.Name.EndsWith("num_batches_tracked", StringComparison.Ordinal)))
                Compare($"after.{name}", "running", buffer);

        JsonElement? summaries = golden.TryFile("summary") is null ? null : files.Json("summary", atKey: false);
        IEnumerable<string> listed = expected.Tensors.Select(t => t.Name).Concat(summaries?.EnumerateObject().Select(s => s.Name) ?? []);
        string?[] inputs = [golden.Field("input")?.GetProperty("tensor").GetString(), golden.Field("target")?.GetProperty("tensor").GetString()];
        foreach (string name in listed)
            if (!seen.Contains(name) && !inputs.Contains(name) && !name.Contains(".convpath.", StringComparison.Ordinal) && !name.EndsWith("num_batches_tracked", StringComparison.Ordinal))
                deviations.Fail($"{name}: the network makes no such tensor");

        void Compare(string name, string part, Tensor value)
        {
            seen.Add(name);
            if (expected.TryGet(name, out CheckpointTensor? reference)) deviations.Compare(name, part, value.ToArray<double>(), value.Shape, reference);
            else if (golden.TryFile("summary") is not null && files.Json("summary", atKey: false).TryGetProperty(name, out JsonElement summary))
                deviations.Summary(name, part, value.ToArray<double>(), summary);
        }
    }

    /// <summary>Full size: every module by summary, logits, number of parameters, names and shapes of the state.</summary>
    public static void Full(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        using Scope scope = new();
        using GradModeGuard noGrad = GradMode.Off();
        using EcgNetwork network = Build(golden);
        Weights.Load(network, golden, files);
        JsonElement expected = files.Json("summary", atKey: false), stages = expected.GetProperty("stages");
        HashSet<string> seen = [];
        GoldenArray input = files.Input();
        Tensor logits = network.Forward(Tensor.From(input.Floats, input.Shape), (stage, value) =>
        {
            if (!stages.TryGetProperty(stage, out JsonElement summary)) return;
            seen.Add(stage);
            deviations.Equal($"shape of {stage}", string.Join(',', value.Shape), string.Join(',', summary.GetProperty("shape").EnumerateArray()));
            deviations.Summary(stage, "stages", value.ToArray<double>(), summary);
        });
        deviations.Compare("logits", "logits", logits.ToArray<double>(), Deviations.Numbers(expected.GetProperty("logits")));
        foreach (JsonProperty stage in stages.EnumerateObject())
            if (!seen.Contains(stage.Name)) deviations.Fail($"{stage.Name}: the network has no such stage");

        deviations.Equal("parameters", network.ParameterCount, expected.GetProperty("params").GetInt64());
        Dictionary<string, long[]> own = network.State().ToDictionary(s => s.Name, s => s.Tensor.Shape);
        // Only the residual networks with pooled shortcuts are saved with every tensor of their main paths twice.
        IEnumerable<(string Published, string Own)> saved = network is XResNetwork ? XResNetFamily.PublishedNames(own.Keys) : own.Keys.Select(n => (n, n));
        string[] names = [.. saved.Select(n => $"{n.Published} [{string.Join(", ", own[n.Own])}]")];
        string[] published = [.. files.Json("parameters").EnumerateArray().Select(p => $"{p[0].GetString()} [{string.Join(", ", p[1].EnumerateArray())}]")];
        deviations.Equal("number of tensors", names.Length, published.Length);
        for (int k = 0; k < Math.Min(names.Length, published.Length); k++) deviations.Equal($"tensor {k}", names[k], published[k]);
    }

    private static EcgNetwork Build(GoldenCase golden)
    {
        JsonElement c = golden.Config;
        int leads = Integer("in_channels"), labels = Integer("n_classes");
        double dropout = c.GetProperty("dropout").GetDouble();
        int[] hidden = Integers("head_hidden");
        string kind = golden.Kind.EndsWith("_full", StringComparison.Ordinal) ? golden.Kind[..^"_full".Length] : golden.Kind;
        return kind switch
        {
            "xresnet1d" => new XResNetwork(new()
            {
                Leads = leads,
                Labels = labels,
                Stem = Integers("stem"),
                Layers = Integers("layers"),
                Expansion = Integer("expansion"),
                BlockWidth = Integer("block_width"),
                Kernel = Integer("kernel_size"),
                HeadHidden = hidden,
                Dropout = dropout,
            }),
            "resnet1d_wang" => new ResNetWangNetwork(new()
            {
                Leads = leads,
                Labels = labels,
                Width = Integer("inplanes"),
                StemKernel = Integer("stem_kernel_size"),
                Kernels = Integers("kernel_sizes"),
                Strides = Integers("block_strides"),
                HeadHidden = hidden,
                Dropout = dropout,
            }),
            "inception1d" => new InceptionNetwork(new()
            {
                Leads = leads,
                Labels = labels,
                Kernels = Integers("branch_kernel_sizes"),
                Depth = Integer("depth"),
                Bottleneck = Integer("bottleneck"),
                Filters = Integer("nb_filters"),
                Residual = c.GetProperty("residual").GetBoolean(),
                HeadHidden = hidden,
                Dropout = dropout,
            }),
            "lstm1d" => new LstmNetwork(new()
            {
                Leads = leads,
                Labels = labels,
                Hidden = Integer("hidden"),
                Layers = Integer("layers"),
                Bidirectional = c.GetProperty("bidirectional").GetBoolean(),
                HeadHidden = hidden,
                Dropout = dropout,
            }),
            "fcn_wang" => new FcnWangNetwork(new()
            {
                Leads = leads,
                Labels = labels,
                Filters = Integers("filters"),
                Kernels = Integers("kernel_sizes"),
                HeadHidden = hidden,
                Dropout = dropout,
            }),
            _ => throw new InvalidDataException($"the kind '{golden.Kind}' names no network of the benchmark"),
        };

        int Integer(string name) => c.GetProperty(name).GetInt32();

        int[] Integers(string name) => [.. c.GetProperty(name).EnumerateArray().Select(v => v.GetInt32())];
    }
}
