// An encoder with the small network behind it in whose output views are compared.
// Source: Chen et al., "A simple framework for contrastive learning of visual representations", ICML 2020, §2.1.
using Einthoven.Models.EcgFm;
using Einthoven.Torch;

namespace Einthoven.Training.Objectives;

/// <summary>Encoder, mean over frames, linear, batch norm, ReLU, linear. Names: encoder.*, projector.0.*, projector.1.*, projector.3.*.</summary>
public sealed class ProjectedEncoder : ViewNetwork
{
    private readonly Linear _first;
    private readonly BatchNorm1d _norm;
    private readonly Linear _second;

    /// <summary>Builds it with zero weights.</summary>
    /// <param name="config">The encoder's sizes.</param>
    /// <param name="width">Width in which views are compared.</param>
    public ProjectedEncoder(EcgFmConfig config, int width = 128)
    {
        Encoder = Child("encoder", new EcgFmEncoder(config));
        _first = Child("projector.0", new Linear(config.Width, config.Width));
        _norm = Child("projector.1", new BatchNorm1d(config.Width));
        _second = Child("projector.3", new Linear(config.Width, width));
    }

    /// <summary>The encoder that is pretrained.</summary>
    public EcgFmEncoder Encoder { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor windows, IReadOnlyList<long>? validSamples = null) =>
        _second.Forward(_norm.Forward(_first.Forward(EcgFmPooling.Mean(Encoder.Forward(windows, validSamples)))).Relu());
}
