// Counter-based random numbers: Philox 4×32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
namespace Einthoven.Torch;

/// <summary>
/// Random draws that are a pure function of (seed, stream, position): the position is the whole state, so that storing one number
/// resumes a run exactly. Not safe for use from several threads; give each its own stream.
/// </summary>
public sealed class PhiloxRandom : IRandomSource
{
    private readonly uint _key0;
    private readonly uint _key1;
    private readonly ulong _stream;

    /// <summary>Begins a stream of draws. Different streams of one seed are independent.</summary>
    public PhiloxRandom(ulong seed, ulong stream = 0, ulong position = 0)
    {
        _key0 = (uint)seed;
        _key1 = (uint)(seed >> 32);
        _stream = stream;
        Position = position;
    }

    /// <summary>Blocks of four numbers drawn so far. Every call to a drawing method begins a new block.</summary>
    public ulong Position { get; private set; }

    /// <summary>Seed and stream, for code that draws the same numbers elsewhere.</summary>
    internal (ulong Seed, ulong Stream) Key => (((ulong)_key1 << 32) | _key0, _stream);

    /// <summary>Moves past blocks that are drawn elsewhere, and returns the position of the first of them.</summary>
    internal ulong Skip(ulong blocks)
    {
        ulong first = Position;
        Position += blocks;
        return first;
    }

    /// <inheritdoc/>
    public void Uniform(Span<float> destination)
    {
        Span<uint> block = stackalloc uint[4];
        for (int k = 0; k < destination.Length; k += 4)
        {
            Next(block);
            int n = Math.Min(4, destination.Length - k);
            for (int j = 0; j < n; j++) destination[k + j] = (block[j] >> 8) * (1f / (1 << 24));
        }
    }

    /// <inheritdoc/>
    public void Normal(Span<float> destination)
    {
        Span<uint> block = stackalloc uint[4];
        for (int k = 0; k < destination.Length; k += 4)
        {
            Next(block);
            int n = Math.Min(4, destination.Length - k);
            // Box–Muller on two pairs; u is in (0, 1] so that the logarithm is finite.
            for (int pair = 0; pair < 2; pair++)
            {
                double radius = Math.Sqrt(-2 * Math.Log((block[2 * pair] + 1.0) * (1.0 / 4294967296.0)));
                (double sin, double cos) = Math.SinCos(2 * Math.PI * block[(2 * pair) + 1] * (1.0 / 4294967296.0));
                if (2 * pair < n) destination[k + (2 * pair)] = (float)(radius * cos);
                if ((2 * pair) + 1 < n) destination[k + (2 * pair) + 1] = (float)(radius * sin);
            }
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The bound is not positive.</exception>
    public void Integers(Span<long> destination, long bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        Span<uint> block = stackalloc uint[4];
        for (int k = 0; k < destination.Length; k += 2)
        {
            Next(block);
            int n = Math.Min(2, destination.Length - k);
            // High word of a 64 × 64-bit product: the bias is below bound / 2⁶⁴.
            for (int j = 0; j < n; j++)
                destination[k + j] = (long)Math.BigMul(((ulong)block[2 * j] << 32) | block[(2 * j) + 1], (ulong)bound, out _);
        }
    }

    /// <summary>One block: ten rounds over the counter (position, stream).</summary>
    private void Next(Span<uint> block)
    {
        uint c0 = (uint)Position, c1 = (uint)(Position >> 32), c2 = (uint)_stream, c3 = (uint)(_stream >> 32);
        uint k0 = _key0, k1 = _key1;
        for (int round = 0; round < 10; round++)
        {
            ulong p0 = 0xD2511F53UL * c0, p1 = 0xCD9E8D57UL * c2;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }
        block[0] = c0;
        block[1] = c1;
        block[2] = c2;
        block[3] = c3;
        Position++;
    }
}
