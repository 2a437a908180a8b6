// The quadratic-spline wavelet by the algorithme à trous (Martínez et al., IEEE TBME 51:570, 2004).
using System.Numerics;

namespace Einthoven.Signals.Dsp;

/// <summary>Details and the last approximation of a signal.</summary>
/// <param name="Details">w₁ … w_K, each as long as the signal: smoothed derivatives, early by 2^(k−1) − ½ samples.</param>
/// <param name="Approximation">a_K.</param>
public sealed record WaveletScales(double[][] Details, double[] Approximation);

/// <summary>Undecimated wavelet transform; beyond its ends every level repeats its end value.</summary>
public static class SplineWavelet
{
    /// <summary>Transforms a signal over so many levels: w_k[n] = 2(a[n+s] − a[n]), a_k[n] = (a[n+2s] + 3a[n+s] + 3a[n] + a[n−s])/8 with s = 2^(k−1).</summary>
    public static WaveletScales Transform(ReadOnlySpan<double> samples, int levels)
    {
        double[][] details = new double[levels][];
        double[] a = samples.ToArray();
        int n = a.Length, step = 1;
        for (int k = 0; k < levels; k++, step *= 2)
        {
            double[] detail = new double[n], next = new double[n];
            for (int i = 0; i < n; i++)
            {
                double ahead = a[Math.Min(i + step, n - 1)];
                detail[i] = 2 * (ahead - a[i]);
                next[i] = (a[Math.Min(i + 2 * step, n - 1)] + 3 * ahead + 3 * a[i] + a[Math.Max(i - step, 0)]) / 8;
            }
            details[k] = detail;
            a = next;
        }
        return new(details, a);
    }

    /// <summary>Gain of the detail of a level (1 is the finest) at a frequency.</summary>
    public static double Gain(int level, double frequencyHz, double samplingRateHz)
    {
        double angle = 2 * Math.PI * frequencyHz / samplingRateHz;
        Complex product = 1;
        int step = 1;
        for (int k = 1; k < level; k++, step *= 2)
            product *= (Turn(2 * step * angle) + 3 * Turn(step * angle) + 3 + Turn(-step * angle)) / 8;
        return Complex.Abs(product * 2 * (Turn(step * angle) - 1));
    }

    static Complex Turn(double angle) => Complex.FromPolarCoordinates(1, angle);
}
