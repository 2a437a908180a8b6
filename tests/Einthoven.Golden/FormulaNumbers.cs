// The numbers that need no file: u(NAME, i), uniform in [-1, 1), from a hash of the name and a 64-bit mixer.
// FNV-1a: Fowler, Noll, Vo; SplitMix64: Steele, Lea, Flood, OOPSLA 2014.
using System.Text;

namespace Einthoven.Golden;

internal readonly struct FormulaNumbers
{
    private readonly ulong hash;

    public FormulaNumbers(string name) => hash = Hash(name);

    /// <summary>Element i, exact in single precision.</summary>
    public float this[long i] => (float)(((Raw(i) >> 40) * (1.0 / (1 << 23))) - 1.0);

    /// <summary>FNV-1a-64 of the UTF-8 bytes of a name.</summary>
    public static ulong Hash(string name)
    {
        ulong h = 0xcbf29ce484222325;
        foreach (byte b in Encoding.UTF8.GetBytes(name)) h = unchecked((h ^ b) * 0x100000001b3);
        return h;
    }

    /// <summary>The 64 bits behind element i.</summary>
    public ulong Raw(long i)
    {
        ulong z = unchecked(hash + ((ulong)(i + 1) * 0x9E3779B97F4A7C15));
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EB);
        return z ^ (z >> 31);
    }
}
