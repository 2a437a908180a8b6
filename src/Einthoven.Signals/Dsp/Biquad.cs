// One second-order section of a recursive filter.
using System.Numerics;

namespace Einthoven.Signals.Dsp;

/// <summary>A second-order section H(z) = (B0 + B1/z + B2/z²) / (1 + A1/z + A2/z²).</summary>
/// <param name="B0">Weight of the present input.</param>
/// <param name="B1">Weight of the input one sample ago.</param>
/// <param name="B2">Weight of the input two samples ago.</param>
/// <param name="A1">Weight of the output one sample ago.</param>
/// <param name="A2">Weight of the output two samples ago.</param>
public readonly record struct Biquad(double B0, double B1, double B2, double A1, double A2)
{
    /// <summary>Complex gain at a frequency.</summary>
    /// <param name="frequencyHz">The frequency in Hz.</param>
    /// <param name="samplingRateHz">Samples per second.</param>
    public Complex Response(double frequencyHz, double samplingRateHz)
    {
        Complex delay = Complex.FromPolarCoordinates(1, -2 * Math.PI * frequencyHz / samplingRateHz);
        return (B0 + delay * (B1 + delay * B2)) / (1 + delay * (A1 + delay * A2));
    }
}
