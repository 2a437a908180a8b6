// A network of ECG and text with the questions that its package asks: to every other part of the program a classifier like any other.
using Einthoven.Torch;

namespace Einthoven.Models.Words;

/// <summary>
/// The logit of a label is the cosine between ECG and the label's question; the package's calibration makes a probability of it. Names: those
/// of the network, questions [labels, width], reference [recordings, width].
/// </summary>
public sealed class AskedNetwork : EcgNetwork
{
    /// <summary>The layer that gives the vector in the common space.</summary>
    public const string CommonLayer = "common";

    private readonly Tensor _questions;

    /// <summary>Puts questions on a network; the network becomes part of this one.</summary>
    /// <param name="words">The network.</param>
    /// <param name="labels">How many questions.</param>
    /// <param name="references">How many recordings are kept for comparison.</param>
    public AskedNetwork(WordsNetwork words, int labels, int references)
    {
        Words = Child("", words);
        _questions = Buffer("questions", Tensor.Zeros(labels, words.CommonWidth));
        Reference = Buffer("reference", Tensor.Zeros(references, words.CommonWidth));
    }

    /// <summary>The network.</summary>
    public WordsNetwork Words { get; }

    /// <summary>Unit vectors of recordings that answers without a calibration are compared with [recordings, width].</summary>
    public Tensor Reference { get; }

    /// <inheritdoc/>
    public override string HeadPrefix => "questions";

    /// <inheritdoc/>
    /// <remarks>The common space stands first, so that the last is the encoder's own, which probes read.</remarks>
    public override IReadOnlyList<FeatureLayer> Layers => [new(CommonLayer), .. Words.EcgLayers];

    /// <summary>Sets the vectors of questions and of reference recordings, each [rows, width].</summary>
    public void Ask(Tensor questions, Tensor reference)
    {
        using GradModeGuard noGrad = GradMode.Off();
        _questions.CopyFrom(questions);
        Reference.CopyFrom(reference);
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor windows, StageObserver? observe = null)
    {
        using Scope scope = new();
        Words.ComputeType = ComputeType;
        Tensor vectors = Words.EmbedEcg(windows, observe);              // [windows, width]
        observe?.Invoke(CommonLayer, vectors.Unsqueeze(1));
        Tensor cosines = vectors.Matmul(_questions.Transpose(0, 1));    // [windows, labels]
        observe?.Invoke("logits", cosines);
        return scope.Keep(cosines);
    }
}
