// A figure and how far it may be off.
using System.Globalization;

namespace Einthoven.Evaluation;

/// <summary>A figure with its interval, 95 % unless said otherwise; NaN where undefined.</summary>
public readonly record struct Estimate(double Value, double Low, double High)
{
    /// <summary>The figure with its interval: 0.939 (0.929–0.948). A dash where it is undefined.</summary>
    public override string ToString() => double.IsNaN(Value) ? "–" : $"{Value:F3} ({Low:F3}–{High:F3})";

    /// <summary>A difference as a text, every number with its sign: +0.019 (−0.001 to +0.037). A dash where it is undefined.</summary>
    public string ToSignedString() => double.IsNaN(Value) ? "–" : $"{Signed(Value)} ({Signed(Low)} to {Signed(High)})";

    // Rounded first: what rounds to zero has no sign.
    private static string Signed(double value) => (Math.Round(value, 3) + 0.0).ToString("+0.000;−0.000;0.000", CultureInfo.InvariantCulture);
}
