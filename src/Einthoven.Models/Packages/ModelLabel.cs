// One output of a model: its name, codes, and how its probability is formed and judged.

using Einthoven.Models.Contracts;

namespace Einthoven.Models.Packages;

/// <summary>A label of a model, in the order of the network's logits.</summary>
public sealed record ModelLabel
{
    /// <summary>Plain name, such as <c>atrial fibrillation</c>; unique in its model.</summary>
    public required string Name { get; init; }

    /// <summary>Code with its vocabulary, such as <c>SCP:AFIB</c>; empty where the label belongs to none.</summary>
    public string Code { get; init; } = "";

    /// <summary>SNOMED CT code, digits only; empty where there is none.</summary>
    public string Snomed { get; init; } = "";

    /// <summary><c>diagnostic</c>, <c>form</c> or <c>rhythm</c>; empty where it is not classified.</summary>
    public string Category { get; init; } = "";

    /// <summary>How the probabilities of the windows become one.</summary>
    public Aggregation Aggregation { get; init; } = Aggregation.Mean;

    /// <summary>The label is found where the probability reaches this, between 0 and 1.</summary>
    public double Threshold { get; init; } = 0.5;
}
