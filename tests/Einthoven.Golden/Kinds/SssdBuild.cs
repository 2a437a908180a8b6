// Builds a generator as a case says and fills its weights.
using System.Text.Json;
using Einthoven.Models.Generating;
using Einthoven.Models.SssdEcg;
using Einthoven.Torch;

namespace Einthoven.Golden.Kinds;

internal static class SssdBuild
{
    /// <summary>The network of a case with its weights.</summary>
    public static SssdEcgNetwork Network(GoldenCase golden, GoldenFiles files)
    {
        SssdEcgNetwork network = new(Config(golden.Config));
        if (golden.Weights == "formula") Formula(network, golden);
        else Weights.Load(network, golden, files, SssdEcgCheckpoint.OwnName);
        if (golden.Training) network.Train(new PhiloxRandom(0));
        return network;
    }

    /// <summary>Labels [batch, labels] and, where stored, sex.</summary>
    public static DiffusionConditions Conditions(GoldenCase golden, GoldenFiles files)
    {
        long[]? sex = golden.Array("gender") is { } name ? files.Tensors()[name].ToInt64s() : null;
        GoldenArray labels = GoldenArray.Of(files.Tensors()[golden.Array("label")!]);
        return new(Tensor.From(labels.Floats, labels.Shape), sex);
    }

    public static NoiseSchedule Schedule(JsonElement config) =>
        new(config.GetProperty("steps").GetInt32(), config.GetProperty("beta")[0].GetDouble(), config.GetProperty("beta")[1].GetDouble());

    public static SssdEcgConfig Config(JsonElement c)
    {
        return new()
        {
            Leads = Integer("in_channels") == Integer("out_channels") ? Integer("in_channels") : throw new InvalidDataException("noise has as many leads as the signal"),
            Labels = Integer("label_embed_classes"),
            Width = Integer("res_channels"),
            SkipWidth = Integer("skip_channels"),
            Blocks = Integer("num_res_layers"),
            StepWaves = Integer("diffusion_step_embed_dim_in"),
            StepHidden = Integer("diffusion_step_embed_dim_mid"),
            StepWidth = Integer("diffusion_step_embed_dim_out"),
            InternalLength = Integer("s4_lmax"),
            States = Integer("s4_d_state"),
            Bidirectional = c.GetProperty("s4_bidirectional").GetBoolean(),
            LayerNorm = c.GetProperty("s4_layernorm").GetBoolean(),
            Dropout = c.GetProperty("s4_dropout").GetDouble(),
            LabelWidth = Integer("label_embed_dim"),
            PairedLabels = c.GetProperty("new_label_embed").GetBoolean(),
            SexClasses = Integer("gender_embed_classes"),
            SexWidth = Integer("gender_embed_dim"),
        };

        int Integer(string name) => c.GetProperty(name).GetInt32();
    }

    // The formulas go by the names of the older weight norm.
    private static void Formula(SssdEcgNetwork network, GoldenCase golden)
    {
        bool zeroPresent = golden.Config.TryGetProperty("zero_present_rows", out JsonElement zero) && zero.GetBoolean();
        using GradModeGuard noGrad = GradMode.Off();
        foreach ((string name, Tensor tensor) in network.State())
        {
            using Scope one = new();
            tensor.CopyFrom(Tensor.From(FormulaWeights.Values(golden.WeightRule!, golden.Prefix + SssdEcgCheckpoint.OldName(name), tensor.Shape), tensor.Shape));
            if (zeroPresent && name.StartsWith("label_embedding.", StringComparison.Ordinal)) tensor.Select(0, 1).ZeroInPlace();
        }
    }
}
