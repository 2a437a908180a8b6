// What networks that can be asked in words have in common: ECGs and texts as unit vectors of one space.
using Einthoven.Torch;

namespace Einthoven.Models.Words;

/// <summary>A network of two sides, ECG and text. Near vectors belong together.</summary>
public abstract class WordsNetwork : Module
{
    private const double NormFloor = 1e-12;

    /// <summary>The type of the ECG encoder's bulk of arithmetic, where it knows several; texts are always in single precision.</summary>
    public ScalarType ComputeType { get; set; } = ScalarType.Float32;

    /// <summary>Width of the common space.</summary>
    public abstract int CommonWidth { get; }

    /// <summary>Tokens of a text at most, both ends included.</summary>
    public abstract int LongestText { get; }

    /// <summary>The ECG encoder's layers.</summary>
    public abstract IReadOnlyList<FeatureLayer> EcgLayers { get; }

    /// <summary>Unit vectors of ECGs.</summary>
    /// <param name="windows">Float32 [windows, leads, samples].</param>
    /// <param name="observe">Told of the ECG encoder's stages.</param>
    /// <returns>Float32 [windows, common width].</returns>
    public abstract Tensor EmbedEcg(Tensor windows, StageObserver? observe = null);

    /// <summary>Unit vectors of whole texts.</summary>
    /// <param name="ids">Int64 [texts, tokens].</param>
    /// <param name="mask">Int64 [texts, tokens]: 1 for a token, 0 for padding.</param>
    /// <returns>Float32 [texts, common width].</returns>
    public abstract Tensor EmbedText(Tensor ids, Tensor mask);

    /// <summary>Rows of length 1.</summary>
    protected static Tensor UnitRows(Tensor x) => x / x.Norm([-1], keepDimensions: true).Clamp(NormFloor, null);
}
