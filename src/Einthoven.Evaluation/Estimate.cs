// A figure and how far it may be off.
namespace Einthoven.Evaluation;

/// <summary>A figure with its interval, 95 % unless said otherwise; NaN where undefined.</summary>
public readonly record struct Estimate(double Value, double Low, double High)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Value:F3} ({Low:F3}–{High:F3})";
}
