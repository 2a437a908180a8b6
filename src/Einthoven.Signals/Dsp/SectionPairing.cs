// Groups zeros and poles into second-order sections as scipy.signal.zpk2sos does with pairing "nearest".
using System.Numerics;

namespace Einthoven.Signals.Dsp;

/// <summary>The poles nearest the unit circle get the zeros nearest to them and come last, so that no section overflows the next.</summary>
static class SectionPairing
{
    const double RealTolerance = 1e-10;

    public static Biquad[] Pair(ZeroPoleGain filter)
    {
        List<Complex> zeros = [.. filter.Zeros], poles = [.. filter.Poles];
        while (zeros.Count < poles.Count) zeros.Add(0);
        int sections = (poles.Count + 1) / 2;
        if (poles.Count % 2 == 1)
        {
            poles.Add(0);
            zeros.Add(0);
        }
        zeros = UpperHalf(zeros);
        poles = UpperHalf(poles);

        Biquad[] result = new Biquad[sections];
        for (int s = sections - 1; s >= 0; s--)
        {
            Complex first = Take(poles, NearestUnitCircle(poles, onlyReal: false));
            bool isReal = first.Imaginary == 0;
            if (isReal && !poles.Any(p => p.Imaginary == 0))
            {
                result[s] = Section(Take(zeros, Nearest(zeros, first, real: true)), 0, first, 0);
                continue;
            }
            if (!isReal && poles.Count + 1 == zeros.Count && poles.Count(p => p.Imaginary == 0) == 1 && zeros.Count(z => z.Imaginary == 0) == 1)
            {
                // The one real zero must wait for the one real pole.
                Complex zero = Take(zeros, Nearest(zeros, first, real: false));
                result[s] = Section(zero, Complex.Conjugate(zero), first, Complex.Conjugate(first));
                continue;
            }
            Complex second = isReal ? Take(poles, NearestUnitCircle(poles, onlyReal: true)) : Complex.Conjugate(first);
            Complex zero1 = Take(zeros, Nearest(zeros, first, real: null));
            Complex zero2 = zero1.Imaginary != 0 ? Complex.Conjugate(zero1) : Take(zeros, Nearest(zeros, first, real: true));
            result[s] = Section(zero1, zero2, first, second);
        }
        Biquad head = result[0];
        result[0] = head with { B0 = head.B0 * filter.Gain, B1 = head.B1 * filter.Gain, B2 = head.B2 * filter.Gain };
        return result;
    }

    // One of each conjugate pair, then the real values in ascending order.
    static List<Complex> UpperHalf(List<Complex> values)
    {
        bool IsReal(Complex v) => Math.Abs(v.Imaginary) <= RealTolerance * Complex.Abs(v);
        return
        [
            .. values.Where(v => !IsReal(v) && v.Imaginary > 0).OrderBy(v => v.Real).ThenBy(v => v.Imaginary),
            .. values.Where(IsReal).Select(v => new Complex(v.Real, 0)).OrderBy(v => v.Real),
        ];
    }

    static int NearestUnitCircle(List<Complex> poles, bool onlyReal) =>
        Smallest(poles, p => onlyReal && p.Imaginary != 0 ? double.PositiveInfinity : Math.Abs(1 - Complex.Abs(p)));

    static int Nearest(List<Complex> values, Complex to, bool? real) =>
        Smallest(values, v => real is { } wanted && wanted != (v.Imaginary == 0) ? double.PositiveInfinity : Complex.Abs(v - to));

    static int Smallest(List<Complex> values, Func<Complex, double> cost)
    {
        int best = 0;
        for (int i = 1; i < values.Count; i++)
            if (cost(values[i]) < cost(values[best])) best = i;
        return best;
    }

    static Complex Take(List<Complex> values, int index)
    {
        Complex value = values[index];
        values.RemoveAt(index);
        return value;
    }

    static Biquad Section(Complex zero1, Complex zero2, Complex pole1, Complex pole2) =>
        new(1, -(zero1 + zero2).Real, (zero1 * zero2).Real, -(pole1 + pole2).Real, (pole1 * pole2).Real);
}
