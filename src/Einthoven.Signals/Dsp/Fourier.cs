// The discrete Fourier transform of any length: radix 2 where it fits, else Bluestein's convolution (IEEE Trans. Audio 18:451, 1970).
using System.Numerics;

namespace Einthoven.Signals.Dsp;

/// <summary>Fourier transforms in float64, and resampling through them.</summary>
public static class Fourier
{
    /// <summary>X[k] = Σ x[n] exp(−2πi kn/N), not scaled.</summary>
    public static Complex[] Transform(ReadOnlySpan<Complex> values)
    {
        Complex[] result = values.ToArray();
        if (result.Length > 1)
        {
            if (BitOperations.IsPow2(result.Length)) Radix2(result);
            else result = Bluestein(result);
        }
        return result;
    }

    /// <summary>The bins 0 … N/2 of the transform of a real signal.</summary>
    public static Complex[] TransformReal(ReadOnlySpan<double> samples)
    {
        Complex[] values = new Complex[samples.Length];
        for (int i = 0; i < values.Length; i++) values[i] = samples[i];
        return Transform(values)[..(samples.Length / 2 + 1)];
    }

    /// <summary>The real signal of that length whose bins 0 … N/2 these are; missing bins are zero.</summary>
    public static double[] InverseReal(ReadOnlySpan<Complex> bins, int length)
    {
        Complex[] full = new Complex[length];
        for (int k = 0; k <= length / 2 && k < bins.Length; k++)
        {
            // Conjugated: a forward transform then gives the inverse.
            bool isOwnMirror = k == 0 || 2 * k == length;
            full[k] = isOwnMirror ? bins[k].Real : Complex.Conjugate(bins[k]);
            if (!isOwnMirror) full[length - k] = bins[k];
        }
        Complex[] values = Transform(full);
        double[] result = new double[length];
        for (int i = 0; i < length; i++) result[i] = values[i].Real / length;
        return result;
    }

    /// <summary>Resamples to a number of samples as if the signal were periodic (scipy.signal.resample); rings where the ends do not meet.</summary>
    public static double[] Resample(ReadOnlySpan<double> samples, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        int n = samples.Length, shorter = Math.Min(n, count);
        Complex[] bins = TransformReal(samples)[..(shorter / 2 + 1)];
        // The bin in the middle of an even length stands for both signs of its frequency.
        if (shorter % 2 == 0 && count != n) bins[shorter / 2] *= count < n ? 2 : 0.5;
        double[] result = InverseReal(bins, count);
        for (int i = 0; i < result.Length; i++) result[i] *= (double)count / n;
        return result;
    }

    static void Radix2(Complex[] x)
    {
        int n = x.Length;
        for (int i = 1, j = 0; i < n; i++)
        {
            int bit = n >> 1;
            for (; (j & bit) != 0; bit >>= 1) j ^= bit;
            j ^= bit;
            if (i < j) (x[i], x[j]) = (x[j], x[i]);
        }
        Complex[] roots = new Complex[n / 2];
        for (int k = 0; k < roots.Length; k++) roots[k] = Complex.FromPolarCoordinates(1, -2 * Math.PI * k / n);
        for (int size = 2; size <= n; size *= 2)
        {
            int half = size / 2, step = n / size;
            for (int start = 0; start < n; start += size)
            {
                for (int k = 0; k < half; k++)
                {
                    Complex even = x[start + k], odd = x[start + k + half] * roots[k * step];
                    x[start + k] = even + odd;
                    x[start + k + half] = even - odd;
                }
            }
        }
    }

    static Complex[] Bluestein(Complex[] x)
    {
        int n = x.Length, size = (int)BitOperations.RoundUpToPowerOf2((uint)(2 * n - 1));
        Complex[] chirp = new Complex[n];
        // k² modulo 2n first: the angle of a large square would lose its digits.
        for (int k = 0; k < n; k++) chirp[k] = Complex.FromPolarCoordinates(1, -Math.PI * ((long)k * k % (2L * n)) / n);
        Complex[] a = new Complex[size], b = new Complex[size];
        for (int k = 0; k < n; k++)
        {
            a[k] = x[k] * chirp[k];
            b[k] = Complex.Conjugate(chirp[k]);
            if (k > 0) b[size - k] = b[k];
        }
        Radix2(a);
        Radix2(b);
        for (int k = 0; k < size; k++) a[k] = Complex.Conjugate(a[k] * b[k]);
        Radix2(a);
        Complex[] result = new Complex[n];
        for (int k = 0; k < n; k++) result[k] = Complex.Conjugate(a[k]) / size * chirp[k];
        return result;
    }
}
