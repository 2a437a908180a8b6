// Masked autoencoders: masks from recorded noise, every stage, losses, gradients, and the features of the same weights downstream.
using System.Text.Json;
using Einthoven.Models;
using Einthoven.Models.MaskedAutoencoders;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;
using Einthoven.Training.Objectives;

namespace Einthoven.Golden.Kinds;

internal static class SslMaskedKinds
{
    // Tables of sines stay tables under every formula.
    private const string TableMark = "pos_embed";

    /// <summary>Small: everything the file holds.</summary>
    public static void Small(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        SafeTensorsFile expected = files.Tensors();
        using Scope scope = new();
        using MaskedAutoencoder network = Build(golden);
        Load(network, golden, files);
        if (golden.Array("parameters") is { } prefix)
        {
            foreach ((string name, Tensor tensor) in network.State())
                deviations.Compare(name, "forward", tensor.ToArray<double>(), tensor.Shape, expected[prefix + name]);
        }

        GoldenArray input = files.Input(), noise = Noise(golden, files);
        Tensor windows = Tensor.From(input.Floats, input.Shape);
        MaskedAutoencoderObjective objective = new(network, Options(golden.Config))
        {
            Noise = noise.Floats,
            Stages = (stage, value) =>
            {
                if (expected.TryGet(stage, out CheckpointTensor? stored)) deviations.Compare(stage, "forward", value.ToArray<double>(), stored.ToDoubles());
            },
        };
        CompareMask(Mask(golden, noise), expected, deviations);
        deviations.Compare("target", "forward", network.Encoder.Cut(windows).ToArray<double>(), expected["target"].ToDoubles());
        ObjectiveResult result = objective.Compute(new(windows), new(new PhiloxRandom(0), 0, golden.Training));
        Tensor loss = result.Total() / result.SampleSize;
        deviations.Compare("loss", "loss", loss.Item(), expected["loss"].ToDoubles()[0]);
        loss.Backward();
        Dictionary<string, Tensor> parameters = network.NamedParameters().ToDictionary(p => p.Name, p => p.Tensor);
        foreach (CheckpointTensor stored in expected.Tensors.Where(t => t.Name.StartsWith("grad.", StringComparison.Ordinal)))
        {
            string name = stored.Name["grad.".Length..];
            if (!parameters.Remove(name, out Tensor? parameter) || parameter.Grad is not { } gradient) deviations.Fail($"{name} has no gradient");
            else deviations.Compare(stored.Name, "gradients", gradient.ToArray<double>(), gradient.Shape, stored);
        }

        deviations.Equal("parameters without a reference gradient", string.Join(' ', parameters.Keys), "");
        Features(network, golden, windows, expected, deviations);
    }

    /// <summary>Full size: the mask, the loss, the first removed patch of each lead, features.</summary>
    public static void Full(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        SafeTensorsFile expected = files.Tensors();
        using Scope scope = new();
        using GradModeGuard noGrad = GradMode.Off();
        using MaskedAutoencoder network = Build(golden);
        Load(network, golden, files);
        GoldenArray input = files.Input(), noise = Noise(golden, files);
        Tensor windows = Tensor.From(input.Floats, input.Shape);
        PatchMask mask = Mask(golden, noise);
        CompareMask(mask, expected, deviations);
        double[] prediction = [];
        MaskedAutoencoderObjective objective = new(network, Options(golden.Config))
        {
            Noise = noise.Floats,
            Stages = (stage, value) => { if (stage == "pred") prediction = value.ToArray<double>(); },
        };
        ObjectiveResult result = objective.Compute(new(windows), new(new PhiloxRandom(0), 0, golden.Training));
        deviations.Compare("loss", "loss", result.Total().Item() / result.SampleSize, expected["loss"].ToDoubles()[0]);
        if (golden.Array("prediction") is { } name)
        {
            int width = network.Encoder.PatchWidth;
            int[] removed = [.. Enumerable.Range(0, network.Encoder.Groups)
                .Select(lead => (lead * mask.Patches) + mask.Removed.Slice(lead * mask.Patches, mask.Patches).IndexOf(1f))];
            deviations.Compare("prediction", "forward", [.. removed.SelectMany(patch => prediction.AsSpan(patch * width, width).ToArray())], expected[name].ToDoubles());
        }

        Features(network, golden, windows, expected, deviations);
    }

    /// <summary>The same weights with a head: feature of the whole window and of its beginning, logits.</summary>
    private static void Features(MaskedAutoencoder network, GoldenCase golden, Tensor windows, SafeTensorsFile expected, Deviations deviations)
    {
        if (golden.Array("feature") is not { } feature) return;
        using GradModeGuard noGrad = GradMode.Off();
        JsonElement config = golden.Config;
        int labels = config.TryGetProperty("head_classes", out JsonElement classes) && classes.ValueKind == JsonValueKind.Number ? classes.GetInt32() : 1;
        using MaskedAutoencoderClassifier classifier = new(Config(config) with { Labels = labels }, network.Encoder.Scheme);
        Dictionary<string, Tensor> state = network.State().Where(s => s.Name.StartsWith("encoder.", StringComparison.Ordinal))
            .ToDictionary(s => s.Name["encoder.".Length..], s => s.Tensor);
        foreach ((string name, Tensor tensor) in classifier.State().Where(s => s.Name.StartsWith(classifier.HeadPrefix, StringComparison.Ordinal)))
            state[name] = Tensor.From(FormulaWeights.Values(golden.WeightRule ?? "generic", golden.Prefix + name, tensor.Shape), tensor.Shape);
        classifier.Load(state);
        Compare(feature, classifier.Embed(windows));
        if (golden.Array("feature_short") is { } cut) Compare(cut, classifier.Embed(windows.Narrow(2, 0, config.GetProperty("short_samples").GetInt32())));
        if (golden.Array("logits") is { } logits) Compare(logits, classifier.Forward(windows));

        void Compare(string name, Tensor value) => deviations.Compare(name, "forward", value.ToArray<double>(), value.Shape, expected[name]);
    }

    private static void CompareMask(PatchMask mask, SafeTensorsFile expected, Deviations deviations)
    {
        deviations.Compare("mask", "integers", [.. mask.Removed.ToArray().Select(r => (double)r)], expected["mask"].ToDoubles());
        if (expected.TryGet("ids_restore", out CheckpointTensor? restore))
            deviations.Compare("ids_restore", "integers", [.. mask.Restore.ToArray().Select(r => (double)r)], [.. restore.ToInt64s().Select(r => (double)r)]);
    }

    private static GoldenArray Noise(GoldenCase golden, GoldenFiles files)
    {
        JsonElement entry = golden.Field("arrays")!.Value.GetProperty("noise");
        if (entry.TryGetProperty("tensor", out JsonElement name) && files.Tensors().TryGet(name.GetString()!, out CheckpointTensor? stored)) return GoldenArray.Of(stored);
        long[] shape = [.. entry.GetProperty("shape").EnumerateArray().Select(s => s.GetInt64())];
        return new(FormulaInputs.Values(entry.GetProperty("rule").GetString()!, entry.GetProperty("formula").GetString()!, shape), shape);
    }

    private static PatchMask Mask(GoldenCase golden, GoldenArray noise)
    {
        var patches = (int)noise.Shape[^1];
        return PatchMask.From(noise.Floats, noise.Values.Length / patches, patches, golden.Config.GetProperty("mask_ratio").GetDouble());
    }

    private static void Load(MaskedAutoencoder network, GoldenCase golden, GoldenFiles files)
    {
        if (golden.Weights != "formula")
        {
            Weights.Load(network, golden, files);
            return;
        }

        using GradModeGuard noGrad = GradMode.Off();
        foreach ((string name, Tensor tensor) in network.State().Where(s => !s.Name.Contains(TableMark, StringComparison.Ordinal)))
        {
            using Scope one = new();
            tensor.CopyFrom(Tensor.From(FormulaWeights.Values(golden.WeightRule!, golden.Prefix + name, tensor.Shape), tensor.Shape));
        }
    }

    private static MaskedAutoencoder Build(GoldenCase golden) =>
        new(Config(golden.Config), Options(golden.Config).Decoder, golden.Config.GetProperty("method").GetString() switch
        {
            "stmem" => PatchScheme.LeadPatches,
            "mtae" => PatchScheme.TimePatches,
            "mlae" => PatchScheme.WholeLeads,
            string other => throw new InvalidDataException($"the method '{other}' is none of cases.schema.md"),
            null => throw new InvalidDataException("the case names no method"),
        });

    private static MaskedAutoencoderConfig Config(JsonElement c) => new()
    {
        Leads = Integer(c, "num_leads"),
        Labels = 1,
        Samples = Integer(c, "seq_len"),
        Patch = Integer(c, "patch_size"),
        Width = Integer(c, "embed_dim"),
        Depth = Integer(c, "depth"),
        Heads = Integer(c, "num_heads"),
        HeadWidth = Integer(c, "dim_per_head"),
        FeedForward = (int)(c.GetProperty("mlp_ratio").GetDouble() * Integer(c, "embed_dim")),
        AttentionBias = c.GetProperty("qkv_bias").GetBoolean(),
    };

    private static ReconstructionOptions Options(JsonElement c) => new()
    {
        MaskRatio = c.GetProperty("mask_ratio").GetDouble(),
        NormalizeTargets = c.GetProperty("norm_pix_loss").GetBoolean(),
        Decoder = new()
        {
            Width = Integer(c, "decoder_embed_dim"),
            Depth = Integer(c, "decoder_depth"),
            Heads = Integer(c, "decoder_num_heads"),
            HeadWidth = Integer(c, "dim_per_head"),
            FeedForward = (int)(c.GetProperty("mlp_ratio").GetDouble() * Integer(c, "decoder_embed_dim")),
            AttentionBias = c.GetProperty("qkv_bias").GetBoolean(),
            NormEpsilon = c.GetProperty("decoder_norm_eps").GetDouble(),
        },
    };

    private static int Integer(JsonElement c, string name) => c.GetProperty(name).GetInt32();
}
