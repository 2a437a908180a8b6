// ESI: encoder stages, text, decoder, losses and gradients; the pooler; the full-size encoders.
using System.Text.Json;
using Einthoven.Models.Esi;
using Einthoven.Models.Text;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;
using Einthoven.Training.Objectives;

namespace Einthoven.Golden.Kinds;

internal static class EsiKinds
{
    /// <summary>The whole model.</summary>
    public static void Model(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement config = golden.Config, decoder = config.GetProperty("decoder");
        SafeTensorsFile expected = files.Tensors();
        using Scope scope = new();
        using EsiPretraining network = new(new()
        {
            Ecg = ConvNeXt(config) with { Leads = (int)golden.Field("input")!.Value.GetProperty("shape")[2].GetInt64() },
            Text = Bert(config) with { Dropout = config.GetProperty("dropout").GetDouble() },
            DecoderLayers = Integer(decoder, "layers"),
            Heads = Integer(decoder, "heads"),
            HeadWidth = Integer(decoder, "head_width"),
            Expansion = Integer(decoder, "ff_mult"),
        });
        deviations.Equal("decoder width", Integer(decoder, "width"), network.Text.Width);
        Parameters(golden, files, deviations, network);
        WordWeights.Load(network, golden, files);
        if (golden.Weights == "formula")
        {
            using GradModeGuard noGrad = GradMode.Off();
            network.Temperature.FillInPlace(config.GetProperty("temperature").GetDouble());
        }

        GoldenArray input = files.Input();
        Tensor windows = Tensor.From(input.Floats, input.Shape).Transpose(1, 2).Contiguous();
        CheckpointTensor ids = expected[golden.Array("ids")!], mask = expected[golden.Array("mask")!];
        TokenBatch texts = new(ids.ToInt64s(), mask.ToInt64s(), (int)ids.Shape[0], (int)ids.Shape[1]);
        if (golden.Training) network.Train(new PhiloxRandom(0));
        EsiPass pass = network.Forward(windows, Tensor.From(texts.Ids, ids.Shape), Tensor.From(texts.Mask, mask.Shape), (stage, value) =>
            deviations.Compare(stage, "forward", value.ToArray<double>(), value.Shape, expected[$"conv.{stage}"]));
        Compare("text.hidden", pass.TextHidden);
        Compare("text_embeds", pass.TextHidden.Select(1, 0));
        Compare("image_embeds", pass.ImageEmbedding);
        Compare("logits", pass.Logits!);
        Compare("text_latents", pass.TextLatents);
        Compare("image_latents", pass.ImageLatents);

        EsiObjective objective = new(network, new()
        {
            CaptionWeight = config.GetProperty("caption_weight").GetDouble(),
            ContrastiveWeight = config.GetProperty("contrastive_weight").GetDouble(),
            SameTextIsNoNegative = false,
        });
        ObjectiveResult result = objective.Compute(new(windows) { Texts = texts }, new(new PhiloxRandom(0), 0, golden.Training));
        Tensor loss = result.Total() / result.SampleSize;
        deviations.Compare("loss", "loss", loss.Item(), expected["loss.total"].ToDoubles()[0]);
        foreach (LossTerm term in result.Terms)
            deviations.Compare(term.Name, "loss", term.Sum.Item() / result.SampleSize, expected[$"loss.{term.Name}"].ToDoubles()[0]);
        loss.Backward();
        Gradients(golden, deviations, network, expected);

        void Compare(string name, Tensor value) => deviations.Compare(name, "forward", value.ToArray<double>(), value.Shape, expected[name]);
    }

    /// <summary>The attentional pooler.</summary>
    public static void Pooler(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        using Scope scope = new();
        using GradModeGuard noGrad = GradMode.Off();
        JsonElement c = golden.Config;
        using EsiPooler pooler = new(Integer(c, "width"), Integer(c, "context_width"), Integer(c, "heads"), Integer(c, "head_width"));
        WordWeights.Load(pooler, golden, files);
        GoldenArray positions = files.Input();
        JsonElement named = golden.Field("arrays")!.Value.GetProperty("queries");
        CheckpointTensor queries = files.Tensors()[named.GetProperty("tensor").GetString()!];
        Tensor pooled = pooler.Forward(Tensor.From(queries.ToFloats(), queries.Shape), Tensor.From(positions.Floats, positions.Shape));
        deviations.Equal("queries", queries.Shape[0], c.GetProperty("queries").GetInt64());
        deviations.Compare("pooled", "forward", pooled.ToArray<double>(), pooled.Shape, files.Tensors()[golden.Array("output")!]);
    }

    /// <summary>The full-size ECG encoder's feature.</summary>
    public static void ConvNeXtFull(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        using Scope scope = new();
        using GradModeGuard noGrad = GradMode.Off();
        GoldenArray input = files.Input();
        using ConvNeXtEncoder encoder = new(ConvNeXt(golden.Config) with { Leads = (int)input.Shape[2] });
        WordWeights.Load(encoder, golden, files);
        Tensor feature = encoder.Forward(Tensor.From(input.Floats, input.Shape).Transpose(1, 2).Contiguous());
        deviations.Compare("feature", "forward", feature.ToArray<double>(), feature.Shape, files.Tensors()[golden.Array("feature")!]);
    }

    /// <summary>The full-size text encoder's first token and pooler.</summary>
    public static void BertFull(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        using Scope scope = new();
        using GradModeGuard noGrad = GradMode.Off();
        using BertEncoder encoder = new(Bert(golden.Config));
        WordWeights.Load(encoder, golden, files);
        CheckpointTensor ids = files.Tensors()[golden.Field("input")!.Value.GetProperty("tensor").GetString()!], mask = files.Tensors()[golden.Array("mask")!];
        Tensor hidden = encoder.Forward(Tensor.From(ids.ToInt64s(), ids.Shape), Tensor.From(mask.ToInt64s(), mask.Shape));
        Compare("cls", hidden.Select(1, 0));
        Compare("pooler", encoder.Pool(hidden));

        void Compare(string role, Tensor value) => deviations.Compare(role, "forward", value.ToArray<double>(), value.Shape, files.Tensors()[golden.Array(role)!]);
    }

    private static void Parameters(GoldenCase golden, GoldenFiles files, Deviations deviations, EsiPretraining network)
    {
        if (golden.TryFile("expected") is null || !files.Json().TryGetProperty("parameters", out JsonElement parameters)) return;
        deviations.Equal("parameters", Text(network.NamedParameters().Select(p => (p.Name, p.Tensor.Shape))),
            Text(parameters.EnumerateArray().Select(p => (p[0].GetString()!, p[1].EnumerateArray().Select(s => s.GetInt64()).ToArray()))));

        static string Text(IEnumerable<(string Name, long[] Shape)> listed) => string.Join('\n', listed.Select(p => $"{p.Name} {string.Join('×', p.Shape)}"));
    }

    private static void Gradients(GoldenCase golden, Deviations deviations, EsiPretraining network, SafeTensorsFile expected)
    {
        HashSet<string> zero = Names(golden, "zero_gradients"), none = Names(golden, "no_gradient");
        foreach ((string name, Tensor parameter) in network.NamedParameters())
        {
            using Scope scope = new();
            Tensor? gradient = parameter.Grad;
            if (none.Contains(name))
            {
                deviations.Equal($"{name} has no gradient", gradient is null, true);
                continue;
            }

            string part = zero.Contains($"grad.{name}") ? "zero_gradients" : "gradients";
            double[] actual = gradient?.ToArray<double>() ?? new double[parameter.Elements];
            deviations.Compare($"gradient of {name}", part, actual, parameter.Shape, expected[$"grad.{name}"]);
        }
    }

    private static HashSet<string> Names(GoldenCase golden, string role) =>
        golden.Field("arrays")!.Value.TryGetProperty(role, out JsonElement list) ? [.. list.EnumerateArray().Select(n => n.GetString()!)] : [];

    private static ConvNeXtConfig ConvNeXt(JsonElement config) => new() { Depths = Integers(config, "convnext_depths"), Widths = Integers(config, "convnext_widths") };

    private static BertConfig Bert(JsonElement config)
    {
        JsonElement b = config.GetProperty("bert");
        return new()
        {
            Vocabulary = Integer(b, "vocab"),
            Width = Integer(b, "width"),
            Layers = Integer(b, "layers"),
            Heads = Integer(b, "heads"),
            Intermediate = Integer(b, "intermediate"),
            Positions = Integer(b, "positions"),
            Types = Integer(b, "types"),
        };
    }

    private static int Integer(JsonElement c, string name) => c.GetProperty(name).GetInt32();

    private static int[] Integers(JsonElement c, string name) => [.. c.GetProperty(name).EnumerateArray().Select(v => v.GetInt32())];
}

/// <summary>Weights of ESI and MERL by formula: parameters and running statistics; zero offsets, rotary frequencies and counters keep their values.</summary>
internal static class WordWeights
{
    public static void Load(Module network, GoldenCase golden, GoldenFiles files)
    {
        if (golden.Weights != "formula")
        {
            Weights.Load(network, golden, files);
            return;
        }

        using GradModeGuard noGrad = GradMode.Off();
        foreach ((string name, Tensor tensor) in network.NamedParameters().Concat(network.NamedBuffers().Where(b => b.Name.Contains(".running_", StringComparison.Ordinal))))
        {
            using Scope one = new();
            tensor.CopyFrom(Tensor.From(FormulaWeights.Values(golden.WeightRule!, golden.Prefix + name, tensor.Shape), tensor.Shape));
        }
    }
}
