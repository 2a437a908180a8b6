// The sizes of ECG-CPC.
using Einthoven.Models.PtbXlBenchmark;

namespace Einthoven.Models.EcgCpc;

/// <summary>Configuration of <see cref="EcgCpcEncoder"/> and the networks on it. The defaults are the published ones.</summary>
public sealed record EcgCpcConfig
{
    /// <summary>Leads of the input.</summary>
    public int Leads { get; init; } = 12;

    /// <summary>Labels of the output; the pretraining network has none.</summary>
    public int Labels { get; init; } = 71;

    /// <summary>Channels of every layer.</summary>
    public int Width { get; init; } = 512;

    /// <summary>Kernels of the encoder's convolutions; odd.</summary>
    public IReadOnlyList<int> Kernels { get; init; } = [3, 1, 1, 1];

    /// <summary>Their strides.</summary>
    public IReadOnlyList<int> Strides { get; init; } = [2, 1, 1, 1];

    /// <summary>States of a channel of the predictor, even.</summary>
    public int States { get; init; } = 8;

    /// <summary>Layers of the predictor.</summary>
    public int Layers { get; init; } = 4;

    /// <summary>
    /// Positions for which the predictor's kernels are stored: those of the pretraining's windows. Shorter windows use the same kernels, cut.
    /// </summary>
    public int InternalLength { get; init; } = 1200;

    /// <summary>Whether the norm comes before a layer instead of behind the sum.</summary>
    public bool PreNorm { get; init; }

    /// <summary>Whether the predictor looks both ways: never for predictive coding, always for objectives that hide positions.</summary>
    public bool Bidirectional { get; init; }

    /// <summary>Probability with which a channel of the predictor is dropped.</summary>
    public double Dropout { get; init; } = 0.2;

    /// <summary>Checks the sizes.</summary>
    /// <exception cref="ArgumentException">A size is out of range; the message names it.</exception>
    public void Validate()
    {
        Sizes.RequireCommon(Leads, Labels, [], Dropout);
        Sizes.Require(Width > 0 && Layers > 0, "width or layers is not positive");
        Sizes.Require(Kernels.Count > 0 && Kernels.All(k => k > 0 && k % 2 == 1), "kernels has none, or one that is not odd");
        Sizes.Require(Strides.Count == Kernels.Count && Strides.All(s => s > 0), "strides are not one positive number a kernel");
        Sizes.Require(States > 0 && States % 2 == 0, "states is not even and positive");
        Sizes.Require(InternalLength > 0, "internalLength is not positive");
    }
}
