// A probe as data: which layer of a frozen network is read, how, and how its head is trained.
using Einthoven.Models.Probes;

namespace Einthoven.Training.Recipes;

/// <summary>The recipe of a head on a frozen network. Defaults are those of the benchmark's protocol (Al-Masud et al., arXiv 2509.25095).</summary>
public sealed record ProbeRecipe : SupervisedRecipe
{
    /// <summary>The layer that is read, by its stage; null: the network's last.</summary>
    public string? Layer { get; init; }

    /// <summary>How positions in time are gathered.</summary>
    public FeaturePooling Pooling { get; init; }

    /// <summary>Heads of attention pooling; they must divide the layer's width.</summary>
    public int Heads { get; init; } = 16;

    /// <summary>Samples of the window that is read, for networks that take any length; 0: as the network was trained.</summary>
    public int WindowSamples { get; init; }

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(Heads > 0, "heads is not positive");
        Require(WindowSamples >= 0, "windowSamples is negative");
    }
}
