// The sizes of the recurrent networks.
using Einthoven.Models.PtbXlBenchmark;

namespace Einthoven.Models.Lstm;

/// <summary>Configuration of <see cref="LstmNetwork"/>. The defaults are the benchmark's lstm; with <see cref="Bidirectional"/> its lstm_bidir.</summary>
public sealed record LstmConfig
{
    /// <summary>Leads of the input.</summary>
    public int Leads { get; init; } = 12;

    /// <summary>Labels of the output.</summary>
    public int Labels { get; init; } = 71;

    /// <summary>Cells of a layer and direction.</summary>
    public int Hidden { get; init; } = 256;

    /// <summary>Layers.</summary>
    public int Layers { get; init; } = 2;

    /// <summary>Whether it looks both ways.</summary>
    public bool Bidirectional { get; init; }

    /// <summary>Widths of the head's hidden layers.</summary>
    public IReadOnlyList<int> HeadHidden { get; init; } = [128];

    /// <summary>Dropout before the last layer; half of it before the hidden ones.</summary>
    public double Dropout { get; init; } = 0.5;

    /// <summary>Checks the sizes.</summary>
    /// <exception cref="ArgumentException">A size is out of range; the message names it.</exception>
    public void Validate()
    {
        Sizes.RequireCommon(Leads, Labels, HeadHidden, Dropout);
        Sizes.Require(Hidden > 0 && Layers > 0, "hidden or layers is not positive");
    }
}
