// Cosines over a window, by turning a vector by a constant angle: one sine and cosine for the whole wave.
namespace Einthoven.Training.Augmentation;

internal static class Cosine
{
    /// <summary>Adds amplitude · cos(2π · cycles · t + phase) for t = 0, 1, …</summary>
    internal static void Add(Span<float> target, double amplitude, double cyclesPerSample, double phase)
    {
        // In double the error of the turning stays below 1e-12 of the amplitude over a million samples.
        (double turnSin, double turnCos) = Math.SinCos(2 * Math.PI * cyclesPerSample);
        (double sin, double cos) = Math.SinCos(phase);
        for (int t = 0; t < target.Length; t++)
        {
            target[t] += (float)(amplitude * cos);
            (cos, sin) = ((cos * turnCos) - (sin * turnSin), (sin * turnCos) + (cos * turnSin));
        }
    }
}
