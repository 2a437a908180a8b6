// ECG-FM with a linear head on the mean of its frames: the published fine-tuned model.
// Source: fairseq-signals, models/ecg_transformer.py, finetuning/ecg_transformer_classifier.
using Einthoven.Torch;

namespace Einthoven.Models.EcgFm;

/// <summary>Encoder, mean over frames, linear head. Names: encoder.* (an <see cref="EcgFmEncoder"/>), proj.weight, proj.bias.</summary>
/// <remarks>The published figures were computed in single precision.</remarks>
public sealed class EcgFmClassifier : EcgNetwork
{
    private readonly EcgFmEncoder encoder;
    private readonly Dropout finalDropout;
    private readonly Linear head;
    private readonly int layerCount;

    /// <summary>Builds the classifier with zero weights.</summary>
    /// <exception cref="ArgumentException">The configuration does not work, or names no labels.</exception>
    public EcgFmClassifier(EcgFmConfig config)
    {
        if (config.Labels == 0) throw new ArgumentException("ECG-FM's configuration does not work: a classifier needs labels.");
        encoder = Child("encoder", new EcgFmEncoder(config));
        finalDropout = Child("final_dropout", new Dropout(config.FinalDropout));
        head = Child("proj", new Linear(config.Width, config.Labels));
        layerCount = config.Layers;
    }

    /// <summary>The encoder, to be loaded from a pretrained network's weights or frozen.</summary>
    public EcgFmEncoder Encoder => encoder;

    /// <inheritdoc/>
    public override string HeadPrefix => "proj.";

    /// <inheritdoc/>
    public override IReadOnlyList<FeatureLayer> Layers =>
        [new("transformer_in"), .. Enumerable.Range(0, layerCount).Select(k => new FeatureLayer($"layer{k}_out")), new("encoder_out")];

    /// <inheritdoc/>
    public override Tensor Forward(Tensor windows, StageObserver? observe = null) => Forward(windows, null, observe);

    /// <summary>Classifies windows, some of which may be padded.</summary>
    /// <param name="windows">Float32 [batch, leads, samples].</param>
    /// <param name="validSamples">Samples of each row that are signal; null: all.</param>
    /// <param name="stages">Told of every intermediate result, <c>pooled</c>, <c>logits</c> and <c>probabilities</c> at the end.</param>
    /// <returns>Logits, float32 [batch, labels].</returns>
    public Tensor Forward(Tensor windows, IReadOnlyList<long>? validSamples, StageObserver? stages)
    {
        using Scope scope = new();
        Tensor pooled = Pool(windows, validSamples, stages);
        Tensor logits = head.Forward(pooled); // [batch, labels]
        stages?.Invoke("logits", logits);
        stages?.Invoke("probabilities", logits.Sigmoid());
        return scope.Keep(logits);
    }

    /// <summary>Embeds windows: the mean over frames that the head sees.</summary>
    /// <returns>Float32 [batch, width].</returns>
    public Tensor Pool(Tensor windows, IReadOnlyList<long>? validSamples = null, StageObserver? stages = null)
    {
        using Scope scope = new();
        encoder.ComputeType = ComputeType;
        Tensor frames = finalDropout.Forward(encoder.Forward(windows, validSamples, stages)); // [batch, frames, width]
        Tensor pooled = EcgFmPooling.Mean(frames); // [batch, width]
        stages?.Invoke("pooled", pooled);
        return scope.Keep(pooled);
    }

    /// <summary>Head: Xavier uniform, bias 0 (Glorot and Bengio, AISTATS 2010).</summary>
    protected override void InitializeOwn(IRandomSource random)
    {
        double bound = Math.Sqrt(6.0 / (head.Weight.Size(0) + head.Weight.Size(1)));
        head.Weight.CopyFrom(random.UniformTensor(head.Weight.Shape, -bound, bound));
        head.Bias!.ZeroInPlace();
    }
}
