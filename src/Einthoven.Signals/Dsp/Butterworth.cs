// Butterworth filters as second-order sections: prototype poles, band transformation, bilinear map (the design of scipy.signal.butter).
using System.Numerics;

namespace Einthoven.Signals.Dsp;

/// <summary>What a filter lets through.</summary>
public enum FilterBand
{
    /// <summary>Below the cut-off.</summary>
    LowPass,

    /// <summary>Above the cut-off.</summary>
    HighPass,

    /// <summary>Between two cut-offs.</summary>
    BandPass,

    /// <summary>All but what lies between two cut-offs.</summary>
    BandStop,
}

/// <summary>Designs Butterworth filters; −3 dB at the cut-offs in one pass, −6 dB when applied forth and back.</summary>
public static class Butterworth
{
    // SciPy normalises the rate to 2, so the bilinear map is s = 4 (z - 1)/(z + 1).
    const double Map = 4;

    /// <summary>Designs a filter.</summary>
    /// <param name="band">What is let through.</param>
    /// <param name="order">Order of the prototype; a band filter has twice as many poles.</param>
    /// <param name="samplingRateHz">Samples per second.</param>
    /// <param name="cutoffsHz">One cut-off, or the lower and the upper one, strictly between 0 and half the rate.</param>
    /// <exception cref="ArgumentOutOfRangeException">The order or a cut-off is impossible.</exception>
    public static BiquadCascade Design(FilterBand band, int order, double samplingRateHz, params ReadOnlySpan<double> cutoffsHz)
    {
        bool isBand = band is FilterBand.BandPass or FilterBand.BandStop;
        ArgumentOutOfRangeException.ThrowIfLessThan(order, 1);
        if (cutoffsHz.Length != (isBand ? 2 : 1))
            throw new ArgumentOutOfRangeException(nameof(cutoffsHz), cutoffsHz.Length, isBand ? "a band filter has two cut-offs" : "the filter has one cut-off");
        foreach (double cutoff in cutoffsHz)
        {
            if (!(cutoff > 0 && cutoff < samplingRateHz / 2))
                throw new ArgumentOutOfRangeException(nameof(cutoffsHz), cutoff, $"a cut-off lies between 0 and half the sampling rate of {samplingRateHz} Hz");
        }
        if (isBand && cutoffsHz[1] <= cutoffsHz[0])
            throw new ArgumentOutOfRangeException(nameof(cutoffsHz), cutoffsHz[1], "the upper cut-off must exceed the lower one");

        double low = Warp(cutoffsHz[0], samplingRateHz), high = isBand ? Warp(cutoffsHz[1], samplingRateHz) : low;
        ZeroPoleGain analog = Transform(Prototype(order), band, low, high);
        return new BiquadCascade(SectionPairing.Pair(Bilinear(analog)));
    }

    static double Warp(double hertz, double rate) => Map * Math.Tan(Math.PI * hertz / rate);

    static Complex[] Prototype(int order)
    {
        Complex[] poles = new Complex[order];
        for (int k = 0; k < order; k++)
        {
            // The middle pole of an odd order is real; computed, it would keep a tiny imaginary part.
            poles[k] = 2 * k + 1 == order ? -1 : Complex.FromPolarCoordinates(1, Math.PI * (2 * k + order + 1) / (2.0 * order));
        }
        return poles;
    }

    static ZeroPoleGain Transform(Complex[] prototype, FilterBand band, double low, double high)
    {
        int n = prototype.Length;
        double width = high - low, centre = Math.Sqrt(low * high);
        double inverse = 1 / Product(prototype.Select(p => -p)).Real;
        return band switch
        {
            FilterBand.LowPass => new([], [.. prototype.Select(p => low * p)], Math.Pow(low, n)),
            FilterBand.HighPass => new([.. Enumerable.Repeat(Complex.Zero, n)], [.. prototype.Select(p => low / p)], inverse),
            FilterBand.BandPass => new([.. Enumerable.Repeat(Complex.Zero, n)], Split(prototype.Select(p => p * (width / 2)), centre), Math.Pow(width, n)),
            FilterBand.BandStop => new(
                [.. Enumerable.Repeat(new Complex(0, centre), n), .. Enumerable.Repeat(new Complex(0, -centre), n)],
                Split(prototype.Select(p => width / 2 / p), centre), inverse),
            _ => throw new ArgumentOutOfRangeException(nameof(band), band, null),
        };
    }

    // Every pole of the prototype becomes two around the centre of the band.
    static Complex[] Split(IEnumerable<Complex> poles, double centre)
    {
        Complex[] half = [.. poles];
        return [.. half.Select(p => p + Complex.Sqrt(p * p - centre * centre)), .. half.Select(p => p - Complex.Sqrt(p * p - centre * centre))];
    }

    static ZeroPoleGain Bilinear(ZeroPoleGain analog)
    {
        double gain = analog.Gain * (Product(analog.Zeros.Select(z => Map - z)) / Product(analog.Poles.Select(p => Map - p))).Real;
        int atInfinity = analog.Poles.Length - analog.Zeros.Length;
        return new(
            [.. analog.Zeros.Select(z => (Map + z) / (Map - z)), .. Enumerable.Repeat(-Complex.One, atInfinity)],
            [.. analog.Poles.Select(p => (Map + p) / (Map - p))],
            gain);
    }

    static Complex Product(IEnumerable<Complex> factors) => factors.Aggregate(Complex.One, (a, b) => a * b);
}

/// <summary>A filter by its zeros, poles and gain.</summary>
readonly record struct ZeroPoleGain(Complex[] Zeros, Complex[] Poles, double Gain);
