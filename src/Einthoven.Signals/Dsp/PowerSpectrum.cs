// Power spectra by Welch's method (IEEE Trans. Audio 15:70, 1967), as scipy.signal.welch and periodogram compute them.
using System.Numerics;

namespace Einthoven.Signals.Dsp;

/// <summary>What the values of a spectrum are.</summary>
public enum SpectrumScaling
{
    /// <summary>Power per Hz (mV²/Hz).</summary>
    Density,

    /// <summary>Power per bin (mV²).</summary>
    Spectrum,
}

/// <summary>A one-sided power spectrum.</summary>
/// <param name="FrequenciesHz">Frequency of each bin, evenly spaced from 0.</param>
/// <param name="Power">mV²/Hz, or mV² by bin.</param>
public sealed record PowerSpectrum(double[] FrequenciesHz, double[] Power)
{
    /// <summary>The average over half-overlapping segments with a periodic Hann window.</summary>
    /// <param name="samples">The signal, without missing samples.</param>
    /// <param name="samplingRateHz">Samples per second.</param>
    /// <param name="segment">Samples of a segment; the signal's length where that is shorter.</param>
    /// <param name="scaling">Density or power.</param>
    /// <param name="removeMean">Take each segment's mean off first.</param>
    public static PowerSpectrum Welch(
        ReadOnlySpan<double> samples, double samplingRateHz, int segment, SpectrumScaling scaling = SpectrumScaling.Density, bool removeMean = true)
    {
        segment = Math.Min(segment, samples.Length);
        double[] window = new double[segment];
        for (int i = 0; i < segment; i++) window[i] = 0.5 - 0.5 * Math.Cos(2 * Math.PI * i / segment);
        return Average(samples, samplingRateHz, window, segment - segment / 2, scaling, removeMean);
    }

    /// <summary>The spectrum of the whole signal at once, without a window.</summary>
    public static PowerSpectrum Periodogram(
        ReadOnlySpan<double> samples, double samplingRateHz, SpectrumScaling scaling = SpectrumScaling.Density, bool removeMean = true)
    {
        double[] window = new double[samples.Length];
        Array.Fill(window, 1);
        return Average(samples, samplingRateHz, window, window.Length, scaling, removeMean);
    }

    /// <summary>Power between two frequencies by the trapezoid rule over the bins that lie in the closed interval.</summary>
    public double BandPower(double fromHz, double toHz)
    {
        double sum = 0;
        for (int k = 1; k < Power.Length; k++)
        {
            if (FrequenciesHz[k - 1] >= fromHz && FrequenciesHz[k] <= toHz)
                sum += (Power[k] + Power[k - 1]) / 2 * (FrequenciesHz[k] - FrequenciesHz[k - 1]);
        }
        return sum;
    }

    /// <summary>Power between two frequencies as the sum of the bins in the closed interval times their spacing.</summary>
    public double BandSum(double fromHz, double toHz)
    {
        double sum = 0;
        for (int k = 0; k < Power.Length; k++)
            if (FrequenciesHz[k] >= fromHz && FrequenciesHz[k] <= toHz) sum += Power[k];
        return Power.Length > 1 ? sum * FrequenciesHz[1] : 0;
    }

    static PowerSpectrum Average(
        ReadOnlySpan<double> samples, double rate, double[] window, int step, SpectrumScaling scaling, bool removeMean)
    {
        int size = window.Length, bins = size / 2 + 1, segments = 0;
        double[] power = new double[bins], frequencies = new double[bins];
        if (size == 0) return new([], []);
        double[] part = new double[size];
        for (int start = 0; start + size <= samples.Length; start += step, segments++)
        {
            double mean = 0;
            if (removeMean)
            {
                for (int i = 0; i < size; i++) mean += samples[start + i];
                mean /= size;
            }
            for (int i = 0; i < size; i++) part[i] = (samples[start + i] - mean) * window[i];
            Complex[] transform = Fourier.TransformReal(part);
            for (int k = 0; k < bins; k++) power[k] += transform[k].Real * transform[k].Real + transform[k].Imaginary * transform[k].Imaginary;
        }
        double sum = window.Sum(), squares = window.Sum(w => w * w);
        double scale = 1 / (segments * (scaling == SpectrumScaling.Density ? rate * squares : sum * sum));
        for (int k = 0; k < bins; k++)
        {
            bool isOwnMirror = k == 0 || 2 * k == size;
            power[k] *= isOwnMirror ? scale : 2 * scale;
            frequencies[k] = k * rate / size;
        }
        return new(frequencies, power);
    }
}
