// Builds ECG-JEPA's networks from a case's configuration.
using System.Text.Json;
using Einthoven.Models.Jepa;

namespace Einthoven.Golden.Kinds;

internal static class JepaBuild
{
    /// <summary>The encoder, and the head where the case has one.</summary>
    public static JepaConfig Config(JsonElement c)
    {
        bool classifies = c.TryGetProperty("head", out JsonElement head);
        return new()
        {
            Leads = Whole(c, "leads"),
            Samples = Whole(c, c.TryGetProperty("pretrained_samples", out _) ? "pretrained_samples" : "samples"),
            Patch = Whole(c, "patch"),
            Width = Whole(c, "width"),
            Depth = Whole(c, "depth"),
            Heads = Whole(c, "heads"),
            MlpRatio = c.GetProperty("mlp_ratio").GetDouble(),
            Registers = Whole(c, "registers"),
            Bias = Flag("bias"),
            QkvBias = Flag("qkv_bias"),
            NormBias = Flag("bias"),
            NormEpsilon = Number("norm_eps") ?? new JepaConfig().NormEpsilon,
            LayerScale = Number("layer_scale") ?? 0,
            Dropout = Number("dropout") ?? 0,
            Labels = c.TryGetProperty("classes", out JsonElement classes) ? classes.GetInt32() : 1,
            Head = !classifies ? JepaHead.Attention : head.GetString() switch
            {
                "attention" => JepaHead.Attention,
                "first_register" => JepaHead.FirstRegister,
                "mean" => JepaHead.Mean,
                var other => throw new InvalidDataException($"the head '{other}' is none of cases.schema.md"),
            },
            KeepRegisters = !classifies || Flag("keep_registers"),
            HeadBias = classifies && Flag("head_bias"),
        };

        bool Flag(string name) => c.GetProperty(name).GetBoolean();

        double? Number(string name) => c.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;
    }

    public static JepaPredictorConfig Predictor(JsonElement c) =>
        new() { Width = Whole(c, "predictor_width"), Depth = Whole(c, "predictor_depth"), Heads = Whole(c, "predictor_heads") };

    public static JepaPretraining Pretraining(JsonElement c) => new(Config(c), Predictor(c));

    public static int Whole(JsonElement c, string name) => c.GetProperty(name).GetInt32();
}
