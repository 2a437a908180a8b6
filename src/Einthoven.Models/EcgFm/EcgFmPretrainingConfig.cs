// The sizes of ECG-FM's pretraining heads, with the values of the published recipe.
namespace Einthoven.Models.EcgFm;

/// <summary>Sizes of the pretraining heads; the defaults are those of the published base model.</summary>
public sealed record EcgFmPretrainingConfig
{
    /// <summary>Whether targets are codewords.</summary>
    public bool QuantizeTargets { get; init; } = true;

    /// <summary>Whether targets pass a gated linear unit.</summary>
    public bool TargetGlu { get; init; }

    /// <summary>Codewords of a group.</summary>
    public int LatentVars { get; init; } = 320;

    /// <summary>Groups of codewords.</summary>
    public int LatentGroups { get; init; } = 2;

    /// <summary>Width of the concatenated codewords; 0: <see cref="FinalDim"/>.</summary>
    public int LatentDim { get; init; }

    /// <summary>Width in which predictions and targets are compared.</summary>
    public int FinalDim { get; init; } = 256;

    /// <summary>Dropout on the features that become targets.</summary>
    public double FeatureDropout { get; init; } = 0.1;

    /// <summary>Width of the concatenated codewords.</summary>
    internal int CodeWidth => LatentDim > 0 ? LatentDim : FinalDim;

    internal void Validate()
    {
        if (FinalDim <= 0 || LatentVars <= 0 || LatentGroups <= 0 || CodeWidth % LatentGroups != 0)
            throw new ArgumentException("ECG-FM's pretraining needs a positive finalDim, latentVars and latentGroups that divide the codewords' width.");
    }
}
