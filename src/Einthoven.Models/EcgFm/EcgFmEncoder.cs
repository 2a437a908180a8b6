// ECG-FM's encoder: a window of ECG in, one vector a frame out.
// Source: McKeen et al., "ECG-FM", JAMIA Open 2025, 8(5), ooaf122; fairseq-signals, models/wav2vec2/wav2vec2.py.
using Einthoven.Torch;

namespace Einthoven.Models.EcgFm;

/// <summary>
/// Feature extractor, projection, positional convolution and transformer. Names are those of the published pretraining checkpoints:
/// encoder.*, feature_extractor.*, post_extract_proj.*, conv_pos.*, layer_norm.*.
/// </summary>
public sealed class EcgFmEncoder : Module
{
    private readonly EcgFmConfig config;
    private readonly EcgFmTransformer transformer;
    private readonly EcgFmFeatureExtractor extractor;
    private readonly Linear? projection;
    private readonly EcgFmPositionalConvolution position;
    private readonly LayerNorm norm;
    private readonly Dropout inputDropout;

    /// <summary>Builds the encoder with zero weights.</summary>
    /// <exception cref="ArgumentException">The configuration does not work.</exception>
    public EcgFmEncoder(EcgFmConfig config)
    {
        config.Validate();
        this.config = config;
        int features = config.ConvLayers[^1].Width;
        // In the order of the published state dictionaries.
        transformer = Child("encoder", new EcgFmTransformer(config));
        extractor = Child("feature_extractor", new EcgFmFeatureExtractor(config));
        if (features != config.Width) projection = Child("post_extract_proj", new Linear(features, config.Width));
        position = Child("conv_pos", new EcgFmPositionalConvolution(config.Width, config.ConvPos, config.ConvPosGroups));
        norm = Child("layer_norm", new LayerNorm(features));
        inputDropout = Child("dropout_input", new Dropout(config.InputDropout));
    }

    /// <summary>
    /// The type of the transformer's matrix products: <see cref="ScalarType.BFloat16"/> casts weights and inputs inside the graph, so that
    /// weights and gradients stay in single precision, as do norms, residuals and convolutions.
    /// </summary>
    public ScalarType ComputeType
    {
        get => transformer.ComputeType;
        set => transformer.ComputeType = value;
    }

    /// <summary>Encodes windows.</summary>
    /// <param name="x">Float32 [batch, leads, samples], standardised; zero from each row's valid length on.</param>
    /// <param name="validSamples">
    /// Samples of each row that are signal and not padding; null: all. As published, padding still takes part in the first norm and
    /// leaks into neighbouring frames through the positional convolution; it is cut off only before the transformer.
    /// </param>
    /// <param name="stages">Told of every intermediate result under its name, such as <c>layer0_out</c>; the tensor is valid during the call.</param>
    /// <returns>Float32 [batch, frames, width]; padded frames are zero.</returns>
    public Tensor Forward(Tensor x, IReadOnlyList<long>? validSamples = null, StageObserver? stages = null)
    {
        using Scope scope = new();
        Tensor features = Normalize(Extract(x, stages), stages);
        Tensor tokens = Project(features, stages);
        return scope.Keep(Contextualize(tokens, FramePadding(x, ValidFrames(x, validSamples)), stages));
    }

    /// <summary>Convolutional features [batch, conv width, frames] → normalised [batch, frames, conv width].</summary>
    internal Tensor Normalize(Tensor features, StageObserver? stages)
    {
        Tensor normalized = norm.Forward(features.Transpose(1, 2));
        stages?.Invoke("features_ln", normalized);
        return normalized;
    }

    /// <summary>Normalised features [batch, frames, conv width] → the transformer's width, dropout applied.</summary>
    internal Tensor Project(Tensor features, StageObserver? stages)
    {
        Tensor projected = features;
        if (projection != null)
        {
            projected = projection.Forward(features); // [batch, frames, width]
            stages?.Invoke("post_extract_proj", projected);
        }

        return inputDropout.Forward(projected);
    }

    /// <summary>Projected features → vectors that know their surroundings, both [batch, frames, width]; padding as of <see cref="FramePadding"/>.</summary>
    internal Tensor Contextualize(Tensor projected, Tensor? padding, StageObserver? stages)
    {
        if (padding is not null) stages?.Invoke("feature_padding_mask", padding);
        Tensor tokens = Silence(projected + position.Forward(projected, stages), padding);
        stages?.Invoke("transformer_in", tokens);
        Tensor output = transformer.Forward(tokens, padding, stages);
        stages?.Invoke("transformer_out", output);
        Tensor encoded = Silence(output, padding);
        stages?.Invoke("encoder_out", encoded);
        return encoded;
    }

    /// <summary>[batch, leads, samples] → [batch, conv width, frames]; its gradient is scaled as configured.</summary>
    internal Tensor Extract(Tensor x, StageObserver? stages)
    {
        double factor = config.FeatureGradientFactor;
        if (factor == 0)
        {
            using GradModeGuard noGrad = GradMode.Off();
            return extractor.Forward(x, stages);
        }

        Tensor features = extractor.Forward(x, stages);
        if (factor == 1) return features;
        // The value stays, its gradient is scaled: only the first term is in the graph.
        Tensor scaled = features * factor;
        return scaled + (features - scaled).Detach();
    }

    private static Tensor Silence(Tensor x, Tensor? padding) => padding is null ? x : x.MaskedFill(padding.Unsqueeze(-1), 0);

    /// <summary>Frames of each row that are signal; null where no row is padded.</summary>
    /// <exception cref="ArgumentException">The lengths do not fit the windows.</exception>
    internal int[]? ValidFrames(Tensor x, IReadOnlyList<long>? validSamples)
    {
        long batch = x.Size(0), samples = x.Size(2);
        if (validSamples == null) return null;
        if (validSamples.Count != batch || validSamples.Any(n => n < 0 || n > samples))
            throw new ArgumentException($"There must be one valid length from 0 to {samples} for each of {batch} rows.", nameof(validSamples));
        if (validSamples.All(n => n == samples)) return null;
        return [.. validSamples.Select(n => (int)Math.Max(0, config.Frames(n)))];
    }

    /// <summary>Bool [batch, frames], true where a frame is padding; null where no row is padded.</summary>
    internal Tensor? FramePadding(Tensor x, IReadOnlyList<int>? validFrames)
    {
        if (validFrames == null) return null;
        long frames = config.Frames(x.Size(2));
        bool[] mask = new bool[validFrames.Count * frames];
        for (int row = 0; row < validFrames.Count; row++)
            for (long frame = validFrames[row]; frame < frames; frame++) mask[(row * frames) + frame] = true;
        return Tensor.From(mask, validFrames.Count, frames).To(x.Device);
    }
}
