// The sizes of the S4 classifier.
using Einthoven.Models.PtbXlBenchmark;

namespace Einthoven.Models.S4;

/// <summary>Configuration of <see cref="S4Classifier"/>. The defaults are the published classifier of 2.5 s at 100 Hz.</summary>
public sealed record S4Config
{
    /// <summary>Leads of the input.</summary>
    public int Leads { get; init; } = 12;

    /// <summary>Labels of the output.</summary>
    public int Labels { get; init; } = 71;

    /// <summary>Channels of every layer.</summary>
    public int Width { get; init; } = 512;

    /// <summary>States of a channel, even.</summary>
    public int States { get; init; } = 8;

    /// <summary>Layers.</summary>
    public int Layers { get; init; } = 4;

    /// <summary>Samples for which the kernels are stored: a property of the weights, not of the input, which may have any length.</summary>
    public int InternalLength { get; init; } = 250;

    /// <summary>Whether the layers look both ways.</summary>
    public bool Bidirectional { get; init; } = true;

    /// <summary>Whether the norm comes before a layer instead of behind the sum.</summary>
    public bool PreNorm { get; init; }

    /// <summary>Probability with which a channel is dropped, inside each layer and behind it.</summary>
    public double Dropout { get; init; } = 0.2;

    /// <summary>Checks the sizes.</summary>
    /// <exception cref="ArgumentException">A size is out of range; the message names it.</exception>
    public void Validate()
    {
        Sizes.RequireCommon(Leads, Labels, [], Dropout);
        Sizes.Require(Width > 0 && Layers > 0, "width or layers is not positive");
        Sizes.Require(States > 0 && States % 2 == 0, "states is not even and positive");
        Sizes.Require(InternalLength > 0, "internalLength is not positive");
    }
}
