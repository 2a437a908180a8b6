// One frame of a FLAC stream (RFC 9639, section 9): header, a subframe per channel, stereo decorrelation, check sums.
namespace Einthoven.Signals.Formats.Wfdb;

static class FlacFrame
{
    const int LeftSide = 8, SideRight = 9, MidSide = 10;

    /// <summary>Decodes a frame into the channels' blocks; returns the number of samples.</summary>
    public static int Decode(ref BitReader bits, FlacInfo info, int[][] block)
    {
        if (bits.Read(14) != 0x3FFE) throw new InvalidDataException("no frame where one should begin");
        bits.Read(1);
        bits.Read(1);
        int sizeCode = (int)bits.Read(4), rateCode = (int)bits.Read(4), assignment = (int)bits.Read(4), widthCode = (int)bits.Read(3);
        bits.Read(1);
        SkipNumber(ref bits);
        int count = BlockSize(ref bits, sizeCode);
        if (rateCode == 12) bits.Read(8);
        else if (rateCode is 13 or 14) bits.Read(16);
        else if (rateCode == 15) throw new InvalidDataException("a forbidden sampling rate code");
        byte headerSum = Crc8(bits.Used);
        if (bits.Read(8) != headerSum) throw new InvalidDataException("the check sum of a frame header does not match");
        int width = widthCode switch { 0 => info.BitsPerSample, 1 => 8, 2 => 12, 4 => 16, 5 => 20, 6 => 24, _ => throw new InvalidDataException("a sample width that is not read") };
        int channels = assignment < LeftSide ? assignment + 1 : 2;
        if (assignment > MidSide || channels != info.Channels || count > block[0].Length || width > 25)
            throw new InvalidDataException("a frame that does not fit the stream");
        for (int c = 0; c < channels; c++)
        {
            // The side channel is a difference and needs one bit more.
            bool isSide = assignment == LeftSide && c == 1 || assignment == SideRight && c == 0 || assignment == MidSide && c == 1;
            Subframe(ref bits, isSide ? width + 1 : width, block[c].AsSpan(0, count));
        }
        Correlate(assignment, block, count);
        bits.AlignToByte();
        ushort sum = Crc16(bits.Used);
        if (bits.Read(16) != sum) throw new InvalidDataException("the check sum of a frame does not match");
        return count;
    }

    // The frame's number is coded like a UTF-8 character of up to seven bytes.
    static void SkipNumber(ref BitReader bits)
    {
        int first = (int)bits.Read(8);
        int more = first < 0x80 ? 0 : System.Numerics.BitOperations.LeadingZeroCount(~((uint)first << 24)) - 1;
        if (first is >= 0x80 and < 0xC0 || more > 6) throw new InvalidDataException("a frame number that cannot be read");
        for (int i = 0; i < more; i++) bits.Read(8);
    }

    static int BlockSize(ref BitReader bits, int code) => code switch
    {
        0 => throw new InvalidDataException("a reserved block size"),
        1 => 192,
        <= 5 => 144 << code,
        6 => (int)bits.Read(8) + 1,
        7 => (int)bits.Read(16) + 1,
        _ => 1 << code,
    };

    static void Subframe(ref BitReader bits, int width, Span<int> samples)
    {
        if (bits.Read(1) != 0) throw new InvalidDataException("a subframe without its first zero");
        int type = (int)bits.Read(6), wasted = bits.Read(1) == 1 ? bits.ReadUnary() + 1 : 0;
        width -= wasted;
        if (width < 1) throw new InvalidDataException("more wasted bits than bits");
        switch (type)
        {
            case 0:
                samples.Fill(bits.ReadSigned(width));
                break;
            case 1:
                for (int i = 0; i < samples.Length; i++) samples[i] = bits.ReadSigned(width);
                break;
            case >= 8 and <= 12:
                Fixed(ref bits, width, type - 8, samples);
                break;
            case >= 32:
                Linear(ref bits, width, type - 31, samples);
                break;
            default:
                throw new InvalidDataException("a reserved subframe type");
        }
        if (wasted == 0) return;
        for (int i = 0; i < samples.Length; i++) samples[i] <<= wasted;
    }

    // Prediction by the polynomial through the last samples.
    static void Fixed(ref BitReader bits, int width, int order, Span<int> samples)
    {
        if (order > samples.Length) throw new InvalidDataException("a predictor longer than its block");
        for (int i = 0; i < order; i++) samples[i] = bits.ReadSigned(width);
        Residual(ref bits, order, samples);
        for (int i = order; i < samples.Length; i++)
        {
            samples[i] = unchecked(samples[i] + order switch
            {
                0 => 0,
                1 => samples[i - 1],
                2 => 2 * samples[i - 1] - samples[i - 2],
                3 => 3 * samples[i - 1] - 3 * samples[i - 2] + samples[i - 3],
                _ => 4 * samples[i - 1] - 6 * samples[i - 2] + 4 * samples[i - 3] - samples[i - 4],
            });
        }
    }

    static void Linear(ref BitReader bits, int width, int order, Span<int> samples)
    {
        if (order > samples.Length) throw new InvalidDataException("a predictor longer than its block");
        for (int i = 0; i < order; i++) samples[i] = bits.ReadSigned(width);
        int precision = (int)bits.Read(4) + 1;
        int shift = bits.ReadSigned(5);
        if (precision == 16 || shift < 0) throw new InvalidDataException("predictor coefficients that cannot be read");
        Span<int> coefficients = stackalloc int[order];
        for (int i = 0; i < order; i++) coefficients[i] = bits.ReadSigned(precision);
        Residual(ref bits, order, samples);
        for (int i = order; i < samples.Length; i++)
        {
            long sum = 0;
            for (int k = 0; k < order; k++) sum += (long)coefficients[k] * samples[i - 1 - k];
            samples[i] = unchecked(samples[i] + (int)(sum >> shift));
        }
    }

    // Rice-coded differences, in partitions with a parameter each; a parameter of all ones escapes to plain numbers.
    static void Residual(ref BitReader bits, int order, Span<int> samples)
    {
        int method = (int)bits.Read(2);
        if (method > 1) throw new InvalidDataException("a reserved residual coding");
        int parameterBits = method == 0 ? 4 : 5, escape = (1 << parameterBits) - 1;
        int partitions = 1 << (int)bits.Read(4), size = samples.Length / partitions;
        if (size * partitions != samples.Length || size < order) throw new InvalidDataException("partitions that do not fit their block");
        for (int p = 0, i = order; p < partitions; p++)
        {
            int parameter = (int)bits.Read(parameterBits);
            int plain = parameter == escape ? (int)bits.Read(5) : -1;
            for (int end = (p + 1) * size; i < end; i++)
            {
                if (plain >= 0)
                {
                    samples[i] = bits.ReadSigned(plain);
                    continue;
                }
                uint folded = unchecked((uint)bits.ReadUnary() << parameter) | bits.Read(parameter);
                samples[i] = (int)(folded >> 1) ^ -(int)(folded & 1);
            }
        }
    }

    static void Correlate(int assignment, int[][] block, int count)
    {
        if (assignment < LeftSide) return;
        Span<int> a = block[0].AsSpan(0, count), b = block[1].AsSpan(0, count);
        for (int i = 0; i < count; i++)
        {
            if (assignment == LeftSide)
            {
                b[i] = a[i] - b[i];
            }
            else if (assignment == SideRight)
            {
                a[i] += b[i];
            }
            else
            {
                int side = b[i], sum = a[i] << 1 | side & 1;
                a[i] = sum + side >> 1;
                b[i] = sum - side >> 1;
            }
        }
    }

    // Polynomials x^8+x^2+x+1 and x^16+x^15+x^2+1, initial value 0.
    static byte Crc8(ReadOnlySpan<byte> bytes)
    {
        int crc = 0;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 0x80) != 0 ? crc << 1 ^ 0x107 : crc << 1;
        }
        return (byte)crc;
    }

    static ushort Crc16(ReadOnlySpan<byte> bytes)
    {
        int crc = 0;
        foreach (byte value in bytes)
        {
            crc ^= value << 8;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 0x8000) != 0 ? crc << 1 ^ 0x18005 : crc << 1;
        }
        return (ushort)crc;
    }
}
