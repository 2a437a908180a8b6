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
        Tensor features = norm.Forward(Extract(x, stages).Transpose(1, 2)); // [batch, frames, conv width]
        stages?.Invoke("features_ln", features);
        Tensor projected = features;
        if (projection != null)
        {
            projected = projection.Forward(features); // [batch, frames, width]
            stages?.Invoke("post_extract_proj", projected);
        }

        projected = inputDropout.Forward(projected);
        Tensor? padding = FramePadding(x, projected.Size(1), validSamples);
        if (padding is not null) stages?.Invoke("feature_padding_mask", padding);
        Tensor tokens = Silence(projected + position.Forward(projected, stages), padding);
        stages?.Invoke("transformer_in", tokens);
        Tensor encoded = Silence(transformer.Forward(tokens, padding, stages), padding);
        stages?.Invoke("encoder_out", encoded);
        return scope.Keep(encoded);
    }

    private Tensor Extract(Tensor x, StageObserver? stages)
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

    /// <summary>Bool [batch, frames], true where a frame is padding; null where no row is padded.</summary>
    private Tensor? FramePadding(Tensor x, long frames, IReadOnlyList<long>? validSamples)
    {
        long batch = x.Size(0), samples = x.Size(2);
        if (validSamples == null) return null;
        if (validSamples.Count != batch || validSamples.Any(n => n < 0 || n > samples))
            throw new ArgumentException($"There must be one valid length from 0 to {samples} for each of {batch} rows.", nameof(validSamples));
        if (validSamples.All(n => n == samples)) return null;
        bool[] mask = new bool[batch * frames];
        for (int row = 0; row < batch; row++)
        {
            long valid = config.Frames(validSamples[row]);
            for (long frame = Math.Max(0, valid); frame < frames; frame++) mask[(row * frames) + frame] = true;
        }

        return Tensor.From(mask, batch, frames).To(x.Device);
    }
}
