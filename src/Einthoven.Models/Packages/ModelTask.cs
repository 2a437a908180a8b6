// What a network's outputs stand for, and what turns them into what people read.

using System.Text.Json.Serialization;

namespace Einthoven.Models.Packages;

/// <summary>What the outputs of a model are.</summary>
public enum ModelTask
{
    /// <summary>One logit a label; each label is there or not.</summary>
    [JsonStringEnumMemberName("multi-label")]
    MultiLabel,

    /// <summary>One logit a class, of which exactly one is the case.</summary>
    [JsonStringEnumMemberName("multi-class")]
    MultiClass,

    /// <summary>One measured value a label.</summary>
    [JsonStringEnumMemberName("regression")]
    Regression,
}

/// <summary>How an output becomes a measured value: offset + scale · output.</summary>
/// <param name="Unit">Its unit, such as <c>ms</c>; empty where it has none.</param>
/// <param name="Offset">Value of an output of 0.</param>
/// <param name="Scale">What an output of 1 adds; positive.</param>
public sealed record ValueScale(string Unit, double Offset, double Scale)
{
    /// <summary>The value of an output.</summary>
    public double Of(double output) => Offset + (Scale * output);
}

/// <summary>How a probability is put right: σ(slope · logit(p) + intercept); a slope of 1/T and no intercept is a temperature T.</summary>
/// <param name="Slope">Positive: calibration never changes the order of recordings.</param>
/// <param name="Intercept">Added to the logit.</param>
public sealed record LabelCalibration(double Slope, double Intercept)
{
    private const double Edge = 1e-12;

    /// <summary>The calibrated probability.</summary>
    public double Of(double probability)
    {
        double p = Math.Clamp(probability, Edge, 1 - Edge);
        return 1 / (1 + Math.Exp(-((Slope * Math.Log(p / (1 - p))) + Intercept)));
    }
}
