// Reads numbers of any width from bytes, the highest bit first.
namespace Einthoven.Signals.Formats.Wfdb;

ref struct BitReader(ReadOnlySpan<byte> bytes)
{
    readonly ReadOnlySpan<byte> _bytes = bytes;
    long _bit;

    /// <summary>Bytes touched so far.</summary>
    public readonly int BytesUsed => (int)((_bit + 7) / 8);

    public readonly ReadOnlySpan<byte> Used => _bytes[..BytesUsed];

    /// <summary>Up to 32 bits, unsigned.</summary>
    public uint Read(int count)
    {
        if (_bit + count > (long)_bytes.Length * 8) throw new EndOfStreamException("the data end within a number");
        ulong value = 0;
        int taken = 0;
        while (taken < count)
        {
            int inByte = (int)(_bit & 7), take = Math.Min(8 - inByte, count - taken);
            int part = _bytes[(int)(_bit >> 3)] >> 8 - inByte - take & (1 << take) - 1;
            value = value << take | (uint)part;
            _bit += take;
            taken += take;
        }
        return (uint)value;
    }

    /// <summary>Up to 32 bits in two's complement.</summary>
    public int ReadSigned(int count) => count == 0 ? 0 : (int)(Read(count) << 32 - count) >> 32 - count;

    /// <summary>The number of 0 bits before the next 1 bit, which is taken as well.</summary>
    public int ReadUnary()
    {
        int zeros = 0;
        while (true)
        {
            int inByte = (int)(_bit & 7);
            if (_bit >> 3 >= _bytes.Length) throw new EndOfStreamException("the data end within a number");
            int rest = _bytes[(int)(_bit >> 3)] << inByte & 0xFF;
            if (rest == 0)
            {
                zeros += 8 - inByte;
                _bit += 8 - inByte;
                continue;
            }
            int leading = System.Numerics.BitOperations.LeadingZeroCount((uint)rest) - 24;
            _bit += leading + 1;
            return zeros + leading;
        }
    }

    public void AlignToByte() => _bit = _bit + 7 & ~7L;
}
