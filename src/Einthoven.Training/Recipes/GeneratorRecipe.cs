// The training of a generator as data.
using System.Text.Json;
using Einthoven.Models.Contracts;
using Einthoven.Training.Objectives;

namespace Einthoven.Training.Recipes;

/// <summary>The recipe of a generator, from random weights. Labels are the conditions; what is unknown of them counts as absent.</summary>
public sealed record GeneratorRecipe : TrainingRecipe
{
    /// <summary>The family, a row of the registry of generators.</summary>
    public required string Family { get; init; }

    /// <summary>The family's configuration.</summary>
    public required JsonElement Network { get; init; }

    /// <summary>In which form recordings are learned, and made: leads, rate, length, a fixed scale.</summary>
    public required InputContract Input { get; init; }

    /// <summary>Validation batches that are looked at.</summary>
    public int ValidationBatches { get; init; } = 64;

    /// <summary>Share of the windows whose labels are withheld, for guidance; 0 as published.</summary>
    public double WithheldLabels { get; init; }

    /// <summary>How much errors count at each step.</summary>
    public DiffusionWeighting Weighting { get; init; }

    /// <summary>Sets of statements, codes with commas between them, of which a recording each is drawn at every validation, to look at. Sets that the data does not know are left out.</summary>
    public IReadOnlyList<string> Samples { get; init; } = [];

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Input.Validate();
        Require(Input.Normalization is FixedScale, "input.normalization is not fixed-scale: nothing else can be turned back into millivolts");
        Require(ValidationBatches > 0, "validationBatches is not positive");
        Require(WithheldLabels is >= 0 and < 1, "withheldLabels is not in [0, 1)");
    }
}
