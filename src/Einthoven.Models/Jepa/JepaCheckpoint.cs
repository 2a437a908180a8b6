// A checkpoint of ECG-JEPA's programs: sizes from its settings and shapes, tensors under the classifier's names.
// Source: kweimann/ECG-JEPA, pretrain.py and finetune.py (what they save), configs/.
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Models.Jepa;

/// <summary>What a checkpoint holds. Tensors point into the open file.</summary>
internal sealed record JepaCheckpoint
{
    /// <summary>Sizes and head.</summary>
    internal required JepaConfig Config { get; init; }

    /// <summary>Whether it is an evaluation's, with a trained head.</summary>
    internal required bool HasHead { get; init; }

    /// <summary>The classifier's tensors; where there is no head, one of zeros.</summary>
    internal required IReadOnlyList<CheckpointTensor> Classifier { get; init; }

    /// <summary>Samples a second.</summary>
    internal required double SamplingRateHz { get; init; }

    /// <summary>Samples of a window.</summary>
    internal required int WindowSamples { get; init; }

    /// <summary>Samples from one window to the next.</summary>
    internal required int StrideSamples { get; init; }

    /// <summary>Statistics of the leads that it was trained with; null where it does not say.</summary>
    internal JepaLeadStatistics? Statistics { get; init; }

    /// <exception cref="CheckpointException">The file is no such checkpoint.</exception>
    internal static JepaCheckpoint Read(TorchCheckpoint file)
    {
        if (file.Find("model") is not CheckpointDictionary || file.Find("config") is not CheckpointDictionary settings)
            throw new CheckpointException($"{file.Path}: is no checkpoint of ECG-JEPA: it has no dictionaries model and config.");
        var evaluation = file.Find("eval_config") as CheckpointDictionary;
        IReadOnlyList<CheckpointTensor> all = file.Tensors("model");
        List<CheckpointTensor> tensors = evaluation is not null ? [.. all] : [.. JepaFamily.TargetEncoder(all)];
        Dictionary<string, long[]> shapes = tensors.ToDictionary(t => t.Name, t => t.Shape);
        long[] patches = shapes.TryGetValue("encoder.patch_embed.proj.weight", out long[]? found) && found.Length == 3 ? found
            : throw new CheckpointException($"{file.Path}: is no checkpoint of ECG-JEPA: it lacks {(evaluation is null ? "target_" : "")}encoder.patch_embed.proj.weight.");
        int depth = 0;
        while (shapes.ContainsKey($"encoder.blocks.{depth}.norm1.weight")) depth++;
        bool pools = shapes.ContainsKey("attn_pool.query_token");
        JepaConfig config = new()
        {
            Leads = (int)patches[1],
            Samples = (int)Number("channel_size"),
            Patch = (int)patches[2],
            Width = (int)patches[0],
            Depth = depth,
            Heads = (int)Number("num_heads"),
            MlpRatio = Number("mlp_ratio"),
            Registers = shapes.TryGetValue("encoder.registers", out long[]? registers) ? (int)registers[1] : 0,
            Bias = shapes.ContainsKey("encoder.patch_embed.proj.bias"),
            QkvBias = shapes.ContainsKey("encoder.blocks.0.attn.qkv.bias"),
            NormBias = shapes.ContainsKey("encoder.norm.bias"),
            NormEpsilon = Number("norm_eps"),
            LayerScale = shapes.ContainsKey("encoder.blocks.0.attn_ls.weight") ? Math.Max(Number("layer_scale_eps"), 1e-6) : 0,
            Labels = evaluation is null ? 1 : (int)Shape(pools ? "attn_pool.cross_attention_block.proj.weight" : "fc.weight")[0],
            Head = pools ? JepaHead.Attention : evaluation?["use_register"] is true ? JepaHead.FirstRegister : JepaHead.Mean,
            KeepRegisters = evaluation?["use_register"] is true,
            HeadBias = shapes.ContainsKey("fc.bias"),
        };
        try
        {
            config.Validate();
        }
        catch (ArgumentException error)
        {
            throw new CheckpointException($"{file.Path}: its settings and tensors fit no ECG-JEPA. {error.Message}", error);
        }

        // What has no head gets one of zeros, so that it loads like any classifier.
        if (evaluation is null) tensors.Add(CheckpointTensor.From("fc.weight", [1, config.Width], new float[config.Width]));
        double rate = Number("sampling_frequency");
        int window = evaluation?["crop_duration"] is { } duration ? (int)(rate * Value(duration)) : config.Samples;
        return new()
        {
            Config = config,
            HasHead = evaluation is not null,
            Classifier = tensors,
            SamplingRateHz = rate,
            WindowSamples = window,
            StrideSamples = evaluation?["crop_stride"] is { } stride ? (int)(rate * Value(stride)) : window,
            Statistics = file.Find("preprocess", "mean") is CheckpointTensor mean && file.Find("preprocess", "std") is CheckpointTensor std
                ? new(mean.ToFloats(), std.ToFloats())
                : null,
        };

        double Number(string key) => settings.TryGet(key, out object? value) && value is long or double ? Value(value)
            : throw new CheckpointException($"{file.Path}: its config has no number {key}.");

        static double Value(object value) => value is long whole ? whole : value is double number ? number : 0;

        long[] Shape(string name) => shapes.GetValueOrDefault(name) ?? throw new CheckpointException($"{file.Path}: has no tensor {name}.");
    }
}
