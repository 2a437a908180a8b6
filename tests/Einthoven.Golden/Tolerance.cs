// How close a value must come: |Δ| ≤ abs + rel·|reference| + rel_to_max·max|tensor| + rel_to_max1·max(1, max|tensor|).
using System.Text.Json;

namespace Einthoven.Golden;

internal readonly record struct Tolerance(double Absolute, double Relative, double RelativeToMax, double RelativeToMax1)
{
    public static Tolerance Exact => default;

    public static Tolerance Read(JsonElement json)
    {
        Tolerance tolerance = default;
        foreach (JsonProperty bound in json.EnumerateObject())
        {
            double value = bound.Value.GetDouble();
            tolerance = bound.Name switch
            {
                "abs" => tolerance with { Absolute = value },
                "rel" => tolerance with { Relative = value },
                "rel_to_max" => tolerance with { RelativeToMax = value },
                "rel_to_max1" => tolerance with { RelativeToMax1 = value },
                _ => throw new InvalidDataException($"A tolerance has the unknown bound '{bound.Name}'."),
            };
        }

        return tolerance;
    }

    /// <summary>The largest deviation allowed from a reference value of a tensor with that largest absolute value.</summary>
    public double Bound(double reference, double largest) =>
        Absolute + (Relative * Math.Abs(reference)) + (RelativeToMax * largest) + (RelativeToMax1 * Math.Max(1, largest));
}
