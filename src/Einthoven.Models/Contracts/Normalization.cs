// How millivolts become the numbers that a network was trained on.

using System.Text.Json.Serialization;

namespace Einthoven.Models.Contracts;

/// <summary>How a lead is scaled.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Standardize), "standardize")]
[JsonDerivedType(typeof(StandardizeTogether), "standardize-together")]
[JsonDerivedType(typeof(FixedScale), "fixed-scale")]
[JsonDerivedType(typeof(ClippedScale), "clipped-scale")]
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

    /// <summary>
    /// One mean and one population deviation over all samples of all leads of all recordings, as the PTB-XL benchmark scales (Strodthoff et
    /// al., IEEE JBHI 2021).
    /// </summary>
    /// <param name="recordings">Millivolts of the training recordings, leads one after the other.</param>
    /// <param name="leads">Leads of a recording.</param>
    /// <exception cref="ArgumentException">There are no samples, or they do not vary.</exception>
    public static FixedScale OverAll(IEnumerable<ReadOnlyMemory<double>> recordings, int leads)
    {
        (long count, double mean, double squares) = (0, 0, 0);
        foreach (ReadOnlyMemory<double> recording in recordings)
        {
            // Welford's update: a mean far from zero loses no digits of the deviation.
            foreach (double sample in recording.Span)
            {
                double gap = sample - mean;
                mean += gap / ++count;
                squares += gap * (sample - mean);
            }
        }

        double deviation = Math.Sqrt(squares / count);
        return deviation is > 0 and < double.PositiveInfinity
            ? new FixedScale { Millivolts = [.. Enumerable.Repeat(deviation, leads)], OffsetMillivolts = mean }
            : throw new ArgumentException($"{count} samples of deviation {deviation} give no scale.");
    }
}

/// <summary>
/// All leads of a window together: (x - mean) / (deviation + epsilon) with one mean and one population deviation, in double precision, so that
/// the leads keep their sizes relative to each other. Where recordings are kept whole (a store), the recording counts as one window.
/// </summary>
public sealed record StandardizeTogether : Normalization
{
    /// <summary>What is added to the deviation; 1e-8 in ECGFounder's published code.</summary>
    public required double Epsilon { get; init; }
}

/// <summary>Each lead less its mean in the training data, over its deviation there, cut off on both sides.</summary>
public sealed record ClippedScale : Normalization
{
    /// <summary>Millivolts, one for each lead of the contract, in its order.</summary>
    public required IReadOnlyList<double> Means { get; init; }

    /// <summary>Millivolts, one for each lead of the contract, in its order.</summary>
    public required IReadOnlyList<double> Deviations { get; init; }

    /// <summary>In deviations: nothing is larger afterwards, nor smaller than its negative.</summary>
    public required double Limit { get; init; }
}
