// Random numbers that are the same on every machine and every version of .NET: xoshiro256++ (Blackman and Vigna 2019), seeded by SplitMix64.
using System.Numerics;

namespace Einthoven.Signals.Simulation;

internal sealed class SimulationRandom
{
    private ulong _a, _b, _c, _d;

    public SimulationRandom(ulong seed)
    {
        _a = Next();
        _b = Next();
        _c = Next();
        _d = Next();

        ulong Next()
        {
            seed += 0x9E3779B97F4A7C15;
            ulong z = seed;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }

    /// <summary>64 random bits.</summary>
    public ulong Bits()
    {
        ulong result = BitOperations.RotateLeft(_a + _d, 23) + _a, t = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= t;
        _d = BitOperations.RotateLeft(_d, 45);
        return result;
    }

    /// <summary>Evenly between two limits.</summary>
    public double Between(double low, double high) => low + ((high - low) * (Bits() >> 11) * (1.0 / (1UL << 53)));

    /// <summary>A whole number from low to high, both included.</summary>
    public int Whole(int low, int high) => low + (int)(Bits() % (ulong)(high - low + 1));

    /// <summary>True with that probability.</summary>
    public bool Chance(double probability) => Between(0, 1) < probability;

    /// <summary>Normal numbers of mean 0 and deviation 1 (polar method).</summary>
    public double Normal()
    {
        while (true)
        {
            double u = Between(-1, 1), v = Between(-1, 1), s = (u * u) + (v * v);
            if (s is > 0 and < 1) return u * Math.Sqrt(-2 * Math.Log(s) / s);
        }
    }

    /// <summary>Nearly normal numbers for noise by the thousand: a sum of four even ones, bounded at 3.46 deviations.</summary>
    public double Noise()
    {
        ulong bits = Bits();
        int sum = (int)(bits & 0xFFFF) + (int)((bits >> 16) & 0xFFFF) + (int)((bits >> 32) & 0xFFFF) + (int)(bits >> 48);
        return (sum - 131070) * (1.7320508 / 65536);
    }
}
