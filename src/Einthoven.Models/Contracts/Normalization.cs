// How millivolts become the numbers that a network was trained on.

using System.Text.Json.Serialization;

namespace Einthoven.Models.Contracts;

/// <summary>How a lead is scaled.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Standardize), "standardize")]
[JsonDerivedType(typeof(FixedScale), "fixed-scale")]
public abstract record Normalization;

/// <summary>Each lead over the whole recording: (x - mean) / (deviation + epsilon), population deviation, in double precision.</summary>
public sealed record Standardize : Normalization
{
    /// <summary>What is added to the deviation; 1e-8 in ECG-FM's published inference, 0 in its training.</summary>
    public required double Epsilon { get; init; }
}

/// <summary>Each lead less an offset, divided by a value of its own; the recording's own mean stays.</summary>
public sealed record FixedScale : Normalization
{
    /// <summary>One divisor in millivolts for each lead of the contract, in its order.</summary>
    public required IReadOnlyList<double> Millivolts { get; init; }

    /// <summary>What is taken off every sample first: the mean of the training data where a network was trained without it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double OffsetMillivolts { get; init; }
}
