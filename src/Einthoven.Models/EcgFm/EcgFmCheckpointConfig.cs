// Reads the resolved configuration inside a published checkpoint; keys it lacks take the model classes' defaults.
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Models.EcgFm;

internal sealed class EcgFmCheckpointConfig
{
    private readonly string path;
    private readonly CheckpointDictionary model;

    private EcgFmCheckpointConfig(string path, CheckpointDictionary model, CheckpointDictionary? criterion)
    {
        (this.path, this.model) = (path, model);
        Model = model["_name"] as string ?? model["arch"] as string ?? "";
        if (criterion?["pos_weight"] is List<object?> { Count: > 0 } weights) PositiveWeights = [.. weights.Select(w => Number("pos_weight", w))];
    }

    public string Model { get; }

    public IReadOnlyList<double>? PositiveWeights { get; }

    /// <summary>Finds the configuration: cfg, or in very old files the command line's namespace under args.</summary>
    public static EcgFmCheckpointConfig Find(TorchCheckpoint file)
    {
        if (file.Find("cfg", "model") is CheckpointDictionary model)
            return new(file.Path, model, file.Find("cfg", "criterion") as CheckpointDictionary);
        if (file.Find("args") is OpaqueObject { State: CheckpointDictionary arguments }) return new(file.Path, arguments, arguments);
        throw new CheckpointException($"{file.Path}: has neither cfg.model nor args, so it is no checkpoint of ECG-FM. Give the .pt file of its authors' framework.");
    }

    public EcgFmConfig Read()
    {
        EcgFmConfig defaults = new();
        EcgFmConfig config = new()
        {
            Leads = Integer("in_d", defaults.Leads),
            ConvLayers = ConvLayers() ?? defaults.ConvLayers,
            ExtractorMode = Mode(),
            ConvBias = Flag("conv_bias", defaults.ConvBias),
            Layers = Integer("encoder_layers", defaults.Layers),
            Width = Integer("encoder_embed_dim", defaults.Width),
            FeedForward = Integer("encoder_ffn_embed_dim", defaults.FeedForward),
            Heads = Integer("encoder_attention_heads", defaults.Heads),
            LayerNormFirst = Flag("layer_norm_first", defaults.LayerNormFirst),
            ConvPos = Integer("conv_pos", defaults.ConvPos),
            ConvPosGroups = Integer("conv_pos_groups", defaults.ConvPosGroups),
            Dropout = Fraction("dropout", defaults.Dropout),
            AttentionDropout = Fraction("attention_dropout", defaults.AttentionDropout),
            ActivationDropout = Fraction("activation_dropout", defaults.ActivationDropout),
            LayerDrop = Fraction("encoder_layerdrop", defaults.LayerDrop),
            InputDropout = Fraction("dropout_input", defaults.InputDropout),
            FinalDropout = Fraction("final_dropout", defaults.FinalDropout),
            FeatureGradientFactor = Fraction("feature_grad_mult", defaults.FeatureGradientFactor),
        };
        try
        {
            config.Validate();
        }
        catch (ArgumentException e)
        {
            throw new CheckpointException($"{path}: {e.Message}", e);
        }

        return config;
    }

    private IReadOnlyList<ConvLayer>? ConvLayers()
    {
        if (!Given("conv_feature_layers", out object? value)) return null;
        try
        {
            return ConvLayersExpression.Parse(value as string ?? throw Wrong("conv_feature_layers", value));
        }
        catch (CheckpointException e) when (!e.Message.StartsWith(path, StringComparison.Ordinal))
        {
            throw new CheckpointException($"{path}: {e.Message}", e);
        }
    }

    private ExtractorMode Mode() => !Given("extractor_mode", out object? value) ? ExtractorMode.Default : value switch
    {
        "default" => ExtractorMode.Default,
        "layer_norm" => ExtractorMode.LayerNorm,
        _ => throw Wrong("extractor_mode", value),
    };

    private int Integer(string key, int otherwise) =>
        !Given(key, out object? value) ? otherwise
        : value is long number and >= int.MinValue and <= int.MaxValue ? (int)number : throw Wrong(key, value);

    private bool Flag(string key, bool otherwise) => !Given(key, out object? value) ? otherwise : value as bool? ?? throw Wrong(key, value);

    private double Fraction(string key, double otherwise) => Given(key, out object? value) ? Number(key, value) : otherwise;

    private double Number(string key, object? value) => value switch
    {
        double number => number,
        long number => number,
        _ => throw Wrong(key, value),
    };

    private bool Given(string key, out object? value) => model.TryGet(key, out value) && value != null;

    private CheckpointException Wrong(string key, object? value) =>
        new($"{path}: its configuration has {key} = {value ?? "None"}, which is not a value that ECG-FM's network takes.");
}
